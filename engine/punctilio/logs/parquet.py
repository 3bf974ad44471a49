"""Parquet: a row an event, in columns that have types. Texts are read as in JSON Lines; an instant may be a timestamp
that knows its zone, a deadline a date, a list a list of texts."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from io import BufferedReader, FileIO
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from punctilio.logs import codes
from punctilio.logs.chunks import Chunk, Reading, all_odd
from punctilio.logs.records import Mistake, Place, Record
from punctilio.logs.row_groups import FooterError, row_groups
from punctilio.logs.sources import Source
from punctilio.logs.table import EVERY_EVENT, Table, slips_of_names, unread, unreadable_table
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, FieldType, Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c

_ROWS: Final = 100_000
"""Rows that are read at once, of a row group that has more."""
_NUMBER: Final = "\0"
"""Numbers the rows, in a column of which no file has one. A column called ``line`` is read, but not in columns."""
_FILE: Final = Place(0, 0, None)
_ARROW: Final = "ARROW:schema"
"""The name under which Arrow's writers keep their own schema beside that of Parquet."""
_OFFSETS: Final = re.compile(rb"(?:\x06\0\0\0[+-][0-9]{2}:[0-9]{2}|\x05\0\0\0[+-][0-9]{4}|\x01\0\0\0Z)\0")
"""Offsets as texts in that schema, where zones should be: Polars cries out on standard error before it panics."""
_FARTHEST: Final = 2**62
"""Microseconds: an instant that nobody means, and that Polars can still write down, in the year 148,108."""
_FAULTS: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


class Row(NamedTuple):
    """A row, with its number in the file, its row group, and its number in that (all from 1)."""

    line: int
    value: dict[str, object]
    group: int
    row: int

    @property
    def text(self) -> str:
        """A row is shown as JSON."""
        return json.dumps(self.value, ensure_ascii=False)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return ()

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        """A row has no columns to point at."""
        return Place(self.line, 0, self.text, f"It is row {self.row} of row group {self.group}.")


class _Slice(NamedTuple):
    """Rows of one row group: where they begin in the file and in the group (from 0), and how many they are."""

    group: int
    start: int
    within: int
    length: int


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
    """The rows of a file whose columns have the names of fields."""
    found = table(source)
    problems = found.problems or (
        *slips_of_names(source.name, found, vocabulary),
        *_mistyped(source, found, vocabulary),
    )
    if problems:
        yield partial(unread, problems)
    else:
        yield from found.chunks(found.names)


def table(source: Source) -> Table:
    """The file as a table. Raises OSError."""
    with source.open() as stream:
        try:
            groups = row_groups(stream)
            file, schema = _opened(source, stream)
        except pl.exceptions.DuplicateError:
            message = "Two columns have the same name: rename one of them, or leave it out."
            return unreadable_table(Mistake(codes.BAD_COLUMN, message).at(source.name, _FILE))
        except (FooterError, binascii.Error, *_FAULTS):
            message = "This is no whole Parquet file: write it anew."
            return unreadable_table(Mistake(codes.BAD_PARQUET, message).at(source.name, _FILE))
    types = {name: kind for name, kind in schema.items() if kind != pl.String}

    def place(_: str | None) -> Place:
        return _FILE

    def chunks(names: Collection[str]) -> Iterator[Reading]:
        columns = [_simple(name, schema[name]) for name in names if schema[name] != pl.Null]
        return (partial(_chunk, source, file, part, columns) for part in _slices(groups))

    return Table(tuple(schema), place, chunks, MappingProxyType(types))


def _opened(source: Source, stream: BinaryIO) -> tuple[Path | bytes, Mapping[str, pl.DataType]]:
    """What Polars can open, and its columns: a file by its path, which it reads in parts, or the content; of one with
    zones at which Polars 2.1 panics, the content without them."""
    is_file = isinstance(stream, BufferedReader) and isinstance(stream.raw, FileIO)
    stream.seek(0)
    file: Path | bytes = Path(source.name) if is_file else stream.read()
    written = pl.read_parquet_metadata(file).get(_ARROW, "")
    if not _OFFSETS.search(b64decode(written)):
        try:
            return file, pl.read_parquet_schema(file)
        except pl.exceptions.PanicException as fault:
            if "time zone" not in str(fault):
                raise
    stream.seek(0)
    file = _without_zones(stream.read())
    return file, pl.read_parquet_schema(file)


def _without_zones(content: bytes) -> bytes:
    """The content without Arrow's schema, which is no part of Parquet: what has a zone is in UTC then, the same
    instants."""
    return content.replace(_ARROW.encode(), _ARROW.upper().encode())


# ── columns ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _mistyped(source: Source, found: Table, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Columns whose type is none in which their field can be written."""
    texts = pl.String()
    for name in found.names:
        kind = found.types.get(name, texts)
        field = "instant" if name in (c.AT, c.RECORDED_AT) else vocabulary.fields().get(name, "string")
        if kind == pl.Null or not (name in EVERY_EVENT or name in vocabulary.fields()):
            continue
        if isinstance(kind, pl.Datetime) and kind.time_zone is None and field in INSTANT_TYPES:
            message = (
                f"The column `{name}` holds timestamps without a zone, so that nobody knows which instants they are: "
                "write it with a zone, or name the zone in a map (--map)."
            )
            yield Mistake(codes.BAD_COLUMN, message).at(source.name, _FILE)
        elif not _fits(kind, field):
            message = f"The column `{name}` holds {_called(kind)} and must hold {_WANTED.get(field, 'texts')}."
            yield Mistake(codes.BAD_COLUMN, message).at(source.name, _FILE)


