"""What Arrow's writers say of times in the schema that they keep beside that of Parquet.

It is a message in FlatBuffers (https://arrow.apache.org/docs/format/Columnar.html, https://flatbuffers.dev/internals/).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl

NAME: Final = "ARROW:schema"
"""Its name in the footer."""
_HEADER, _FIELDS, _CHILDREN = 2, 1, 5  # slots of Message, Schema and Field
_TYPE_NUMBER, _TYPE = 2, 3  # slots of Field
_DATE, _TIMESTAMP = 8, 10  # numbers of types
_UNIT, _ZONE = 0, 1  # slots of both, and of Timestamp
_MILLISECOND: Final = 1
_CONTINUED: Final = b"\xff\xff\xff\xff"


def misleads(schema: bytes) -> bool:
    """Whether Polars 2.1 cannot read times by it as they are meant: a zone that it does not know makes it panic, and
    dates in milliseconds (``date64``) become timestamps. The schema of Parquet has neither."""
    try:
        return any(_is_misleading(field) for field in _fields(schema))
    except (ValueError, struct.error):
        return True


def without(footer: bytes) -> bytes:
    """The footer without it, which is no part of Parquet: what has a zone is in UTC then, the same instants."""
    return footer.replace(NAME.encode(), NAME.upper().encode())


class _Table(NamedTuple):
    """A table of a message, which begins at that byte. Raises struct.error where the message ends before."""

    message: bytes
    at: int

    def slot(self, number: int) -> int | None:
        """Where its value of this number stands, if it has one."""
        slots = self.at - self._number("i", self.at)
        length = self._number("H", slots)
        offset = self._number("H", slots + 4 + 2 * number) if 4 + 2 * number < length else 0
        return self.at + offset if offset else None

    def table(self, number: int) -> _Table | None:
        slot = self.slot(number)
        return None if slot is None else _Table(self.message, slot + self._number("I", slot))

    def tables(self, number: int) -> Iterator[_Table]:
        if found := self.table(number):
            for at in range(found.at + 4, found.at + 4 + 4 * self._number("I", found.at), 4):
                yield _Table(self.message, at + self._number("I", at))

    def text(self, number: int) -> str | None:
        """Raises ValueError where it is no UTF-8."""
        if found := self.table(number):
            return self.message[found.at + 4 : found.at + 4 + self._number("I", found.at)].decode()
        return None

    def number(self, number: int, form: str, default: int) -> int:
        slot = self.slot(number)
        return default if slot is None else self._number(form, slot)

    def _number(self, form: str, at: int) -> int:
        if at < 0:
            raise struct.error
        found: int = struct.unpack_from(f"<{form}", self.message, at)[0]
        return found


def _fields(schema: bytes) -> Iterator[_Table]:
    """Its fields, at every depth. Raises ValueError and struct.error where it is none."""
    message = schema[8:] if schema.startswith(_CONTINUED) else schema[4:]
    header = _Table(message, struct.unpack_from("<I", message)[0]).table(_HEADER)
    found = list(header.tables(_FIELDS)) if header else []
    for field in found:
        yield field
        found.extend(field.tables(_CHILDREN))
        if len(found) > len(message):
            raise ValueError("more fields than bytes")


def _is_misleading(field: _Table) -> bool:
    kind, described = field.number(_TYPE_NUMBER, "B", 0), field.table(_TYPE)
    if described is None or kind not in (_DATE, _TIMESTAMP):
        return False
    if kind == _DATE:
        return described.number(_UNIT, "h", _MILLISECOND) == _MILLISECOND
    zone = described.text(_ZONE)
    return zone is not None and not _is_known(zone)


def _is_known(zone: str) -> bool:
    try:
        pl.Series([], dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    except pl.exceptions.ComputeError:
        return False
    return True
