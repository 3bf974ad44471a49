"""One part of a log, judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from punctilio import evaluation as engine
from punctilio.batch.clock import Clock, Spent
from punctilio.batch.files import Kept, read_value, write_frame, write_value
from punctilio.batch.mistakes import SHOWN
from punctilio.batch.ranges import Range, rows_of
from punctilio.batch.reading import Held, Split
from punctilio.logs.quarantine import Touched, with_doubt
from punctilio.logs.read import Late, whole
from punctilio.logs.sources import Source
from punctilio.model.rule import Rulebook
from punctilio.model.vocabulary import Vocabulary
from punctilio.polars_thread import on_sole_polars_thread
from punctilio.reporters import form_of
from punctilio.reporters.about import About, about
from punctilio.reporters.overview import Overview, overview
from punctilio.selection import Selection, of_cases
from punctilio.tables import columns as c
from punctilio.tables.schemas import events as event_schema
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import replaced

TEXT: Final = "text"
CASES: Final = 500
"""Cases that are told at a time: a form may make many values of each."""
MANY_CASES: Final = 20_000
"""The same for forms that tell in columns."""
_IN_COLUMNS: Final = frozenset({"summary", "jsonl", "csv", "parquet"})
ROWS: Final = 50_000
"""Rows of one row group of a part's pieces: the least that is read when they are put together."""


class Task(NamedTuple):
    """What is to be done with every part. ``files`` are the names of the log's; ``folder`` takes the results, where
    the log is on disk. Where the log is known to have mistakes, nothing ``is_judged``, and only more of them are looked
    for. With ``quarantine``, lines were set aside that touched what is ``aside``, and more that are found are."""

    rulebook: Rulebook
    as_of: datetime
    known_at: datetime | None
    form: str
    selection: Selection
    files: tuple[str, ...]
    log: Held | Split
    folder: Path | None
    is_judged: bool
    quarantine: bool
    aside: Touched


class Judged(NamedTuple):
    """What is known of a part that was judged. The ``pieces`` of its report are None where they are ``kept`` in the
    folder, or the form has none.

    ``late`` are mistakes that only show in the whole of a case, the first of ``late_count``; all of them where lines
    are set aside. ``cases`` came in, and ``told`` of them are in the report; ``chosen`` are those of the selection that
    are. ``levels`` are those of the findings that are shown, ``by_rule`` counts what there is of each rule: decisions,
    findings, allowances, notes. ``about`` and ``overview`` are None where nothing was judged, the latter for all forms
    but text.
    """

    number: int
    events: int = 0
    cases: int = 0
    told: int = 0
    late: tuple[Late, ...] = ()
    late_count: int = 0
    chosen: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    by_rule: tuple[tuple[str, int], ...] = ()
    about: About | None = None
    overview: Overview | None = None
    pieces: pl.DataFrame | None = None
    kept: Kept | None = None
    spent: tuple[tuple[str, Spent], ...] = ()


def pieces_of(folder: Path, number: int) -> Path:
    """Where the pieces of a part's report are."""
    return folder / f"part-{number:05}.parquet"


def judged_of(folder: Path, number: int) -> Path:
    """Where it stands that a part is done: a Judged."""
    return folder / f"part-{number:05}.done"


def judged_before(folder: Path, number: int) -> Judged | None:
    """What an earlier run has judged, if it is all there."""
    done: Judged | None = read_value(judged_of(folder, number))
    return done if done and (done.kept is None or done.kept.is_sound(folder)) else None


def judge(task: Task, part: Range) -> Judged:
    """Judge a part, with the pieces of its report."""
    clock = Clock()
    with clock.phase("gather"):
        read = slices_of(task, part)
        log, late = log_of(task, read)
        log, touched = _without(task, part, log, late)
    if task.quarantine or (task.is_judged and not late):
        with clock.phase("judge"):
            judging = partial(engine.evaluate, task.rulebook, log, as_of=task.as_of, known_at=task.known_at)
            evaluation = on_sole_polars_thread(judging)
        with clock.phase("tell"):
            done = on_sole_polars_thread(partial(_told, task, part.number, evaluation))
    else:
        done = Judged(part.number)
    return done._replace(
        events=read.events.height,
        cases=pl.concat([read.events[c.CASE], pl.Series(list(touched), dtype=pl.String)]).n_unique(),
        late=tuple(late if task.quarantine else in_order(late, task.files)[:SHOWN]),
        late_count=len(late),
        spent=tuple(clock.spent.items()),
    )


