"""From the files of a log to its table."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import chain, groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Never, cast

import polars as pl

from punctilio.abreast import abreast
from punctilio.logs import codes
from punctilio.logs.chunks import Chunk, Reading
from punctilio.logs.duplicates import once_each, with_copies_noted
from punctilio.logs.events import EventReaders, event_readers, read_record
from punctilio.logs.formats import chunks_of, readings_of
from punctilio.logs.frames import BATCH, ReadEvent, batch_frame
from punctilio.logs.plain import plain_events
from punctilio.logs.quarantine import set_aside, set_aside_unread, with_quarantine
from punctilio.logs.records import Mistake, Place, Record, line_of
from punctilio.logs.references import retractions_of_nothing, with_targets_resolved
from punctilio.logs.sources import Source, find_sources, unreadable
from punctilio.logs.terms import Terms, terms_of
from punctilio.logs.values import nearest, short
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem, in_order
from punctilio.tables import columns as c
from punctilio.tables.schemas import events as event_schema
from punctilio.tables.tables import Log, SetAside
from punctilio.value import replaced

if TYPE_CHECKING:
    from punctilio.logs.mapping.model import Map


CAREFUL: Final = 10_000
"""Events that are read with care for one part: a log may be nothing but mistakes, each of which takes as much memory as
many a plain event."""


class Part(NamedTuple):
    """What one chunk holds, or some lines of it. ``events`` is as ``schemas.events``, in order of lines. ``bad`` are
    the lines that cannot be read; ``unread`` (case, id) are the events among them that say so much. ``unreadable`` says
    why a file cannot be read, or not to its end."""

    events: pl.DataFrame
    bad: Sequence[SetAside] = ()
    unread: Sequence[tuple[str, str]] = ()
    unreadable: Sequence[Problem] = ()

    @property
    def problems(self) -> list[Problem]:
        return [*(problem for line in self.bad for problem in line.problems), *self.unreadable]


class _Asked(NamedTuple):
    """What events may say, for those that are read one by one, and for those in columns: a small log has none."""

    vocabulary: Vocabulary
    readers: EventReaders
    terms: Callable[[], Terms]


class Late(NamedTuple):
    """A mistake of an event that was read: its file (by number), line and case are known, its column not yet."""

    file: int
    line: int
    case: str
    mistake: Mistake


def read_log(
    paths: Sequence[str | Path],
    *,
    vocabulary: Vocabulary,
    rule_ids: Collection[str] | None = None,
    quarantine: bool = False,
    mapping: Map | None = None,
) -> Log:
    """The events of all files, in order and each once, and the problems of what could not be read.

    ``paths`` may hold globs, and ``-`` for standard input. With ``rule_ids``, a waiver must name one of them. With
    ``quarantine``, lines that cannot be read are set aside, and problems are only those of whole files. With
    ``mapping``, the files are tables, or records, of columns that it knows.
    """
    sources, unfit = find_sources(paths, mapping)
    parts = list(read_parts(sources, vocabulary, rule_ids))
    written = pl.concat([part.events for part in parts]) if parts else _no_events(vocabulary)
    log, late = whole(written, [known for part in parts for known in part.unread], sources, vocabulary)
    bad = [*(line for part in parts for line in part.bad), *placed(late, sources, vocabulary)]
    problems = [*unfit, *(problem for part in parts for problem in part.unreadable)]
    if quarantine:
        return with_quarantine(replaced(log, problems=in_order(problems)), bad)
    return replaced(log, problems=in_order([*problems, *(problem for line in bad for problem in line.problems)]))


def read_parts(
    sources: Sequence[Source],
    vocabulary: Vocabulary,
    rule_ids: Collection[str] | None = None,
    *,
    width: int | None = None,
) -> Iterator[Part]:
    """The files' chunks as events, in order of files and lines. ``file`` counts through ``sources``. A few chunks are
    read at once, and ahead of what is asked for: ``width`` of them, by default as many as there are threads."""
    asked = _Asked(vocabulary, event_readers(vocabulary, rule_ids), cache(partial(terms_of, vocabulary, rule_ids)))
    chunks = (partial(_parts, reading, sources[file], file, asked) for file, reading in _readings(sources, vocabulary))
    return chain.from_iterable(abreast(chunks, width=width))


def read_records(
    name: str, records: Sequence[Record], *, vocabulary: Vocabulary, rule_ids: Collection[str] | None = None
) -> Log:
    """The log of records that stand in a file of this name, among other things, and the problems of what could not be
    read. Each record has a line of its own."""
    source = Source(name)
    part = _read_with_care(source, 0, records, event_readers(vocabulary, rule_ids), vocabulary)
    log, late = whole(part.events, part.unread, [source], vocabulary)
    by_line = {record.line: record for record in records}
    bad = [*part.bad, *(set_aside(name, by_line[item.line], [item.mistake]) for item in late)]
    return replaced(log, problems=in_order(problem for line in bad for problem in line.problems))


def whole(
    events: pl.DataFrame, unread: Iterable[tuple[str, str]], sources: Sequence[Source], vocabulary: Vocabulary
) -> tuple[Log, list[Late]]:
    """The events of parts as a log: in order, each once, and to be told apart; and the mistakes that only show so.

    It takes all events of the cases that are in it, and none of other cases: a log may be judged case by case.
    """
    distinct = once_each(events, vocabulary.parts.identity)
    known = with_targets_resolved(with_copies_noted(distinct.events), distinct.aliases)
    late = [*_conflicts(distinct.conflicts, sources), *_lost_retractions(known, unread)]
    copies = tuple(cast("list[tuple[str, int]]", distinct.copies.rows()))
    log = Log(events=known, vocabulary=vocabulary, files=tuple(s.name for s in sources), copies=copies)
    return log, late


def placed(late: Iterable[Late], sources: Sequence[Source], vocabulary: Vocabulary) -> Iterator[SetAside]:
    """The lines as they are written, in order of the log, for which the files that have any are read again."""
    by_file = groupby(sorted(late, key=lambda item: (item.file, item.line)), key=lambda item: item.file)
    return chain.from_iterable(_placed_in(sources[file], deque(items), vocabulary) for file, items in by_file)


def unplaced(late: Iterable[Late], name: str) -> Iterator[SetAside]:
    """The same lines of a file of this name that was changed since, without their text and their mistakes' columns."""
    for line, items in groupby(late, key=attrgetter("line")):
        known = list(items)
        problems = tuple(item.mistake.at(name, Place(line, 0, None)) for item in known)
        yield SetAside(name, line, b"", problems, tuple({item.case: None for item in known}), True)


