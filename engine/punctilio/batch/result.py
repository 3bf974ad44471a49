"""A log that was judged: in one piece, or in parts. Both are asked the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import BinaryIO, NamedTuple, Protocol

import polars as pl

from punctilio import evaluation as engine
from punctilio.batch.assembling import frames
from punctilio.batch.piece import TEXT, Judged, Slices, Task, log_of, pieces_of, rows_by_rule
from punctilio.reporters import form_of, overview, text, write
from punctilio.reporters.about import of_all
from punctilio.selection import Selection, is_broken
from punctilio.selection import has_level as is_among
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation


class LostCases(NamedTuple):
    """Cases that are left out because nobody could judge their part, and why not: a sentence."""

    reason: str
    cases: tuple[str, ...]


class Result(Protocol):
    """A judged log. Of the ``cases`` that came in, the report tells of ``told``; ``later`` ones have begun after the
    as-of, or were taken back; the others are in ``lost``. ``by_rule`` counts the decisions, findings, allowances and
    notes of each rule. ``parts`` is how many it was judged in.
    """

    @property
    def events(self) -> int: ...
    @property
    def cases(self) -> int: ...
    @property
    def told(self) -> int: ...
    @property
    def lost(self) -> Sequence[LostCases]: ...
    @property
    def by_rule(self) -> Mapping[str, int]: ...
    @property
    def parts(self) -> int: ...

    def has_broken(self, force: str) -> bool:
        """Whether a rule of this force or a stronger one is broken in what is shown."""
        ...

    def write(self, file: BinaryIO, *, colour: bool = False) -> None:
        """Write the report; in parts, with memory for a few of its frames. Raises OSError."""
        ...


class Whole(NamedTuple):
    """Judged in one piece."""

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
    def by_rule(self) -> Mapping[str, int]:
        return dict(rows_by_rule(self.evaluation).rows())

    def has_broken(self, force: str) -> bool:
        return is_broken(self.evaluation, self.selection, force)

    def write(self, file: BinaryIO, *, colour: bool = False) -> None:
        if self.form == TEXT:
            file.write(text.render(self.evaluation, self.selection, colour=colour).encode())
        else:
            write(self.form, self.evaluation, self.selection, file)


class InParts(NamedTuple):
    """Judged in parts, which are in the work folder. ``done`` are in order of their cases."""

    task: Task
    done: Sequence[Judged]
    lost: Sequence[LostCases]

    @property
    def parts(self) -> int:
        return len(self.done) + len(self.lost)

    @property
    def events(self) -> int:
        return sum(run.height for run in self.task.runs)

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

    def has_broken(self, force: str) -> bool:
        return is_among((level for part in self.done for level, _ in part.levels), force)

    def write(self, file: BinaryIO, *, colour: bool = False) -> None:
        task = self.task
        if task.form == TEXT:
            known = overview.of_all([part.overview for part in self.done if part.overview])
            shown = overview.with_remarks(_judged_again(task, known.first), known)
            file.write(text.render_shown(shown, known, task.selection, colour=colour).encode())
        else:
            form = form_of(task.form)
            said = of_all([part.about for part in self.done if part.about])
            pieces = [pieces_of(task.folder, part.number) for part in self.done]
            form.write(frames(pieces, form.ORDER), said, file)


def _judged_again(task: Task, cases: Sequence[str]) -> Evaluation:
    """The few cases that are shown, whose evaluation nobody kept."""
    of_cases = pl.col(c.CASE).is_in(list(cases))
    events = pl.concat([pl.scan_parquet(run.events).filter(of_cases).collect() for run in task.runs])
    log, _ = log_of(task, Slices(events, []))
    return engine.evaluate(task.rulebook, log, as_of=task.as_of)
