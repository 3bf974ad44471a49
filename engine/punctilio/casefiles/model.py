"""What a case file says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from punctilio.location import Location
from punctilio.value import Value
from punctilio.yaml_source import Document, MapNode


class Line(Value, kw_only=True):
    """One expectation. ``values`` is what it says, with instants as datetimes in UTC without a zone, and ``places``
    where each of them stands."""

    values: Mapping[str, Any]
    places: Mapping[str, Location]
    location: Location

    def place(self, key: str) -> Location:
        return self.places.get(key, self.location)


class Promise(Value, kw_only=True):
    """What is true at ``first``, or from then until ``last`` (both in UTC without a zone), by what was known at
    ``known_at``, or by everything. ``words`` says when, as written. Allowances and notes are None where nothing is said
    of them."""

    first: datetime
    last: datetime
    words: str
    location: Location
    decisions: tuple[Line, ...] = ()
    findings: tuple[Line, ...] = ()
    statuses: tuple[Line, ...] = ()
    allowances: tuple[Line, ...] | None = None
    notes: tuple[Line, ...] | None = None
    todo: str | None = None
    known_at: datetime | None = None

    @property
    def is_range(self) -> bool:
        return self.first != self.last

    @property
    def lines(self) -> tuple[Line, ...]:
        sections = (self.decisions, self.findings, self.allowances or (), self.notes or (), self.statuses)
        return tuple(line for section in sections for line in section)


class CaseFile(Value, kw_only=True):
    """A case file. ``name`` is what it is called; ``rules`` is a pack or a path, a rule file in place, or None where
    it says nothing; ``log`` is a path, or the events in place; ``only`` the rules that it speaks of, with where that is
    said, and empty for all."""

    name: str
    path: Path
    title: str
    rules: str | MapNode | None
    rules_at: Location
    log: str | tuple[MapNode, ...]
    log_at: Location
    case: str
    zone: str
    only: Mapping[str, Location]
    promises: tuple[Promise, ...]
    todo: str | None
    document: Document

    @property
    def folder(self) -> Path:
        return self.path.parent
