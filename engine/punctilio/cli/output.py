"""Where the words go: reports to standard output or a file, what went wrong to standard error."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import click

from punctilio.errors import UsageError
from punctilio.inert import inert
from punctilio.problems import Problem, render

SHOWN: Final = 50
BROKEN_PIPE: Final = 141
"""What a program reports that ended because nobody read on: 128 and the number of the signal SIGPIPE."""


def is_colourful() -> bool:
    """Whether standard output is a terminal that wants colours (see no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(text: str, file: Path | None = None) -> None:
    """Write a report to standard output, or to a file that afterwards is either the old one or wholly the new one."""
    if file is None:
        _print(text)
    else:
        _write_file(file.resolve() if file.is_symlink() else file, text)


def listing(problems: Sequence[Problem]) -> str:
    """The first problems, each with its line, and how many there are."""
    shown = [render(problem) for problem in problems[:SHOWN]]
    hidden = len(problems) - len(shown)
    more = f" The first {SHOWN} are shown." if hidden else ""
    return "\n".join([*shown, f"{counted(len(problems), 'problem')}.{more}"])


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def complain(problems: Sequence[Problem]) -> None:
    click.echo(listing(problems), err=True)


def complain_of(sentence: str) -> None:
    click.echo(f"Error: {inert(sentence)}", err=True)


def apologise() -> None:
    """Say that this is our fault, with all that is needed to mend it."""
    click.echo(traceback.format_exc(), err=True)
    click.echo("Error: Punctilio failed, and that is not your fault. Please report the lines above.", err=True)


def _print(text: str) -> None:
    try:
        click.echo(text, nl=False, color=True)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more as it exits; let it do so into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.get_current_context().exit(BROKEN_PIPE)


def _write_file(file: Path, text: str) -> None:
    """Replace a file at once and whole. What is no file (a device, a pipe) can only be written to."""
    try:
        if file.exists() and not file.is_file():
            file.write_text(text, encoding="utf-8", newline="\n")
            return
        with NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=file.parent, delete=False) as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        _publish(Path(new.name), file)
    except OSError as error:
        raise UsageError(f"Cannot write {file}: {error.strerror or error}. Name another file with -o.") from None


def _publish(new: Path, file: Path) -> None:
    try:
        new.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
