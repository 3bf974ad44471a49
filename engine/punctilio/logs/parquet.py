"""Parquet: a row an event, in columns that have types. Texts are read as in JSON Lines; an instant may be a timestamp
that knows its zone, a deadline a date, a list a list of texts."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from io import BufferedReader, FileIO
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple, cast

import polars as pl

from punctilio.logs import arrow_schema, codes
from punctilio.logs.chunks import Chunk, Reading, all_odd
from punctilio.logs.half_characters import byte_in
from punctilio.logs.parquet_bytes import with_bytes_for_texts
from punctilio.logs.parquet_columns import FILE, mistyped, simple
from punctilio.logs.records import Mistake, Place
from punctilio.logs.row_groups import Footer, FooterError, RowGroup, footer_of
from punctilio.logs.sources import Source
from punctilio.logs.table import Table, slips_of_names, unread, unreadable_table
from punctilio.logs.values import short
from punctilio.model.vocabulary import Vocabulary
from punctilio.tables import columns as c

_ROWS: Final = 100_000
"""Rows that are read at once, of a row group that has more."""
_NUMBER: Final = "\0"
"""Numbers the rows, in a column of which no file has one. A column called ``line`` is read, but not in columns."""
_Schema = Mapping[str, pl.DataType]
_FAULTS: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


class Row(NamedTuple):
    """A row, with its number in the file, its row group, and its number in that (all from 1). Of its cells, those that
    are ``spoilt`` hold a text that is no UTF-8, whose bytes are halves of characters."""

    line: int
    cells: dict[str, object]
    group: int
    row: int
    spoilt: Mapping[str, int] = MappingProxyType({})

    @property
    def value(self) -> dict[str, object]:
        """The cells that are sure."""
        if not self.spoilt:
            return self.cells
        return {name: cell for name, cell in self.cells.items() if name not in self.spoilt}

    @property
    def text(self) -> str:
        """A row is shown as JSON."""
        return json.dumps(self.cells, ensure_ascii=False)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return tuple(
            Mistake(
                codes.BAD_UTF8, f"`{short(name)}` holds the byte {byte:#04x}, which is not UTF-8: write it anew.", name
            )
            for name, byte in self.spoilt.items()
        )

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
        *mistyped(source.name, found, vocabulary),
    )
    if problems:
        yield partial(unread, problems)
    else:
        yield from found.chunks(found.names)


def table(source: Source) -> Table:
    """The file as a table. Raises OSError."""
    with source.open() as stream:
        try:
            footer = footer_of(stream)
            groups = footer.row_groups()
            file, schema = _opened(source, stream, footer)
        except pl.exceptions.DuplicateError:
            message = "Two columns have the same name: rename one of them, or leave it out."
            return unreadable_table(Mistake(codes.BAD_COLUMN, message).at(source.name, FILE))
        except (FooterError, binascii.Error, *_FAULTS):
            message = "This is no whole Parquet file: write it anew."
            return unreadable_table(Mistake(codes.BAD_PARQUET, message).at(source.name, FILE))
    types = {name: kind for name, kind in schema.items() if kind != pl.String}

    def place(_: str | None) -> Place:
        return FILE

    def chunks(names: Collection[str]) -> Iterator[Reading]:
        said = [name for name in names if schema[name] != pl.Null]
        return (partial(_chunk, source, file, part, schema, said) for part in _slices(groups))

    return Table(tuple(schema), place, chunks, MappingProxyType(types))


def _opened(source: Source, stream: BinaryIO, footer: Footer) -> tuple[Path | bytes, _Schema]:
    """What Polars can open, and its columns: a file by its path, which it reads in parts, or the content; of one whose
    schema of Arrow misleads Polars, the content without that."""
    is_file = isinstance(stream, BufferedReader) and isinstance(cast(BufferedReader, stream).raw, FileIO)
    stream.seek(0)
    file: Path | bytes = Path(source.name) if is_file else stream.read()
    written = pl.read_parquet_metadata(file).get(arrow_schema.NAME)
    if written is not None and arrow_schema.misleads(b64decode(written)):
        stream.seek(0)
        content = stream.read()
        file = content[: footer.start] + arrow_schema.without(content[footer.start :])
    return file, _scan(file).collect_schema()


def _scan(file: Path | bytes) -> pl.LazyFrame:
    """Nothing in the names of the file and its folders means more than that."""
    return pl.scan_parquet(file, glob=False, hive_partitioning=False, cache=False)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chunk(source: Source, file: Path | bytes, part: _Slice, schema: _Schema, names: Sequence[str]) -> Chunk:
    try:
        return _chunk_of(_rows(file, part, schema, names), part)
    except _FAULTS as fault:
        is_of_text = "utf-8" in str(fault).lower()
    if is_of_text:
        with suppress(FooterError, *_FAULTS), with_bytes_for_texts(file, part.group) as beside:
            return _with_care(_rows(beside, part, _scan(beside).collect_schema(), names), part)
    message = f"The row group {part.group} is damaged: write the file anew."
    return unread([Mistake(codes.BAD_PARQUET, message).at(source.name, Place(part.start + 1, 0, None))])


def _rows(file: Path | bytes, part: _Slice, schema: _Schema, names: Sequence[str]) -> pl.DataFrame:
    """The numbers of the rows, and what they hold in these columns. Raises one of the faults."""
    # In one piece: Polars 2.1 fails on lists as they come from a slice of a file (list.eval in select_seq).
    numbers = pl.int_range(part.start + 1, part.start + 1 + pl.len(), dtype=pl.UInt32).alias(_NUMBER)
    columns = (simple(name, schema[name]) for name in names)
    return _scan(file).slice(part.start, part.length).select(numbers, *columns).collect().rechunk()


def _slices(groups: Sequence[RowGroup]) -> Iterator[_Slice]:
    start = 0
    for group, (length, _) in enumerate(groups, 1):
        for within in range(0, length, _ROWS):
            yield _Slice(group, start + within, within, min(_ROWS, length - within))
        start += length


def _chunk_of(rows: pl.DataFrame, part: _Slice) -> Chunk:
    if c.LINE in rows.columns:
        return _with_care(rows, part)
    return Chunk(rows.rename({_NUMBER: c.LINE}), (), partial(_records, rows, part))


def _with_care(rows: pl.DataFrame, part: _Slice) -> Chunk:
    """A chunk of which nothing is read in columns."""
    return all_odd(rows[_NUMBER].to_list(), partial(_records, rows, part))


def _records(rows: pl.DataFrame, part: _Slice, lines: Collection[int]) -> Iterator[Row]:
    """The rows of these numbers that say something."""
    wanted = rows.filter(pl.col(_NUMBER).is_in(list(lines))).with_columns(_as_texts(rows.schema))
    for row in wanted.iter_rows(named=True):
        line = row.pop(_NUMBER)
        said = {name: _decoded(cell) for name, cell in row.items() if cell is not None}
        spoilt = {name: byte for name, cell in said.items() if (byte := _no_utf8(cell)) is not None}
        if said:
            yield Row(line, said, part.group, line - part.start + part.within, spoilt)


def _decoded(cell: object) -> object:
    """Bytes, and lists of them, as the texts that they should be."""
    if isinstance(cell, list):
        return [_decoded(entry) for entry in cast("list[object]", cell)]
    return cell.decode("utf-8", "surrogateescape") if isinstance(cell, bytes) else cell


def _no_utf8(cell: object) -> int | None:
    """The first byte of a text that is no UTF-8."""
    if isinstance(cell, list):
        return next((byte for entry in cast("list[object]", cell) if (byte := _no_utf8(entry)) is not None), None)
    found = byte_in(cell) if isinstance(cell, str) else None
    return found[0] if found else None


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
