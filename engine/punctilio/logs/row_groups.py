"""The footer of a Parquet file: how many rows each row group has, and where it stands, which Polars does not tell; and
the same footer for a file whose texts are bytes.

It is written in Thrift's compact protocol (https://parquet.apache.org/docs/file-format/metadata/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

MAGIC: Final = b"PAR1"
_TAIL: Final = 8  # the length of the footer, and the magic number
_SCHEMA, _ROW_GROUPS = 2, 4  # fields of FileMetaData
_COLUMNS, _NUM_ROWS = 1, 3  # fields of RowGroup
_META_DATA: Final = 3  # field of ColumnChunk
_PAGES: Final = frozenset({9, 11})  # fields of ColumnMetaData: where its pages begin, and its dictionary
_CONVERTED_TYPE, _LOGICAL_TYPE = 6, 10  # fields of SchemaElement: both say that bytes are a text
_TEXTS, _BSON = frozenset({0, 4 << 1}), 20 << 1  # values of ConvertedType as written: UTF8, ENUM; BSON is bytes
_TEXT_TYPES, _BSON_TYPE = frozenset({0x1C, 0x4C}), 0xDC  # fields of LogicalType: STRING, ENUM
_WORDS: Final = frozenset({1, 2})  # true and false, which need no bytes of their own in a field
_BYTE, _INTEGERS, _DOUBLE, _BINARY, _LISTS, _MAP, _STRUCT = 3, frozenset({4, 5, 6}), 7, 8, frozenset({9, 10}), 11, 12
_DEEPEST: Final = 32


class FooterError(ValueError):
    """The file has no footer that can be read."""


class RowGroup(NamedTuple):
    """How many rows it has, and the byte of the file (from 0) at which it begins."""

    rows: int
    start: int


class Footer(NamedTuple):
    """The byte of the file at which the footer begins, and its bytes up to their length."""

    start: int
    data: bytes

    def row_groups(self) -> list[RowGroup]:
        """Raises FooterError."""
        try:
            return _Thrift(self.data).row_groups()
        except IndexError:
            raise FooterError from None

    def with_bytes_for_texts(self) -> Footer:
        """The same for columns that are not said to hold texts. Raises FooterError."""
        try:
            return self._replace(data=bytes(_Thrift(self.data).with_bytes_for_texts()))
        except IndexError:
            raise FooterError from None


def footer_of(file: BinaryIO) -> Footer:
    """Raises FooterError, and OSError."""
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL))
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length + _TAIL > end:
        raise FooterError
    return Footer(file.seek(end - _TAIL - length), file.read(length))


class _Thrift:
    """Bytes that are read from ``at`` on. Raises IndexError where they end, FooterError where they are not Thrift."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def row_groups(self) -> list[RowGroup]:
        return [self.row_group() for _ in range(self.entries(_ROW_GROUPS))]

    def with_bytes_for_texts(self) -> bytearray:
        changed = bytearray(self.data)
        for _ in range(self.entries(_SCHEMA)):
            for field, kind in self.fields():
                at = self.at
                if field == _CONVERTED_TYPE and self.data[at] in _TEXTS:
                    changed[at] = _BSON
                elif field == _LOGICAL_TYPE and self.data[at] in _TEXT_TYPES:
                    changed[at] = _BSON_TYPE
                self.skip(kind, _DEEPEST)
        return changed

    def entries(self, wanted: int) -> int:
        """How many structures that field of the footer lists, the first of which begins here then."""
        for field, kind in self.fields():
            if field == wanted and kind in _LISTS:
                return self.length_and_kind()[0]
            self.skip(kind, _DEEPEST)
        raise FooterError

    def row_group(self) -> RowGroup:
        rows, starts = 0, [0]
        for field, kind in self.fields():
            if field == _NUM_ROWS and kind in _INTEGERS:
                rows = self.integer()
            elif field == _COLUMNS and kind in _LISTS:
                starts = [start for _ in range(self.length_and_kind()[0]) for start in self.column_starts()]
            else:
                self.skip(kind, _DEEPEST)
        return RowGroup(rows, min(starts, default=0))

    def column_starts(self) -> list[int]:
        """Where the parts of the column chunk begin that is described here."""
        found: list[int] = []
        for field, kind in self.fields():
            if field != _META_DATA or kind != _STRUCT:
                self.skip(kind, _DEEPEST)
                continue
            for inner, inner_kind in self.fields():
                if inner in _PAGES and inner_kind in _INTEGERS:
                    found.append(self.integer())
                else:
                    self.skip(inner_kind, _DEEPEST)
        return [start for start in found if start > 0]  # 0 is written too where there is no dictionary

    def fields(self) -> Iterator[tuple[int, int]]:
        """The number and the type of each field of the structure that begins here; the caller reads or skips it."""
        field = 0
        while head := self.byte():
            step, kind = head >> 4, head & 15
            if step:
                field += step
            else:
                field = self.integer()
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

    def integer(self) -> int:
        zigzag = self.varint()
        return zigzag >> 1 ^ -(zigzag & 1)

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
