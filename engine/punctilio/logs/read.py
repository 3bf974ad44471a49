"""From the files of a log to its table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, cast

import polars as pl

from punctilio.logs import codes
from punctilio.logs.duplicates import once_each, with_identity
from punctilio.logs.events import EventReaders, event_readers, read_event
from punctilio.logs.formats import format_of
from punctilio.logs.frames import BATCH, ReadEvent, batch_frame, read_event_of
from punctilio.logs.records import Mistake, Place, Record, problem_in
from punctilio.logs.references import retractions_of_nothing, with_targets_resolved
from punctilio.logs.sources import Source, find_sources, unreadable
from punctilio.logs.values import nearest, short
from punctilio.model.vocabulary import FieldType, Vocabulary
from punctilio.problems import Problem, in_order
from punctilio.tables import columns as c
from punctilio.tables.schemas import events as event_schema
from punctilio.tables.tables import Log


def read_log(paths: Sequence[str | Path], *, vocabulary: Vocabulary, rule_ids: Collection[str] | None = None) -> Log:
    """The events of all files, in order and each once, and the problems of what could not be read.

    ``paths`` may hold globs, and ``-`` for standard input. With ``rule_ids``, a waiver must name one of them.
    """
    sources, unfit = find_sources(paths)
    readers = event_readers(vocabulary, rule_ids)
    parts = [_read_part(source, number, readers, vocabulary.fields()) for number, source in enumerate(sources)]
    frames = [frame for part in parts for frame in part.frames]
    written = pl.concat(frames) if frames else pl.DataFrame(schema=event_schema(vocabulary))
    distinct = once_each(written, vocabulary.parts.identity)
    events = with_identity(with_targets_resolved(distinct.events, distinct.aliases))
    late = [
        *_conflicts(distinct.conflicts, sources),
        *_lost_retractions(events, [known for part in parts for known in part.unread]),
    ]
    problems = [*unfit, *(problem for part in parts for problem in part.problems), *_placed(late, sources)]
    return Log(events=events, vocabulary=vocabulary, files=tuple(s.name for s in sources), problems=in_order(problems))


def validate_log(
    path: str | Path, vocabulary: Vocabulary, rule_ids: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Every mistake in one log."""
    return read_log([path], vocabulary=vocabulary, rule_ids=rule_ids).problems


# ── one file ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _Part(NamedTuple):
    """What one file holds. ``unread`` (case, id) are events that are there and have mistakes."""

    frames: list[pl.DataFrame]
    problems: list[Problem]
    unread: list[tuple[str, str]]


def _read_part(source: Source, file: int, readers: EventReaders, fields: Mapping[str, FieldType]) -> _Part:
    part = _Part([], [], [])
    batch: list[ReadEvent] = []
    try:
        for record in format_of(source).read(source):
            if isinstance(record, Problem):
                part.problems.append(record)
                continue
            row, mistakes = read_event(record.value, readers)
            if mistakes:
                part.problems.extend(problem_in(source.name, record, mistake) for mistake in mistakes)
                part.unread.extend(_names(record))
                continue
            batch.append(read_event_of(record.line, row))
            if len(batch) == BATCH:
                part.frames.append(batch_frame(batch, file, fields))
                batch.clear()
    except OSError as error:
        part.problems.append(unreadable(source, error))
    if batch:
        part.frames.append(batch_frame(batch, file, fields))
    return part


def _names(record: Record) -> list[tuple[str, str]]:
    """The case and id of an event with mistakes, so that nobody is told that it is not there."""
    event = cast("dict[str, object]", record.value) if isinstance(record.value, dict) else {}
    case, name = event.get(c.CASE), event.get(c.ID)
    return [(case, name)] if isinstance(case, str) and isinstance(name, str) else []


# ── what shows only in the whole log ──────────────────────────────────────────────────────────────────────────────


class _Late(NamedTuple):
    """A mistake of an event that was read: its file (by number) and line are known, its column not yet."""

    file: int
    line: int
    mistake: Mistake


def _conflicts(conflicts: pl.DataFrame, sources: Sequence[Source]) -> list[_Late]:
    rows: list[tuple[int, int, str, int, int]] = conflicts.rows()
    return [
        _Late(file, line, Mistake(codes.CONFLICT, _conflict(by, f"{sources[first_file].name}:{first_line}"), by))
        for file, line, by, first_file, first_line in rows
    ]


def _conflict(by: str, place: str) -> str:
    return f"{place} has this `{by}` too and says something else: keep one of the two, or give this one its own."


def _lost_retractions(events: pl.DataFrame, unread: Iterable[tuple[str, str]]) -> list[_Late]:
    lost = retractions_of_nothing(events, unread)
    ids = _ids_of(events, lost[c.CASE]) if len(lost) else {}
    return [
        _Late(file, line, Mistake(codes.UNKNOWN_EVENT, _lost(case, target), "event", nearest(target, ids[case])))
        for file, line, case, target in lost.select(c.FILE, c.LINE, c.CASE, c.field("event")).rows()
    ]


def _lost(case: str, target: str) -> str:
    return f"No event of `{short(case)}` has the id `{short(target)}`: name the event that is to be taken back."


def _ids_of(events: pl.DataFrame, cases: pl.Series) -> dict[str, frozenset[str]]:
    found = (
        events.filter(pl.col(c.CASE).is_in(cases.unique().implode())).group_by(c.CASE).agg(pl.col(c.ID).drop_nulls())
    )
    return {case: frozenset(ids) for case, ids in found.rows()}


def _placed(late: Sequence[_Late], sources: Sequence[Source]) -> list[Problem]:
    """The problems with their columns, for which the files that have any are read again."""
    by_file: dict[int, dict[int, list[Mistake]]] = {}
    for item in late:
        by_file.setdefault(item.file, {}).setdefault(item.line, []).append(item.mistake)
    return [problem for file, by_line in by_file.items() for problem in _placed_in(sources[file], by_line)]


def _placed_in(source: Source, by_line: dict[int, list[Mistake]]) -> Iterator[Problem]:
    waiting = dict(by_line)
    with suppress(OSError):
        for record in format_of(source).read(source):
            if not isinstance(record, Problem):
                yield from (problem_in(source.name, record, mistake) for mistake in waiting.pop(record.line, ()))
    for line, mistakes in waiting.items():  # the file was changed since: the line is all that is known
        yield from (mistake.at(source.name, Place(line, 0, None)) for mistake in mistakes)
