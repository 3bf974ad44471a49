"""Reading a log of unknown size: held where it is small, else sorted by case into runs on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from punctilio.batch.files import Kept, read_kept, read_value, write_frame, write_value
from punctilio.batch.mistakes import NONE, Mistakes
from punctilio.logs.read import Part
from punctilio.tables import columns as c
from punctilio.tables.schemas import Schema
from punctilio.tables.tables import SetAside

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is done, and of how much: events while the log is read, parts while it is
judged."""


ROWS: Final = 8_000
"""Events of one row group of a run: the least that is read where a part takes anything from it."""

LINES: Final = 5_000
"""Lines of one file of those that are set aside."""

COMMON: Final = 3_000
"""Bytes in columns up to which an event is one of common size: judging takes some four times as many."""

SPLIT: Final = "split"
"""The file of the work folder that is written last, when every run is there: a Split."""

_UNREAD: Final[Schema] = {c.CASE: pl.String, c.ID: pl.String}


class Held(NamedTuple):
    """A log in memory: its events (``schemas.events``) as read, the case and id of those that have mistakes, the
    mistakes, and the lines that are set aside instead. ``weight`` is at least the number of events: it counts an event
    with long texts for several."""

    events: pl.DataFrame
    unread: list[tuple[str, str]]
    mistakes: Mistakes
    bad: tuple[SetAside, ...]
    weight: int

    @property
    def height(self) -> int:
        return self.events.height

    def scans(self) -> list[pl.LazyFrame]:
        """The events, in order of the log within each case."""
        return [self.events.lazy()]

    def scans_of_unread(self) -> list[pl.LazyFrame]:
        """The case and id of those that have mistakes, if any has."""
        return [pl.LazyFrame(self.unread, schema=_UNREAD, orient="row")] if self.unread else []

    def cases_in_order(self) -> list[pl.LazyFrame]:
        """The case of each event, sorted."""
        return [self.events.lazy().select(pl.col(c.CASE).sort())]


class Run(NamedTuple):
    """Files of consecutive events of the log, ``height`` of them, sorted by case, and within a case as they were read,
    without the columns that hold nothing.
    ``unread`` (case, id) holds those that have mistakes, and is None where none has. ``weight`` is as Held has it."""

    events: Kept
    unread: Kept | None
    height: int
    weight: int

    @property
    def files(self) -> list[Kept]:
        return [self.events, self.unread] if self.unread else [self.events]


class Split(NamedTuple):
    """A log in a folder on disk, of which the same can be asked. The runs follow each other as the log does."""

    folder: Path
    runs: tuple[Run, ...]
    mistakes: Mistakes
    aside: int

    @property
    def bad(self) -> Iterator[SetAside]:
        """The lines that are set aside, from so many files. Raises LostFileError."""
        for number in range(self.aside):
            yield from read_kept(_aside_of(self.folder, number))

    @property
    def height(self) -> int:
        return sum(run.height for run in self.runs)

    @property
    def weight(self) -> int:
        return sum(run.weight for run in self.runs)

    def scans(self) -> list[pl.LazyFrame]:
        """A scan of each run."""
        return [pl.scan_parquet(self.folder / run.events.name) for run in self.runs]

    def scans_of_unread(self) -> list[pl.LazyFrame]:
        """A scan of each run that has any."""
        return [pl.scan_parquet(self.folder / run.unread.name) for run in self.runs if run.unread]

    def cases_in_order(self) -> list[pl.LazyFrame]:
        """The case of each event, sorted, of each run."""
        return [scan.select(c.CASE) for scan in self.scans()]


def split_in(folder: Path) -> Split | None:
    """The log as an earlier run has split it here; None where it never came to that, or some of it is damaged. The
    folder may have been moved."""
    split: Split | None = read_value(folder / SPLIT)
    if split is None or not all(file.is_sound(folder) for run in split.runs for file in run.files):
        return None
    is_whole = all(read_value(_aside_of(folder, number)) for number in range(split.aside))
    return split._replace(folder=folder) if is_whole else None


def _aside_of(folder: Path, number: int) -> Path:
    return folder / f"aside-{number:05}"


def unwatched(doing: str, done: int, total: int | None) -> None:
    """The progress of a run that nobody watches."""


def gathered(
    parts: Iterator[Part],
    nothing: pl.DataFrame,
    folder: Callable[[], Path],
    progress: Progress,
    *,
    held: int,
    run: int,
    quarantine: bool,
) -> Held | Split:
    """The log, in memory if it weighs at most ``held`` events, else in ``folder()``, in runs of about ``run`` events.

    ``nothing`` is a frame of no events. With ``quarantine``, lines that cannot be read are set aside, and only what is
    wrong with whole files is a mistake. Raises UnwritableError, and UsageError where the folder cannot be made.
    """
    bad: list[SetAside] = []
    kept: list[Part] = []
    runs: list[Run] = []
    mistakes = NONE
    read = weight = aside = 0
    progress("Reading", 0, None)
    for part in parts:
        mistakes = mistakes.with_all(part.unreadable if quarantine else part.problems)
        bad += part.bad if quarantine else ()
        kept.append(Part(part.events, unread=part.unread))
        read += part.events.height
        weight += weight_of(part.events)
        progress("Reading", read, None)
        if weight >= run:
            runs.append(_written(kept, folder(), len(runs)))
            kept, weight = [], 0
        if runs and len(bad) >= LINES:
            aside, bad = _set_aside(bad, folder(), aside), []
    if not runs and weight <= held:
        events = pl.concat([nothing, *(part.events for part in kept)])
        return Held(events, [name for part in kept for name in part.unread], mistakes, tuple(bad), weight)
    if kept:
        runs.append(_written(kept, folder(), len(runs)))
    split = Split(folder(), tuple(runs), mistakes, _set_aside(bad, folder(), aside))
    write_value(split, folder() / SPLIT)
    return split


def _set_aside(bad: Sequence[SetAside], folder: Path, number: int) -> int:
    """Write these lines into the next files, from that ``number`` on, and give the number after them."""
    for start in range(0, len(bad), LINES):
        write_value(bad[start : start + LINES], _aside_of(folder, number))
        number += 1
    return number


def weight_of(events: pl.DataFrame) -> int:
    """How many events of common size take as much memory as these."""
    return max(events.height, int(events.estimated_size()) // COMMON)


def _written(parts: Sequence[Part], folder: Path, number: int) -> Run:
    events = pl.concat([part.events for part in parts]).sort(c.CASE, maintain_order=True)
    unread = [name for part in parts for name in part.unread]
    filled = events[[column.name for column in events if column.count()]]
    names = pl.DataFrame(unread, schema=_UNREAD, orient="row").sort(c.CASE)
    return Run(
        write_frame(filled, folder / f"run-{number:05}.parquet", rows=ROWS),
        write_frame(names, folder / f"unread-{number:05}.parquet", rows=ROWS) if unread else None,
        events.height,
        weight_of(events),
    )
