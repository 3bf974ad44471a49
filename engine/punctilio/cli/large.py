"""Judging logs of which nobody knows how large they are: by parts and workers, in a bound of memory."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

import punctilio
from punctilio.api import read_map
from punctilio.batch.clock import Clock
from punctilio.batch.costs import SAMPLE, costs
from punctilio.batch.result import Result
from punctilio.batch.run import Wanted, judged
from punctilio.batch.sizes import budget, parse_size
from punctilio.cli import output
from punctilio.cli.options import STANDARD_OUTPUT, rule_sources
from punctilio.cli.progress import Bar, is_terminal
from punctilio.cli.times import table
from punctilio.logs.quarantine import by_line, written
from punctilio.model.rule import Rulebook
from punctilio.selection import Selection, has_level

INCOMPLETE: Final = 3
TERMINATED: Final = 143
"""What a program reports that was asked to end: 128 and the number of the signal SIGTERM."""


class Terminated(KeyboardInterrupt):  # an interrupt, as its parent
    """Somebody asked this process to end."""


class Asked(NamedTuple):
    """What the command line asks for, under the names of its options."""

    logs: tuple[str, ...]
    rules: tuple[str, ...]
    as_of: datetime | None
    known_at: datetime | None
    selection: Selection
    form: str
    file: Path | None
    fail_on: str
    quarantine: Path | None
    mapping: Path | None


class Means(NamedTuple):
    """What may be used for it, and whether it is told what that takes."""

    memory: str | None
    jobs: int | None
    work: Path | None
    is_timed: bool


def evaluate(asked: Asked, means: Means) -> int:
    """Judge, write the report, and give the exit code."""
    memory = parse_size(means.memory) if means.memory is not None else None
    clock = Clock()
    with clock.phase("load rules"):
        rulebook = punctilio.load_rules(*rule_sources(asked.rules))
    allowed = budget(memory, means.jobs, rules=len(rulebook.rules))
    wanted = _wanted(asked, rulebook)
    try:
        with (
            _terminable(),
            Bar() as bar,
            judged(wanted, allowed, work=means.work, clock=clock, progress=bar) as result,
        ):
            _tell(result, asked, clock, bar)
            aside = _aside(result, asked) if result.quarantine else ""
            if means.is_timed:
                output.remark("The report is written. Now each rule is measured by itself, which takes a while.")
                output.remark(table(clock.spent, result, costs(rulebook, result.sample(SAMPLE), wanted.as_of)))
    except BaseException as stop:
        for note in getattr(stop, "__notes__", ()):
            output.remark(note)
        if isinstance(stop, Terminated):
            return TERMINATED
        raise
    for lost in result.lost:
        output.complain_of(lost.reason)
    if aside:
        output.remark(aside)
    return _code(result, asked.fail_on)


def _wanted(asked: Asked, rulebook: Rulebook) -> Wanted:
    return Wanted(
        asked.logs,
        rulebook,
        asked.as_of or datetime.now(UTC),
        asked.form,
        asked.selection,
        quarantine=asked.quarantine is not None,
        mapping=read_map(asked.mapping, rulebook) if asked.mapping else None,
        known_at=asked.known_at,
    )


def _tell(result: Result, asked: Asked, clock: Clock, bar: Bar) -> None:
    """Write the report. The bar would stand in one that goes to the terminal."""
    bar.clear()
    if asked.file is not None or not is_terminal(sys.stdout):
        bar("Telling of", result.events, None)
    with clock.phase("write"):
        _write(result, asked)
    bar.clear()


def _write(result: Result, asked: Asked) -> None:
    if asked.quarantine:
        lines = written(result.quarantine)
        output.write(lambda file: file.writelines(lines), asked.quarantine, option="--quarantine")
    colour = asked.file is None and asked.form == "text" and output.is_colourful()
    output.write(partial(result.write, colour=colour), asked.file)


def _aside(result: Result, asked: Asked) -> str:
    lines = output.counted(sum(1 for _ in by_line(result.quarantine)), "line")
    cases = output.counted(len(result.left_out), "case")
    doubt = output.counted(len(result.files_in_doubt), "file")
    files = f" Nothing is proposed in the cases of {doubt}." if result.files_in_doubt else ""
    place = "on standard output" if asked.quarantine == STANDARD_OUTPUT else f"in {asked.quarantine}"
    return f"{lines} set aside {place}, {cases} left out.{files} Mend the lines, and judge again."


def _code(result: Result, fail_on: str) -> int:
    is_incomplete = bool(result.lost or result.quarantine)
    return INCOMPLETE if is_incomplete else int(has_level(result.levels, fail_on))


@contextmanager
def _terminable() -> Generator[None, None, None]:
    """SIGTERM as an exception, so that workers are ended and no half file is left."""

    def stop(_: int, __: FrameType | None) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
