"""How many rows each row group of a Parquet file has, from its footer: what Polars does not tell.

The footer is written in Thrift's compact protocol (https://parquet.apache.org/docs/file-format/metadata/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

MAGIC: Final = b"PAR1"
_TAIL: Final = 8  # the length of the footer, and the magic number
_ROW_GROUPS: Final = 4  # field of FileMetaData
_NUM_ROWS: Final = 3  # field of RowGroup
_WORDS: Final = frozenset({1, 2})  # true and false, which need no bytes of their own in a field
_BYTE, _INTEGERS, _DOUBLE, _BINARY, _LISTS, _MAP, _STRUCT = 3, frozenset({4, 5, 6}), 7, 8, frozenset({9, 10}), 11, 12
_DEEPEST: Final = 32


class FooterError(ValueError):
    """The file has no footer that can be read."""


def row_groups(file: BinaryIO) -> list[int]:
    """The number of rows of each. Raises FooterError, and OSError."""
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL))
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length + _TAIL > end:
        raise FooterError
    file.seek(end - _TAIL - length)
    try:
        return _Footer(file.read(length)).row_groups()
    except IndexError:
        raise FooterError from None


class _Footer:
    """Bytes that are read from ``at`` on. Raises IndexError where they end, FooterError where they are not Thrift."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def row_groups(self) -> list[int]:
        for field, kind in self.fields():
            if field == _ROW_GROUPS and kind in _LISTS:
                return [self.rows() for _ in range(self.length_and_kind()[0])]
            self.skip(kind, _DEEPEST)
        raise FooterError

    def rows(self) -> int:
        """The number of rows of the row group that begins here."""
        found = 0
        for field, kind in self.fields():
            if field == _NUM_ROWS and kind in _INTEGERS:
                zigzag = self.varint()
                found = zigzag >> 1 ^ -(zigzag & 1)
            else:
                self.skip(kind, _DEEPEST)
        return found

    def fields(self) -> Iterator[tuple[int, int]]:
        """The number and the type of each field of the structure that begins here; the caller reads or skips it."""
        field = 0
        while head := self.byte():
            step, kind = head >> 4, head & 15
            if step:
                field += step
            else:
                zigzag = self.varint()
                field = zigzag >> 1 ^ -(zigzag & 1)
            yield field, kind

    def skip(self, kind: int, depth: int) -> None:
        if not depth:
            raise FooterError
        if kind in _INTEGERS:
            self.varint()
        elif kind == _BINARY:
            length = self.varint()  # first: reading moves on
            self.at += length
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth - 1)
        elif kind in _LISTS:
            length, inner = self.length_and_kind()
            for _ in range(length):
                self.skip(_BYTE if inner in _WORDS else inner, depth - 1)
        elif kind == _MAP:
            self.skip_map(depth)
        elif kind in (_BYTE, _DOUBLE):
            self.at += 1 if kind == _BYTE else 8
        elif kind not in _WORDS:
            raise FooterError

    def skip_map(self, depth: int) -> None:
        if length := self.varint():
            kinds = self.byte()
            for _ in range(length):
                self.skip(kinds >> 4, depth - 1)
                self.skip(kinds & 15, depth - 1)

    def length_and_kind(self) -> tuple[int, int]:
        head = self.byte()
        return (self.varint() if head >> 4 == 15 else head >> 4), head & 15

    def varint(self) -> int:
        number = shift = 0
        while (byte := self.byte()) & 128:
            number |= (byte & 127) << shift
            shift += 7
        return number | byte << shift

    def byte(self) -> int:
        byte = self.data[self.at]
        self.at += 1
        return byte
