"""A log that was judged: in one piece, or in parts. Both are asked the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import BinaryIO, NamedTuple, Protocol

import polars as pl

from punctilio import evaluation as engine
from punctilio.batch.assembling import frames
from punctilio.batch.files import collected
from punctilio.batch.piece import (
    TEXT,
    Judged,
    Slices,
    Task,
    in_full,
    log_of,
    pieces,
    pieces_of,
    rows_by_rule,
    slices_of,
)
from punctilio.batch.ranges import Range
from punctilio.logs.quarantine import with_doubt
from punctilio.reporters import form_of, overview, text
from punctilio.reporters.about import about, of_all
from punctilio.selection import Selection
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation, Log, SetAside
from punctilio.value import replaced


class LostCases(NamedTuple):
    """Cases that are left out because nobody could judge their part, and why not: a sentence."""

    reason: str
    cases: tuple[str, ...]


class Result(Protocol):
    """A judged log. Of the ``cases`` that came in, the report tells of ``told``, and names those that are ``left_out``,
    for lines that are in ``quarantine`` or since their part is ``lost``; of the others nothing had happened yet by the
    as-of, or nothing that stands. Nothing is proposed in the cases of ``files_in_doubt`` (by number). ``by_rule``
    counts the decisions, findings, allowances and notes of each rule. ``parts`` is how many it was judged in.

    What is asked of it may be in files of the work folder, and raises LostFileError where these are gone.
    """

    @property
    def events(self) -> int: ...
    @property
    def cases(self) -> int: ...
    @property
    def told(self) -> int: ...
    @property
    def left_out(self) -> Sequence[str]: ...
    @property
    def files_in_doubt(self) -> Sequence[int]: ...
    @property
    def quarantine(self) -> Collection[SetAside]: ...
    @property
    def lost(self) -> Sequence[LostCases]: ...
    @property
    def by_rule(self) -> Mapping[str, int]: ...
    @property
    def parts(self) -> int: ...

    @property
    def levels(self) -> frozenset[str]:
        """Of the findings that are shown: see ``selection.has_level``."""
        ...

    def sample(self, events: int) -> Log:
        """The first cases, about so many ``events`` of them."""
        ...

    def write(self, file: BinaryIO, *, colour: bool = False) -> None:
        """Write the report; in parts, with memory for a few of its frames. Raises OSError, and LostFileError."""
        ...


class Whole(NamedTuple):
    """Judged in one piece."""

    log: Log
    evaluation: Evaluation
    form: str
    selection: Selection
    events: int
    cases: int
    lost: Sequence[LostCases] = ()
    parts: int = 1

    @property
    def told(self) -> int:
        return self.evaluation.statuses.height

    @property
    def left_out(self) -> Sequence[str]:
        return self.evaluation.left_out

    @property
    def files_in_doubt(self) -> Sequence[int]:
        return self.evaluation.files_in_doubt

    @property
    def quarantine(self) -> Collection[SetAside]:
        return self.evaluation.quarantine

    @property
    def by_rule(self) -> Mapping[str, int]:
        return dict(rows_by_rule(self.evaluation).rows())

    def sample(self, events: int) -> Log:
        return _first_cases(self.log, events)

    @property
    def levels(self) -> frozenset[str]:
        return frozenset(self.selection.of(self.evaluation.findings)[c.LEVEL].unique())

    def write(self, file: BinaryIO, *, colour: bool = False) -> None:
        if self.form == TEXT:
            file.write(text.render(self.evaluation, self.selection, colour=colour).encode())
        else:
            told = pieces(self.form, self.evaluation, self.selection)
            form_of(self.form).write([told], about(self.evaluation, self.selection), file)


class InParts(NamedTuple):
    """Judged in parts, of which the pieces are in memory or in the work folder. ``done`` are in order of their cases,
    from those of the ``first`` part on. ``rest`` is an evaluation of no case, which has what is said of the run alone:
    the lines that were set aside, and the cases left out."""

    task: Task
    first: Range
    done: Sequence[Judged]
    lost: Sequence[LostCases]
    rest: Evaluation

    @property
    def left_out(self) -> Sequence[str]:
        return self.rest.left_out

    @property
    def files_in_doubt(self) -> Sequence[int]:
        return self.rest.files_in_doubt

    @property
    def quarantine(self) -> Collection[SetAside]:
        return self.rest.quarantine

    @property
    def parts(self) -> int:
        return len(self.done) + len(self.lost)

    @property
    def events(self) -> int:
        return self.task.log.height

    @property
    def cases(self) -> int:
        return sum(part.cases for part in self.done) + sum(len(part.cases) for part in self.lost)

    @property
    def told(self) -> int:
        return sum(part.told for part in self.done)

    @property
    def by_rule(self) -> Mapping[str, int]:
        counts = Counter[str]()
        for part in self.done:
            counts.update(dict(part.by_rule))
        return counts

    def sample(self, events: int) -> Log:
        log, _ = log_of(self.task, slices_of(self.task, self.first))
        return _first_cases(log, events)

    @property
    def levels(self) -> frozenset[str]:
        return frozenset(level for part in self.done for level in part.levels)

    def write(self, file: BinaryIO, *, colour: bool = False) -> None:
        task, selection = self.task, self.task.selection
        if task.form == TEXT:
            parts = [part.overview for part in self.done if part.overview]
            known = overview.of_all([*parts, overview.overview(self.rest, selection)])
            shown = overview.with_remarks(self._judged_again(known.first), known)
            file.write(text.render_shown(shown, known, selection, colour=colour).encode())
        else:
            said = of_all([*(part.about for part in self.done if part.about), about(self.rest, selection)])
            form = form_of(task.form)
            form.write(frames([self._pieces(part) for part in self.done], form.ORDER), said, file)

    def _pieces(self, part: Judged) -> pl.LazyFrame:
        if part.pieces is not None:
            return part.pieces.lazy()
        assert self.task.folder
        return pl.scan_parquet(pieces_of(self.task.folder, part.number))

    def _judged_again(self, cases: Sequence[str]) -> Evaluation:
        """The few cases that are shown, whose evaluation nobody kept."""
        task, rest = self.task, self.rest
        of_cases = pl.col(c.CASE).is_in(list(cases))
        found = [collected(scan.filter(of_cases)) for scan in task.log.scans()]
        events = in_full(pl.concat(found, how="diagonal"), task.rulebook.vocabulary)
        log, _ = log_of(task, Slices(events, []))
        log = replaced(with_doubt(log, rest.files_in_doubt), left_out=rest.left_out)
        evaluation = engine.evaluate(task.rulebook, log, as_of=task.as_of, known_at=task.known_at)
        return replaced(evaluation, quarantine=rest.quarantine)


def _first_cases(log: Log, events: int) -> Log:
    """The cases of which the first events are."""
    cases = log.events[c.CASE].sort().head(events).unique()
    return replaced(log, events=log.events.filter(pl.col(c.CASE).is_in(cases.implode())))
