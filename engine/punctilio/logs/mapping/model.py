"""A map as read: values that say what each row gives, and where each column is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Final, Literal, NamedTuple

from punctilio.location import Location
from punctilio.logs.mapping.clocks import Form
from punctilio.model.vocabulary import FieldType

Others = Literal["refuse", "keep", "ignore"]
"""What becomes of a value that a table of values does not list."""
Turn = Literal["first", "second"]
"""Which of the two instants a wall time means that exists twice."""
EMPTY: Final = ""
"""How a map names a cell that is empty."""
PLAIN_TEXTS: Final = frozenset[FieldType]({"string", "text", "person", "enum"})
"""Fields in which whole numbers of a table that has types are texts."""


class Clock(NamedTuple):
    """How an instant or a date is written. ``form`` None is RFC 3339, whose offset may be left out where there is a
    ``zone``. ``time`` is that of a date alone."""

    form: Form | None = None
    zone: str | None = None
    fold: Turn | None = None
    time: time | None = None


class From(NamedTuple):
    """Where a field's value comes from: a ``column``, or the constant ``value``. ``table`` says what written values
    mean; None means nothing."""

    field: str
    kind: FieldType
    column: str | None = None
    value: object = None
    table: Mapping[str, str | None] | None = None
    others: Others = "refuse"
    clock: Clock = Clock()
    separator: str = ";"
    decimal: str = "."

    @property
    def reads_empty(self) -> bool:
        """Whether the table says what an empty cell means."""
        return self.table is not None and EMPTY in self.table


Condition = Mapping[str, frozenset[str] | None]
"""Columns, each with the values of which it must hold one; None is any that is not empty."""


class Event(NamedTuple):
    """An event that a row gives if it fits ``when``. The first of ``fields`` is its type."""

    when: Condition
    fields: tuple[From, ...]

    @property
    def columns(self) -> frozenset[str]:
        """All that it reads."""
        return frozenset((*self.when, *(field.column for field in self.fields if field.column is not None)))


class Map(NamedTuple):
    """``columns`` are all that the map reads, with the place where it names each first, and the line there; it knows
    of those that are ``ignored``. ``digest`` changes with the file's content."""

    file: str
    digest: str
    events: tuple[Event, ...]
    skip: tuple[Condition, ...]
    columns: Mapping[str, tuple[Location, str]]
    ignored: frozenset[str] = frozenset()
    ignores_others: bool = False
    delimiter: str | None = None

    def knows(self, column: str) -> bool:
        return self.ignores_others or column in self.columns or column in self.ignored
