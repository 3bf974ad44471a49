"""A file read by a map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import islice

import polars as pl

from punctilio.logs import codes
from punctilio.logs.chunks import Chunk, Reader, Reading, all_odd
from punctilio.logs.half_characters import half_character
from punctilio.logs.mapping.columns import events_in, says_nothing
from punctilio.logs.mapping.model import Map
from punctilio.logs.mapping.rows import MappedEvent, events_of, unmapped_column
from punctilio.logs.records import Mistake, Record
from punctilio.logs.sources import Source
from punctilio.logs.table import Table, unread
from punctilio.logs.values import nearest, short
from punctilio.model.vocabulary import INSTANT_TYPES, Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c


def read_table(source: Source, table: Table, rules: Map) -> Iterator[Reading]:
    """The events that the rows of a table give."""
    if problems := table.problems or tuple(_slips(source, table, rules)):
        yield partial(unread, problems)
        return
    rules = _without_forms(rules, table)
    for number, read in enumerate(table.chunks(list(rules.columns))):
        yield partial(_of_table, read, table, number, source, rules)


def _without_forms(rules: Map, table: Table) -> Map:
    """The map for columns of which the table knows by itself that they are dates or timestamps: no format is theirs."""
    dated = {name for name, kind in table.types.items() if isinstance(kind, pl.Date | pl.Datetime)}
    events = [
        event._replace(
            fields=tuple(
                field._replace(clock=field.clock._replace(form=None)) if field.column in dated else field
                for field in event.fields
            )
        )
        for event in (rules.events if dated else ())
    ]
    return rules._replace(events=tuple(events)) if dated else rules


def _with_others(chunk: Chunk, table: Table, number: int) -> Chunk:
    """The chunk of this number with the columns too that the map ignores, of those that a row of JSON can hold: they
    tell a row that says nothing from one of which the map says nothing, and a row that is set aside is shown with them.
    """
    names = [name for name in table.names if name != c.LINE and _wrong_type(table.types.get(name)) is None]
    is_whole = set(names) <= set(chunk.written.columns)
    return chunk if is_whole else next(islice(table.chunks(names), number, None))()


def _of_table(read: Reading, table: Table, number: int, source: Source, rules: Map) -> Chunk:
    chunk = read()
    if c.LINE in rules.columns:  # which columns call the number of the line
        return all_odd(chunk.odd, _records(chunk, source, rules))
    rows = _columns(chunk, rules)
    if chunk.odd or says_nothing(rows).any():
        chunk = _with_others(chunk, table, number)
        rows = _columns(chunk, rules)  # all may have to be read with care now
    written, doubtful = events_in(rows, rules)
    return Chunk(written, sorted({*chunk.odd, *doubtful}), _records(chunk, source, rules))


def read_records(source: Source, read: Reader, vocabulary: Vocabulary, rules: Map) -> Iterator[Reading]:
    """The events that the records of a format give that is no table: each with care, since its keys are its own."""
    for read_chunk in read(source, vocabulary):
        yield partial(_of_records, read_chunk, source, rules)


def _of_records(read: Reading, source: Source, rules: Map) -> Chunk:
    chunk = read()
    return all_odd(sorted({*chunk.odd, *chunk.written[c.LINE]}), _records(chunk, source, rules))


def _columns(chunk: Chunk, rules: Map) -> pl.DataFrame:
    """The columns that the map reads; nothing but nulls is what one holds that is not there."""
    there = set(chunk.written.columns)
    read = (pl.col(name) if name in there else pl.lit(None, pl.String).alias(name) for name in rules.columns)
    return chunk.written.select(c.LINE, *read)


def _records(chunk: Chunk, source: Source, rules: Map) -> Callable[[Collection[int]], Iterator[Record | Problem]]:
    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        for record in chunk.records(lines):
            if isinstance(record, Problem):
                yield record
            else:
                yield from (_whole(event) for event in events_of(record, rules))

    return records


def _whole(event: MappedEvent) -> MappedEvent:
    """The event, blamed if half of a character stands in it."""
    said = {name: value for name, value in event.value.items() if not isinstance(value, Mistake)}
    mistake = None if event.mistakes else half_character(said)
    return event._replace(mistakes=(mistake,)) if mistake else event


# ── what does not go together ─────────────────────────────────────────────────────────────────────────────────────


def _slips(source: Source, table: Table, rules: Map) -> Iterator[Problem]:
    """Columns of which only the table or only the map knows, or in which no field can be written."""
    for name in table.names:
        if not rules.knows(name):
            near = nearest(name, frozenset(rules.columns) - set(table.names))
            mistake = Mistake(codes.BAD_COLUMN, unmapped_column(name), name, near)
            yield mistake.at(source.name, table.place(name))
    for name, (place, line) in rules.columns.items():
        if name not in table.names:
            message = f"`{source.name}` has no column `{short(name)}`: correct the name, or take it out."
            near = nearest(name, frozenset(table.names))
            yield Problem(codes.BAD_COLUMN, message, place, near, line)
        elif (wrong := _wrong_type(table.types.get(name))) is not None:
            message = f"The column `{short(name)}` of `{source.name}` holds {wrong}, which no field can take."
            yield Problem(codes.BAD_COLUMN, message, place, None, line)
    yield from _dates_as_others(source, table, rules)


def _dates_as_others(source: Source, table: Table, rules: Map) -> Iterator[Problem]:
    """Columns of dates or timestamps that fields are to take which are neither: no one writing is theirs."""
    fields = (field for event in rules.events for field in event.fields if field.kind not in INSTANT_TYPES)
    for name, field in dict.fromkeys((each.column, each.field) for each in fields if each.column is not None):
        kind = table.types.get(name)
        if isinstance(kind, pl.Date | pl.Datetime):
            place, line = rules.columns[name]
            held = "dates" if kind == pl.Date else "timestamps"
            message = (
                f"The column `{short(name)}` of `{source.name}` holds {held}, and `{field}` takes neither an "
                "instant nor a deadline: write the column as texts, or map it elsewhere."
            )
            yield Problem(codes.BAD_COLUMN, message, place, None, line)


def _wrong_type(kind: pl.DataType | None) -> str | None:
    if kind is None or kind.is_numeric() or isinstance(kind, pl.Boolean | pl.Date | pl.Null | pl.String):
        return None
    if isinstance(kind, pl.Datetime | pl.Categorical | pl.Enum):
        return None
    is_list = isinstance(kind, pl.List | pl.Array) and kind.inner == pl.String
    return None if is_list else "mappings" if isinstance(kind, pl.Struct) else "values of another kind"