def validate_log(
    path: str | Path, vocabulary: Vocabulary, rule_ids: Collection[str] | None = None, mapping: Map | None = None
) -> tuple[Problem, ...]:
    """Every mistake in one log."""
    return read_log([path], vocabulary=vocabulary, rule_ids=rule_ids, mapping=mapping).problems


# ── one chunk ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _readings(sources: Sequence[Source], vocabulary: Vocabulary) -> Iterator[tuple[int, Reading]]:
    """What makes the chunks of each file, by its number."""
    for file, source in enumerate(sources):
        try:
            for reading in readings_of(source, vocabulary):
                yield file, reading
        except OSError as error:
            yield file, partial(_fail, error)


def _fail(error: OSError) -> Never:
    raise error


def _parts(reading: Reading, source: Source, file: int, asked: _Asked) -> Iterator[Part]:
    """What a chunk holds: most often one part. The first is read at once, others when they are asked for."""
    try:
        chunk = reading()
    except OSError as error:
        return iter([Part(_no_events(asked.vocabulary), unreadable=[unreadable(source, error)])])
    parts = _read_chunk(chunk, source, file, asked)
    return chain([next(parts)], parts)


def _read_chunk(chunk: Chunk, source: Source, file: int, asked: _Asked) -> Iterator[Part]:
    """In columns what is plain there, and with care the rest, some lines at a time."""
    plain, lines = _plain(chunk, file, asked)
    records = chunk.records(lines)
    while len(some := list(islice(records, CAREFUL))) == CAREFUL:
        is_before = pl.col(c.LINE) <= line_of(some[-1])
        careful = _read_with_care(source, file, some, asked.readers, asked.vocabulary)
        yield _joined(plain.filter(is_before), careful)
        plain = plain.filter(~is_before)
    yield _joined(plain, _read_with_care(source, file, some, asked.readers, asked.vocabulary))


def _plain(chunk: Chunk, file: int, asked: _Asked) -> tuple[pl.DataFrame, Sequence[int]]:
    """The events that can be read in columns, and the lines of all others, in order."""
    if chunk.written.is_empty():  # as of small logs
        return _no_events(asked.vocabulary), chunk.odd
    plain, doubtful = plain_events(chunk.written, asked.terms(), file)
    if not doubtful:
        return plain, chunk.odd
    # a map may make several events of one line, which are then all read with care
    return plain.filter(~pl.col(c.LINE).is_in(doubtful)), sorted({*chunk.odd, *doubtful})


