"""CSV: a row that names the columns, then one row an event. Commas, semicolons or tabs separate the cells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

import polars as pl

from punctilio.logs import codes
from punctilio.logs.cells import as_fields
from punctilio.logs.chunks import Chunk, Reading, all_odd
from punctilio.logs.compressed import pieces
from punctilio.logs.csv_blocks import LONGEST_ROW, Rest, Rows, decoded, row_blocks
from punctilio.logs.half_characters import byte_in
from punctilio.logs.header import Header, header_of, place_in_row, slips_of_header
from punctilio.logs.records import Mistake, Place, Record
from punctilio.logs.rows import BYTE_ORDER_MARK, GOOD, QUOTE, ROW, Cell, QuoteError, cells, has_cells, without_quoted
from punctilio.logs.sources import Source, cut_short
from punctilio.logs.table import Table, slips_of_names, unread, unreadable_table
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c

_HEAD: Final = 1 << 22
"""Bytes of which the first row is at most."""


class Row(NamedTuple):
    """A row with as many cells as there are columns."""

    line: int
    text: str
    names: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def value(self) -> dict[str, str]:
        """The cells that say something."""
        return {name: cell.text for name, cell in zip(self.names, self.cells, strict=True) if cell.text}

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return ()

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        """``of_key`` changes nothing: names stand in the first row, and mistakes in this one."""
        starts = dict(zip(self.names, (cell.start for cell in self.cells), strict=True))
        return place_in_row(self.line, self.text, starts.get(key, 0) if key is not None else 0)


class _Slip(NamedTuple):
    """A mistake, and the character (from 0) at which it stands in its row."""

    mistake: Mistake
    at: int


class SpoiltRow(NamedTuple):
    """A row with mistakes, and those of its cells that are sure."""

    line: int
    text: str
    value: dict[str, str]
    slips: Sequence[_Slip]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return tuple(slip.mistake for slip in self.slips)

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        """Of the mistake with this key, or else of the first."""
        at = next((slip.at for slip in self.slips if slip.mistake.key == key), self.slips[0].at)
        return place_in_row(self.line, self.text, at)


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
    """The rows of a file whose columns have the names of fields."""
    found = table(source, types=frozenset(kind.name for kind in vocabulary.types.values()))
    if problems := found.problems or tuple(slips_of_names(source.name, found, vocabulary)):
        yield partial(unread, problems)
        return
    for read_chunk in found.chunks(found.names):
        yield partial(_with_fields, read_chunk, vocabulary)


def _with_fields(read_chunk: Reading, vocabulary: Vocabulary) -> Chunk:
    return as_fields(read_chunk(), vocabulary)


def table(source: Source, delimiter: str | None = None, types: Collection[str] = ()) -> Table:
    """The file as a table of texts. Without ``delimiter``, the first row shows it. Raises OSError.

    Where a row has too many cells or too few, one of these ``types`` in the column ``type`` shows that the cells to its
    left are in their places.
    """
    with source.open() as stream:
        head, cut = next(pieces(stream, _HEAD), (b"", None))
    end = head.rfind(b"\n") + 1
    header = header_of(source, head[:end] if cut else head, delimiter)
    if isinstance(header, Problem):
        rest = Rest(head.count(b"\n") + 1, head[end:], cut)
        return unreadable_table(_stopped(source, rest, ",") if cut else header)

    def chunks(_: Collection[str]) -> Iterator[Reading]:
        return _chunks(source, header, types)

    return Table(header.names, header.place, chunks, problems=tuple(slips_of_header(source, header)))


# ── the rows ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _chunks(source: Source, header: Header, types: Collection[str]) -> Iterator[Reading]:
    with source.open() as stream:
        for block in row_blocks(stream, header.delimiter):
            if isinstance(block, Rest):
                yield partial(unread, (_stopped(source, block, header.delimiter),))
            else:
                yield partial(_chunk, source, header, block, types)


def _chunk(source: Source, header: Header, rows: Rows, types: Collection[str]) -> Chunk:
    """The rows whose cells can be told apart without care, and how to read the others."""
    mark, count = header.delimiter, len(header.cells)
    below = rows.rows.filter(pl.col(c.LINE) > header.line)
    whole = below.with_columns_seq(pl.col(ROW).str.strip_suffix("\r"))
    plain = pl.col(GOOD) & has_cells(pl.col(ROW), count, mark)
    if _any(whole, "\r"):
        plain &= ~without_quoted(pl.col(ROW)).str.contains("\r", literal=True)
    if _any(whole, BYTE_ORDER_MARK):
        plain &= ~pl.col(ROW).str.starts_with(BYTE_ORDER_MARK)
    says_something = ~pl.col(ROW).str.contains(f"^(?:[ \t\r]*|{mark}*)$")
    judged = whole.filter(says_something).with_columns_seq(plain=plain)
    if rows.damaged:
        judged = judged.with_columns(pl.col("plain") & ~pl.col(c.LINE).is_in(_begun(judged[c.LINE], rows.damaged)))
    good = judged.filter("plain")
    names = header.names

    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        wanted = judged.filter(pl.col(c.LINE).is_in(list(lines))).select(c.LINE, ROW)
        return (_record(source, header, rows, line, text, types) for line, text in wanted.iter_rows())

    if c.LINE in names:  # which columns call the number of the line
        return all_odd(judged[c.LINE].to_list(), records)
    return Chunk(_cells(good, names, mark), judged.filter(~pl.col("plain"))[c.LINE].to_list(), records)


def _any(rows: pl.DataFrame, sign: str) -> bool:
    return bool(rows[ROW].str.contains(sign, literal=True).any())


def _begun(lines: pl.Series, damaged: Mapping[int, bytes]) -> list[int]:
    """The lines on which the rows begin to which these lines belong."""
    found = lines.search_sorted(pl.Series(sorted(damaged), dtype=lines.dtype), side="right")
    return [lines[at - 1] for at in found.to_list() if at]


def _cells(rows: pl.DataFrame, names: tuple[str, ...], delimiter: str) -> pl.DataFrame:
    """``line``, and a column of texts for each name; an empty cell is null."""
    schema = dict.fromkeys(names, pl.String)
    text: bytes = rows[ROW].str.join("\n").cast(pl.Binary).item()
    if not text:
        return pl.DataFrame(schema={c.LINE: pl.UInt32, **schema})
    read = pl.read_csv(text, has_header=False, schema=schema, separator=delimiter)
    cells = read.with_columns_seq(pl.all().replace("", None)) if QUOTE.encode() in text else read
    return cells.insert_column(0, rows[c.LINE])


def _record(
    source: Source, header: Header, rows: Rows, line: int, row: str, types: Collection[str]
) -> Record | Problem:
    """One row, read with care."""
    text, names = rows.as_written(line, row), header.names
    slip = _slip_of_characters(text)
    try:
        found = tuple(cells(text, header.delimiter))
    except QuoteError as error:
        is_torn = line == rows.torn and error.is_open and "\n" not in text
        slip = _torn(text, slip) if is_torn else slip or _Slip(Mistake(codes.BAD_QUOTE, str(error)), error.at)
        return slip.mistake.at(source.name, place_in_row(line, text, slip.at))
    if len(found) < len(names) and line == rows.torn:
        slips = [_torn(text, slip)]
    elif len(found) != len(names):
        slips = [slip or _slip_of_count(text, found, names)]
    elif slip:
        slips = list(_slips_of_cells(text, names, found))
    else:
        return Row(line, text, names, found)
    pairs = list(zip(names, found, strict=False))[: _in_place(names, found, types)]
    return SpoiltRow(line, text, {name: cell.text for name, cell in pairs if _is_clean(cell.text)}, slips)


def _slips_of_cells(text: str, names: tuple[str, ...], found: tuple[Cell, ...]) -> Iterator[_Slip]:
    """Those of characters, cell by cell and by its name: a map may not want to know what stands there."""
    marks = (0, *(cell.start for cell in found[1:]), len(text))
    for name, (start, end) in zip(names, pairwise(marks), strict=True):
        if slip := _slip_of_characters(text[start:end]):
            yield _Slip(slip.mistake._replace(key=name), start + slip.at)


def _in_place(names: tuple[str, ...], found: tuple[Cell, ...], types: Collection[str]) -> int:
    """How many cells of a row, from its first, stand below their names for sure."""
    if len(found) == len(names):
        return len(found)
    at = names.index(c.TYPE) if c.TYPE in names else len(found)
    return at + 1 if at < len(found) and found[at].text in types else 0


def _is_clean(text: str) -> bool:
    return bool(text) and _slip_of_characters(text) is None


def _slip_of_characters(text: str) -> _Slip | None:
    """The first byte that is no UTF-8; or else a character that no text has at its beginning."""
    if found := byte_in(text):
        byte, at = found
        return _Slip(Mistake(codes.BAD_UTF8, f"The byte {byte:#04x} is not UTF-8: save the file as UTF-8."), at)
    if text.startswith(BYTE_ORDER_MARK):
        message = (
            "A byte order mark stands here, which cannot be seen, as where files were put together: take it out, and "
            "with it the names of columns that stand there again."
        )
        return _Slip(Mistake(codes.BAD_TEXT, message), 0)
    return None


def _slip_of_count(text: str, found: tuple[Cell, ...], names: tuple[str, ...]) -> _Slip:
    message = f"This row has {len(found)} cells, and there are {len(names)} columns: {_mend(found, names)}"
    extra = found[len(names)].start if len(found) > len(names) else len(text)
    return _Slip(Mistake(codes.CELL_COUNT, message), extra)


def _torn(text: str, slip: _Slip | None) -> _Slip:
    """What is wrong anyway comes first, unless it is that the last character was torn too."""
    if slip and not _ends_within_a_character(text):
        return slip
    message = "The file ends in the middle of this row: complete the row, or delete it."
    return _Slip(Mistake(codes.TORN_LINE, message), len(text))


def _ends_within_a_character(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape").decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _mend(found: tuple[Cell, ...], names: tuple[str, ...]) -> str:
    if len(found) > len(names):
        return "put a cell that holds a delimiter in quotation marks, or take out what is too much."
    return "write a delimiter for each empty cell too."


def _stopped(source: Source, rest: Rest, delimiter: str) -> Problem:
    """Why not all of the file is read."""
    if rest.cut:
        text = decoded(rest.data).rstrip("\r\n")
        return cut_short(rest.cut).at(source.name, place_in_row(rest.line, text, len(text)))
    text = decoded(rest.data[:LONGEST_ROW])
    at, message = 0, f"This row has more than {LONGEST_ROW:,} bytes: end it, or take it out."
    try:
        cells(text, delimiter)
    except QuoteError as error:
        if error.is_open:
            at = error.at
            message = (
                f"A quotation mark opens here, and its row has not ended after {LONGEST_ROW:,} bytes: close it, or "
                "take it out."
            )
    end = " Nothing from here to the end of the file was read."
    place = place_in_row(rest.line, text.split("\n", 1)[0], at)
    return Mistake(codes.UNREADABLE, message + end).at(source.name, place)
