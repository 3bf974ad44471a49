"""The content of a CSV file in blocks of whole rows. No line is lost: each is in a row of a block, or in what is left
where reading stops."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from punctilio.logs.compressed import CutShortError, pieces
from punctilio.logs.rows import GOOD, ROW, Cut, cut
from punctilio.tables import columns as c

BLOCK: Final = 1 << 23
LONGEST_ROW: Final = 1 << 24
"""Bytes. Where a row is longer, a quotation mark was left open most likely, and it is not gathered any further."""


class Rows(NamedTuple):
    """``rows`` are as in ``Cut``; one that stays open to the end of the file is not good. ``damaged`` are the lines
    that are no UTF-8, by number, of which ``rows`` have not every byte. ``torn`` is the line on which the last row of
    the file begins, if no line end follows it."""

    rows: pl.DataFrame
    damaged: Mapping[int, bytes]
    torn: int | None

    def as_written(self, line: int, row: str) -> str:
        """A row that begins on a line, with half of a character for each byte that is no UTF-8."""
        if not self.damaged:
            return row
        lines = enumerate(row.split("\n"), line)
        known = "\n".join(decoded(self.damaged[n]) if n in self.damaged else text for n, text in lines)
        return known if row.endswith("\r") else known.removesuffix("\r")


class Rest(NamedTuple):
    """Where reading stops, on the line on which a row begins: the content is ``cut`` short in it, or it has more bytes
    than ``LONGEST_ROW``."""

    line: int
    data: bytes
    cut: CutShortError | None


def row_blocks(stream: BinaryIO, delimiter: str) -> Iterator[Rows | Rest]:
    """The rows from the beginning of the content; a ``Rest`` is the last of it."""
    first, rest = 1, b""
    for number, (piece, is_cut) in enumerate(pieces(stream, BLOCK)):
        data = rest + (piece if number else piece.removeprefix(BOM_UTF8))
        end = data.rfind(b"\n") + 1
        block = _Block(data[:end], first)
        found, damaged = _cut(block, delimiter, is_end=False)
        yield Rows(found.rows, damaged, None)
        rest = (block.tail(found.unfinished) if found.unfinished else b"") + data[end:]
        first = found.unfinished or first + block.data.count(b"\n")
        if is_cut or len(rest) > LONGEST_ROW:
            yield Rest(first, rest, is_cut)
            return
    if rest:
        yield _last(_Block(rest, first), delimiter)


def decoded(data: bytes) -> str:
    """The text, with half of a character for each byte that is no UTF-8."""
    return data.decode("utf-8", "surrogateescape")


class _Block(NamedTuple):
    """Lines of the file. ``first`` is the number of the first; only the last line of the file may have no end."""

    data: bytes
    first: int

    def tail(self, line: int) -> bytes:
        """Its bytes from the line of this number on."""
        lines = self.data.count(b"\n") + (not self.data.endswith(b"\n"))
        at = len(self.data)
        for _ in range(self.first + lines - line):
            at = self.data.rfind(b"\n", 0, at - 1) + 1
        return self.data[at:]


def _last(block: _Block, delimiter: str) -> Rows:
    """The rows at the end of the file. One whose quotation marks stay open takes in all that follows."""
    (rows, unfinished), damaged = _cut(block, delimiter, is_end=True)
    if unfinished:
        text = block.tail(unfinished).removesuffix(b"\n").decode("utf-8", "replace")
        rows = rows.vstack(pl.DataFrame({c.LINE: [unfinished], ROW: [text], GOOD: [False]}, schema=rows.schema))
    is_torn = len(rows) and not block.data.endswith(b"\n")
    return Rows(rows, damaged, rows[c.LINE][-1] if is_torn else None)


def _cut(block: _Block, delimiter: str, *, is_end: bool) -> tuple[Cut, Mapping[int, bytes]]:
    """The rows up to one that is too long, and the lines that are no UTF-8."""
    if not block.data:
        return Cut(pl.DataFrame(schema={c.LINE: pl.UInt32, ROW: pl.String, GOOD: pl.Boolean}), None), {}
    data = block.data.removesuffix(b"\n")
    damaged: dict[int, bytes] = {}
    try:
        text = pl.Series([data], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        text = pl.Series([data.decode("utf-8", "replace")])
        damaged = dict(_damaged(data, block.first))
    found = cut(text.str.split("\n").explode(), block.first, delimiter, is_end=is_end)
    is_too_long = found.rows[ROW].str.len_bytes() > LONGEST_ROW
    if is_too_long.any():
        kept = found.rows[: is_too_long.arg_max()]
        found = Cut(kept, found.rows[c.LINE][len(kept)])
    return found, damaged


def _damaged(data: bytes, first: int) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(data.split(b"\n"), first):
        try:
            line.decode()
        except UnicodeDecodeError:
            yield number, line