def _read_with_care(
    source: Source, file: int, records: Iterable[Record | Problem], readers: EventReaders, vocabulary: Vocabulary
) -> Part:
    """The records, one by one."""
    frames: list[pl.DataFrame] = []
    bad: list[SetAside] = []
    unread: list[tuple[str, str]] = []
    unfit: list[Problem] = []
    batch: list[ReadEvent] = []
    for record in records:
        if isinstance(record, Problem):
            if codes.is_of_whole_file(record.code):
                unfit.append(record)
            else:
                bad.append(set_aside_unread(record, is_mapped=source.mapping is not None))
            continue
        row, mistakes = read_record(record, readers)
        if mistakes:
            bad.append(set_aside(source.name, record, mistakes))
            unread.extend(_names(record))
            continue
        batch.append(ReadEvent(record.line, row))
        if len(batch) == BATCH:
            frames.append(batch_frame(batch, file, vocabulary.fields()))
            batch.clear()
    if batch:
        frames.append(batch_frame(batch, file, vocabulary.fields()))
    return Part(pl.concat(frames) if frames else _no_events(vocabulary), bad, unread, unfit)


def _joined(plain: pl.DataFrame, careful: Part) -> Part:
    """Both in the order of lines. Events that stand on one line keep their order."""
    if plain.is_empty():
        return careful
    if careful.events.is_empty():
        return careful._replace(events=plain)
    return careful._replace(events=pl.concat([plain, careful.events]).sort(c.LINE, maintain_order=True))


def _no_events(vocabulary: Vocabulary) -> pl.DataFrame:
    return pl.DataFrame(schema=event_schema(vocabulary))


def _names(record: Record) -> list[tuple[str, str]]:
    """The case and id of an event with mistakes, so that nobody is told that it is not there."""
    event = cast("dict[str, object]", record.value) if isinstance(record.value, dict) else {}
    case, name = event.get(c.CASE), event.get(c.ID)
    return [(case, name)] if isinstance(case, str) and isinstance(name, str) else []


# ── what shows only in the whole log ──────────────────────────────────────────────────────────────────────────────


def _conflicts(conflicts: pl.DataFrame, sources: Sequence[Source]) -> list[Late]:
    rows: list[tuple[str, int, int, str, int, int]] = conflicts.rows()
    return [
        Late(file, line, case, Mistake(codes.CONFLICT, _conflict(by, f"{sources[first_file].name}:{first_line}"), by))
        for case, file, line, by, first_file, first_line in rows
    ]


def _conflict(by: str, place: str) -> str:
    return f"{place} has this `{by}` too and says something else: keep one of the two, or give this one its own."


def _lost_retractions(events: pl.DataFrame, unread: Iterable[tuple[str, str]]) -> list[Late]:
    lost = retractions_of_nothing(events, unread)
    ids = _ids_of(events, lost[c.CASE]) if len(lost) else {}
    return [
        Late(file, line, case, Mistake(codes.UNKNOWN_EVENT, _lost(case, target), "event", nearest(target, ids[case])))
        for file, line, case, target in lost.select(c.FILE, c.LINE, c.CASE, c.field("event")).rows()
    ]


def _lost(case: str, target: str) -> str:
    return f"No event of `{short(case)}` has the id `{short(target)}`: name the event that is to be taken back."


def _ids_of(events: pl.DataFrame, cases: pl.Series) -> dict[str, frozenset[str]]:
    found = (
        events.filter(pl.col(c.CASE).is_in(cases.unique().implode())).group_by(c.CASE).agg(pl.col(c.ID).drop_nulls())
    )
    return {case: frozenset(ids) for case, ids in found.rows()}


def _placed_in(source: Source, waiting: deque[Late], vocabulary: Vocabulary) -> Iterator[SetAside]:
    """Those of one file, in order of its lines."""
    with suppress(OSError):
        for chunk in chunks_of(source, vocabulary):
            here: dict[int, list[Late]] = {}
            while waiting and waiting[0].line <= chunk.last:
                here.setdefault(waiting[0].line, []).append(waiting.popleft())
            for record in chunk.records(list(here)):
                if not isinstance(record, Problem):
                    mistakes = [item.mistake for item in here.pop(record.line, ())]
                    yield set_aside(source.name, record, mistakes)
            yield from unplaced(chain.from_iterable(here.values()), source.name)
            if not waiting:
                return
    yield from unplaced(waiting, source.name)
