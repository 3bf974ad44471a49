"""Reading a log of unknown size: held where it is small, else sorted by case into runs on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from punctilio.batch.aside import Lines, Pile, write_lines
from punctilio.batch.files import Kept, read_value, write_frame, write_value
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

COMMON: Final = 3_000
"""Bytes in columns up to which an event is one of common size: judging takes some four times as many."""

_COPIES: Final = 2
"""Of the text of a line that is set aside: as bytes, and as what shows where its mistake is."""

_FURTHER: Final = 600
"""Bytes of a further mistake in such a line, or a further case that it touches."""

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
    ``unread`` (case, id) holds those that have mistakes, ``aside`` the lines between them that are set aside; each is
    None where there are none. ``weight`` is as Held has it."""

    events: Kept
    unread: Kept | None
    aside: Pile | None
    height: int
    weight: int

    @property
    def files(self) -> list[Kept]:
        aside = self.aside.file if self.aside else None
        return [file for file in (self.events, self.unread, aside) if file]


class Split(NamedTuple):
    """A log in a folder on disk, of which the same can be asked. The runs follow each other as the log does."""

    folder: Path
    runs: tuple[Run, ...]
    mistakes: Mistakes

    @property
    def bad(self) -> Lines:
        """The lines that are set aside."""
        return Lines(self.folder, [run.aside for run in self.runs if run.aside])

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
    return split._replace(folder=folder)


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
    kept: list[Part] = []
    runs: list[Run] = []
    mistakes = NONE
    read = weight = 0
    progress("Reading", 0, None)
    for part in parts:
        mistakes = mistakes.with_all(part.unreadable if quarantine else part.problems)
        kept.append(part if quarantine else part._replace(bad=()))
        read += part.events.height
        weight += weight_of(part.events) + _weight_of_lines(kept[-1].bad)
        progress("Reading", read, None)
        if weight >= run:
            runs.append(_written(kept, folder(), len(runs)))
            kept, weight = [], 0
    if not runs and weight <= held:
        return _held(kept, nothing, mistakes)
    if kept:
        runs.append(_written(kept, folder(), len(runs)))
    split = Split(folder(), tuple(runs), mistakes)
    write_value(split, folder() / SPLIT)
    return split


def _held(parts: Sequence[Part], nothing: pl.DataFrame, mistakes: Mistakes) -> Held:
    events = pl.concat([nothing, *(part.events for part in parts)])
    unread = [name for part in parts for name in part.unread]
    return Held(events, unread, mistakes, tuple(line for part in parts for line in part.bad), weight_of(events))


def weight_of(events: pl.DataFrame) -> int:
    """How many events of common size take as much memory as these."""
    return max(events.height, int(events.estimated_size()) // COMMON)


def _weight_of_lines(lines: Iterable[SetAside]) -> int:
    """The same of lines that are set aside: a short one, with its reasons, takes as much as an event."""
    return sum(
        1 + (len(line.text) * _COPIES + (len(line.problems) + len(line.cases)) * _FURTHER) // COMMON for line in lines
    )


def _written(parts: Sequence[Part], folder: Path, number: int) -> Run:
    events = pl.concat([part.events for part in parts]).sort(c.CASE, maintain_order=True)
    unread = [name for part in parts for name in part.unread]
    lines = [line for part in parts for line in part.bad]
    filled = events[[column.name for column in events if column.name == c.CASE or column.count()]]
    names = pl.DataFrame(unread, schema=_UNREAD, orient="row").sort(c.CASE)
    return Run(
        write_frame(filled, folder / f"run-{number:05}.parquet", rows=ROWS),
        write_frame(names, folder / f"unread-{number:05}.parquet", rows=ROWS) if unread else None,
        write_lines(lines, folder / f"aside-{number:05}") if lines else None,
        events.height,
        weight_of(events),
    )
