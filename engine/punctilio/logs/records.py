"""What reading with care yields: one record for each event as written, able to say where its parts stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from punctilio.location import Location
from punctilio.problems import Problem


class Place(NamedTuple):
    """``line`` and ``column`` count from 1; ``source`` is the line as written. ``note`` is a sentence that says more of
    the place."""

    line: int
    column: int
    source: str | None
    note: str = ""


class Record(Protocol):
    """An event as written, not yet checked: ``value`` should be a mapping. With ``mistakes`` it cannot be read, and its
    value holds no more than what is sure."""

    @property
    def line(self) -> int: ...

    @property
    def value(self) -> object: ...

    @property
    def text(self) -> str:
        """The event as it stands in its file, on all its lines. A byte that is no UTF-8 is half of a character."""
        ...

    @property
    def mistakes(self) -> Sequence[Mistake]: ...

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        """Where the value of a key stands, or the key itself; where the event begins, if it has no such key."""
        ...


class Mistake(NamedTuple):
    """What is wrong with an event, before it has a place. ``at_key`` blames the key and not its value."""

    code: str
    message: str
    key: str | None = None
    suggestion: str | None = None
    at_key: bool = False

    def at(self, file: str, place: Place) -> Problem:
        where = Location(file, place.line, place.column)
        message = f"{self.message} {place.note}" if place.note else self.message
        return Problem(self.code, message, where, self.suggestion, place.source)


def line_of(record: Record | Problem) -> int:
    """Where it stands."""
    return record.location.line if isinstance(record, Problem) else record.line


def problem_in(file: str, record: Record, mistake: Mistake) -> Problem:
    return mistake.at(file, record.place(mistake.key, of_key=mistake.at_key))
