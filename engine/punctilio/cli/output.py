"""Where the words go: reports to standard output or a file, what went wrong to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from glob import glob
from pathlib import Path
from typing import BinaryIO, Final

import click

from punctilio.cli.options import BINARY_REPORTS, REPORTS, STANDARD_OUTPUT
from punctilio.errors import UsageError
from punctilio.inert import inert
from punctilio.problems import Problem, render

SHOWN: Final = 50
BROKEN_PIPE: Final = 141
"""What a program reports that ended because nobody read on: 128 and the number of the signal SIGPIPE."""


def require_places(written: Mapping[str, Path | None], read: Iterable[str | Path]) -> None:
    """Before anything is done: no two outputs (by option) are one file, none is a file that is ``read`` (globs too),
    and the folder of each is there. Raises UsageError."""
    outputs = {option: file for option, file in written.items() if file is not None}
    taken = {place: str(file) for file in _named(read) if outputs and (place := _place(file))}
    for option, file in outputs.items():
        if not file.parent.is_dir():
            raise UsageError(f"There is no folder {file.parent}. Make it, or name another file with {option}.")
        place = _place(file)
        if place in taken:
            raise UsageError(f"{option} would replace {taken[place]}. Name another file with {option}.")
        if place:
            taken[place] = f"what {option} writes"


def require_apart(report: Path | None, aside: Path | None) -> None:
    """Raise UsageError where the lines that are set ``aside`` would get into the report on standard output."""
    if report is None and aside is not None and (aside == STANDARD_OUTPUT or _place(aside) == _place(STANDARD_OUTPUT)):
        raise UsageError(
            "The report goes to standard output, and what --quarantine writes would too. "
            "Name a file with --quarantine, or one for the report with -o."
        )


def _named(read: Iterable[str | Path]) -> Iterator[Path]:
    for name in read:
        yield from (Path(name), *map(Path, glob(str(name), recursive=True)))


def _place(file: Path) -> str | None:
    """One text for one file or pipe, whatever it is called; None for a device, which takes whatever comes."""
    try:
        if not file.exists():
            return str(file.resolve())
        known = file.stat()
        return None if file.is_char_device() else f"{known.st_dev}:{known.st_ino}"
    except (OSError, ValueError):
        return None


def is_colourful() -> bool:
    """Whether standard output is a terminal that wants colours (see no-color.org)."""
    return _is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()  # None where the stream was closed from outside


def write(report: str | Callable[[BinaryIO], object], file: Path | None = None, *, option: str = "-o") -> None:
    """Write a report to standard output, or to a file that afterwards is either the old one or wholly the new one.

    ``report`` is its text, or writes its bytes; ``option`` names the file. Raises UsageError where that cannot be done.
    """
    if file is None or file == STANDARD_OUTPUT:
        _print(report)
    else:
        _write_file(file, report, option)


def require_reader(form: str, file: Path | None) -> None:
    """Raise UsageError where a form that is no text would go to a terminal."""
    if (_is_terminal() if file is None else _leads_to_terminal(file)) and _is_binary(form):
        raise UsageError(f"A terminal cannot show {form}. Write the report into a file with -o.")


def _leads_to_terminal(file: Path) -> bool:
    try:
        if not file.is_char_device():  # a pipe would wait for whoever reads it
            return False
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK), "rb", buffering=0) as there:
            return there.isatty()
    except (OSError, ValueError):
        return False


def _is_binary(form: str) -> bool:
    if form in REPORTS:
        return form in BINARY_REPORTS
    from punctilio.reporters import is_text  # only for a form that is not built in

    return not is_text(form)


def listing(problems: Sequence[Problem], count: int | None = None) -> str:
    """The first problems, each with its line, and how many there are: ``count``, or as many as are given."""
    shown = [render(problem) for problem in problems[:SHOWN]]
    total = len(problems) if count is None else count
    more = f" The first {SHOWN} are shown." if total > len(shown) else ""
    return "\n".join([*shown, f"{counted(total, 'problem')}.{more}"])


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def complain(problems: Sequence[Problem], count: int | None = None) -> None:
    _say(listing(problems, count))


def complain_of(sentence: str) -> None:
    _say(f"Error: {inert(sentence)}")


def complain_of_usage(mistake: click.ClickException) -> None:
    with contextlib.suppress(OSError):
        mistake.show()


def remark(words: str) -> None:
    """Say what is neither the report nor a complaint."""
    _say(words)


def apologise() -> None:
    """Say that this is our fault, with all that is needed to mend it."""
    _say(traceback.format_exc())
    _say("Error: Punctilio failed, and that is not your fault. Please report the lines above.")


def _say(words: str) -> None:
    """To standard error. Where nobody can hear, the exit code says it alone."""
    with contextlib.suppress(OSError):
        click.echo(words, err=True)


def _print(report: str | Callable[[BinaryIO], object]) -> None:
    if sys.stdout is None:
        raise UsageError("Standard output is closed. Write the report into a file with -o.")
    try:
        if isinstance(report, str):
            click.echo(report, nl=False, color=True)
        else:
            report(sys.stdout.buffer)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more as it exits; let it do so into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.get_current_context().exit(BROKEN_PIPE)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"Cannot write to standard output: {reason}. Write into a file with -o.") from None


def _write_file(file: Path, report: str | Callable[[BinaryIO], object], option: str) -> None:
    from punctilio.atomic import replacing  # a report to standard output does without it

    try:
        with replacing(file) as new:
            if isinstance(report, str):
                new.write(report.encode())
            else:
                report(new)
    except OSError as error:
        raise UsageError(f"Cannot write {file}: {error.strerror or error}. Name another file with {option}.") from None