def _fits(kind: pl.DataType, field: FieldType) -> bool:
    if field in INSTANT_TYPES:
        return isinstance(kind, pl.Datetime) or _is_text(kind) or (kind == pl.Date and field == "deadline")
    if field in LIST_TYPES:
        return isinstance(kind, pl.List | pl.Array) and _holds_texts(kind)
    if field == "boolean":
        return kind == pl.Boolean
    if field == "integer":
        return kind.is_integer()
    if field == "number":
        return kind.is_numeric()
    return _is_text(kind)


def _is_text(kind: object) -> bool:
    return kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)


def _holds_texts(kind: pl.List | pl.Array) -> bool:
    """Lists that are all empty are of nothing."""
    return _is_text(kind.inner) or kind.inner == pl.Null


def _called(kind: pl.DataType) -> str:
    names = ((pl.List, "lists"), (pl.Array, "lists"), (pl.Binary, "bytes"))
    if _is_text(kind):
        return "texts"
    by_class = next((name for each, name in names if isinstance(kind, each)), "mappings" if kind.is_nested() else None)
    if by_class or not kind.is_temporal():
        return by_class or ("numbers" if kind.is_numeric() else "truth values" if kind == pl.Boolean else "no values")
    return "dates" if kind == pl.Date else "timestamps" if isinstance(kind, pl.Datetime) else "lengths or times of day"


_WANTED: Final[Mapping[FieldType, str]] = {
    "instant": "instants",
    "deadline": "dates or instants",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "truth values",
    "people": "lists of texts",
    "strings": "lists of texts",
}


def _simple(name: str, kind: pl.DataType) -> pl.Expr:
    """The column in one of the few types that a chunk has."""
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return _timestamp(column, kind)
    if isinstance(kind, pl.List | pl.Array):
        return column.cast(pl.List(pl.String)) if _holds_texts(kind) else column
    if kind.is_integer():
        return column if kind == pl.UInt64 or kind.is_signed_integer() else column.cast(pl.Int64)
    if kind.is_numeric():
        return column.cast(pl.Float64)
    return column.cast(pl.String) if _is_text(kind) else column


def _timestamp(column: pl.Expr, kind: pl.Datetime) -> pl.Expr:
    """In microseconds, and in UTC where it has a zone. What is farther than any instant is the farthest."""
    numbers = column.to_physical()
    if kind.time_unit == "ns":
        numbers = numbers // 1000
    if kind.time_unit == "ms":
        numbers = numbers.clip(-_FARTHEST // 1000, _FARTHEST // 1000) * 1000
    return numbers.clip(-_FARTHEST, _FARTHEST).cast(pl.Datetime("us", "UTC" if kind.time_zone else None))


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chunk(source: Source, file: Path | bytes, part: _Slice, columns: Sequence[pl.Expr]) -> Chunk:
    # In one piece: Polars 2.1 fails on lists as they come from a slice of a file (list.eval in select_seq).
    numbers = pl.int_range(part.start + 1, part.start + 1 + pl.len(), dtype=pl.UInt32).alias(_NUMBER)
    try:
        scan = pl.scan_parquet(file, glob=False, hive_partitioning=False, cache=False)
        rows = scan.slice(part.start, part.length).select(numbers, *columns).collect().rechunk()
    except _FAULTS as fault:
        message = f"The row group {part.group} is damaged: write the file anew."
        if "utf-8" in str(fault).lower():
            message = f"A text in row group {part.group} is not UTF-8: write the file anew."
        return unread([Mistake(codes.BAD_PARQUET, message).at(source.name, Place(part.start + 1, 0, None))])
    return _chunk_of(rows, part)


def _slices(groups: Sequence[int]) -> Iterator[_Slice]:
    start = 0
    for group, length in enumerate(groups, 1):
        for within in range(0, length, _ROWS):
            yield _Slice(group, start + within, within, min(_ROWS, length - within))
        start += length


def _chunk_of(rows: pl.DataFrame, part: _Slice) -> Chunk:
    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        wanted = rows.filter(pl.col(_NUMBER).is_in(list(lines))).with_columns(_as_texts(rows.schema))
        for row in wanted.iter_rows(named=True):
            line = row.pop(_NUMBER)
            said = {name: value for name, value in row.items() if value is not None}
            if said:
                yield Row(line, said, part.group, line - part.start + part.within)

    if c.LINE in rows.columns:
        return all_odd(rows[_NUMBER].to_list(), records)
    return Chunk(rows.rename({_NUMBER: c.LINE}), (), records)


def _as_texts(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    """Instants and dates as JSON has them."""
    found: list[pl.Expr] = []
    for name, kind in schema.items():
        if isinstance(kind, pl.Datetime):
            zone = "" if kind.time_zone is None else "Z"
            found.append(pl.col(name).dt.strftime(f"%Y-%m-%dT%H:%M:%S%.6f{zone}"))
        elif kind == pl.Date:
            found.append(pl.col(name).dt.strftime("%Y-%m-%d"))
    return found