def judge_to_disk(task: Task, part: Range) -> Judged:
    """Judge a part, write down its pieces, and then that it is done. Raises UnwritableError."""
    folder = task.folder
    assert folder, "a log on disk has one"
    done = judge(task, part)
    clock = Clock()
    if done.pieces is not None:
        with clock.phase("keep"):
            done = done._replace(kept=write_frame(done.pieces, pieces_of(folder, part.number), rows=ROWS))
    done = done._replace(pieces=None, spent=(*done.spent, *clock.spent.items()))
    write_value(done, judged_of(folder, part.number))
    return done


def in_order(late: Iterable[Late], files: Sequence[str]) -> list[Late]:
    """By file and line, as mistakes are listed."""
    return sorted(late, key=lambda item: (files[item.file], item.line))


class Slices(NamedTuple):
    """Events as read, in the order of the log within each case, and the case and id of those with mistakes."""

    events: pl.DataFrame
    unread: list[tuple[str, str]]


def slices_of(task: Task, part: Range) -> Slices:
    """What the log holds of a part."""
    unread = task.log.scans_of_unread()
    events = in_full(rows_of(task.log.scans(), part), task.rulebook.vocabulary)
    return Slices(events, rows_of(unread, part).rows() if unread else [])


def in_full(events: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """With the columns of which no event has anything, in order."""
    return events.match_to_schema(event_schema(vocabulary), missing_columns="insert")


def log_of(task: Task, read: Slices) -> tuple[Log, list[Late]]:
    """The log of some cases, and the mistakes that only show in the whole of them."""
    return whole(read.events, read.unread, [Source(name) for name in task.files], task.rulebook.vocabulary)


def _without(task: Task, part: Range, log: Log, late: Sequence[Late]) -> tuple[Log, frozenset[str]]:
    """The log without the cases of lines that are set aside, and those cases. Which lines these are, and that their
    cases are left out, is said of the run."""
    if not task.quarantine:
        return log, frozenset()
    touched = frozenset(filter(part.holds, task.aside.cases)).union(item.case for item in late)
    kept = replaced(log, events=log.events.filter(~pl.col(c.CASE).is_in(sorted(touched))))
    return with_doubt(kept, task.aside.files), touched


def _told(task: Task, number: int, evaluation: Evaluation) -> Judged:
    selection = task.selection
    known = evaluation.statuses.filter(pl.col(c.CASE).is_in(sorted(selection.cases))) if selection.cases else None
    return Judged(
        number=number,
        told=evaluation.statuses.height,
        chosen=frozenset(known[c.CASE]) if known is not None else frozenset(),
        levels=frozenset(selection.of(evaluation.findings)[c.LEVEL].unique()),
        by_rule=tuple(rows_by_rule(evaluation).rows()),
        about=about(evaluation, selection),
        overview=overview(evaluation, selection) if task.form == TEXT else None,
        pieces=pieces(task.form, evaluation, selection) if task.form != TEXT else None,
    )


def pieces(name: str, evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
    """The pieces of the form of this name, some cases at a time."""
    form = form_of(name)
    cases = evaluation.statuses[c.CASE]
    few = MANY_CASES if name in _IN_COLUMNS else CASES
    some = [cases.slice(start, few).to_list() for start in range(0, cases.len(), few)]
    if len(some) < 2:
        return form.pieces(evaluation, selection)
    together = pl.concat([form.pieces(of_cases(evaluation, each), selection) for each in some])
    return together if form.ORDER[0] == c.CASE else together.sort(form.ORDER, nulls_last=True, maintain_order=True)


def rows_by_rule(evaluation: Evaluation) -> pl.DataFrame:
    """How many rows of any frame there are of each rule: ``rule``, ``count``. Notes on the run are of no case."""
    notes = evaluation.notes.filter(pl.col(c.CASE).is_not_null())
    frames = (evaluation.decisions, evaluation.findings, evaluation.allowances, notes)
    rules = pl.concat([frame[c.RULE] for frame in frames]).drop_nulls()
    return rules.value_counts(sort=True)
