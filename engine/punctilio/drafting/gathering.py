"""From the events of a case to facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, cast

import polars as pl

from punctilio.contracts import Person
from punctilio.drafting.facts import Fact, Facts, Lack, Moment, event_fields, harmless, names
from punctilio.model.rule import Rule
from punctilio.model.vocabulary import PERSON_TYPES, Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation
from punctilio.value import Value
from punctilio.zones import zone_info

Row = Mapping[str, Any]
_EVENT: Final = "event"
_ROW: Final = "row"


class CaseFile(Value, kw_only=True):
    """What the log says of one case at the as-of. ``events`` are its rows, in order, without those taken back, each
    with its number in ``Evaluation.events``; ``people`` is what was noted of each, by key."""

    case: str
    vocabulary: Vocabulary
    zone: str
    as_of: datetime
    events: tuple[Row, ...]
    people: Mapping[str, Mapping[str, Any]]

    def called(self, key: str) -> str:
        """What a person is called: the key where no name is noted."""
        part = self.vocabulary.parts.people
        return str(self.people.get(key, {}).get(part.name or "" if part else "") or key)

    def person(self, key: str | None) -> Person | None:
        """A person, as a channel sees them."""
        if key is None:
            return None
        part, noted = self.vocabulary.parts.people, self.people.get(key, {})
        written = {name: _plain(value) for name, value in noted.items() if value is not None}
        name = written.get(part.name or "") if part else None
        return Person(key=key, name=name, attributes=MappingProxyType(written))

    def concerned(self) -> frozenset[str]:
        """The keys of everyone whom an event names."""
        fields = [c.field(name) for name, kind in self.vocabulary.fields().items() if kind in PERSON_TYPES]
        return frozenset(key for row in self.events for field in fields for key in _listed(row[field]))


def case_file(evaluation: Evaluation, case: str) -> CaseFile:
    """What the evaluation has seen of a case."""
    return case_files(evaluation, (case,))(case)


def case_files(evaluation: Evaluation, cases: Collection[str]) -> Callable[[str], CaseFile]:
    """What the evaluation has seen of each of these cases. The log is searched once for all of them."""
    book, sought = evaluation.rulebook, pl.col(c.CASE).is_in(list(cases))
    events = evaluation.events.with_row_index(_EVENT).filter(sought & pl.col(c.VOID).is_null())
    rows = dict(events.with_row_index(_ROW).group_by(c.CASE, maintain_order=True).agg(_ROW).iter_rows())
    zones = dict(evaluation.statuses.filter(sought).select(c.CASE, c.ZONE).iter_rows())

    def of(case: str) -> CaseFile:
        seen = tuple(events[rows.get(case, [])].iter_rows(named=True))
        return CaseFile(
            case=case,
            vocabulary=book.vocabulary,
            zone=zones.get(case) or book.zone or "UTC",
            as_of=evaluation.as_of,
            events=seen,
            people=_noted(seen, book.vocabulary),
        )

    return of


def _noted(events: Iterable[Row], vocabulary: Vocabulary) -> dict[str, dict[str, Any]]:
    """What was noted of each person: the latest of every attribute, and one alone where only one can have it."""
    part = vocabulary.parts.people
    people: dict[str, dict[str, Any]] = {}
    for row in events if part else ():
        key = row[c.field(part.key)] if part and row[c.TYPE] == part.event else None
        if part is None or key is None:
            continue
        said = {name: row[c.field(name)] for name in part.attributes if row[c.field(name)] is not None}
        for name in part.exclusive:
            for other in people.values() if said.get(name) else ():
                other[name] = False
        people.setdefault(key, {}).update(said)
    return people


# ── facts ──


def facts_of(file: CaseFile, rule: Rule, trigger: int, to: str | None, through: str | None) -> dict[str, Fact]:
    """Every name of `facts.names`, for a message to ``to`` that arose from the event with that number."""
    groups = file.vocabulary.parts.facts.items()
    said: dict[str, Fact] = {}
    for name, facts in groups:
        row = _governing(file, facts.event, facts.each, trigger, to)
        said[name] = _event(file, facts.event, row, _place(row, facts.each, to))
    arose = next((row for row in file.events if row[_EVENT] == trigger), None)
    about = {"id": rule.id, "title": rule.title, "about": rule.about, "cite": rule.cite, "force": rule.force or ""}
    return {
        **said,
        "person": _person(file, to),
        "through": _person(file, through),
        "people": tuple(_person(file, key) for key in file.people),
        "rule": Facts({name: harmless(text) or Lack(name) for name, text in about.items()}),
        "trigger": Facts(
            {
                "type": harmless(arose[c.TYPE]) if arose else Lack("type"),
                "at": _moment(file, arose[c.AT], c.AT) if arose else Lack("at"),
            }
        ),
    }


def _governing(file: CaseFile, event: str, each: str | None, trigger: int, to: str | None) -> Row | None:
    """The trigger where it is such an event, else the latest that is, and that concerns the person if it matters."""
    rows = [row for row in file.events if row[c.TYPE] == event and (each is None or to in _listed(row[c.field(each)]))]
    triggering = [row for row in rows if row[_EVENT] == trigger]
    chosen = triggering or rows
    return chosen[-1] if chosen else None


def _place(row: Row | None, each: str | None, to: str | None) -> int:
    """The place of a person among those whom the event concerns."""
    people = _listed(row[c.field(each)]) if row and each else ()
    return people.index(to) if to in people else 0


def _event(file: CaseFile, event_type: str, row: Row | None, place: int) -> Facts:
    return Facts({name: _fact(file, name, row, place) for name in event_fields(file.vocabulary, event_type)})


def _fact(file: CaseFile, name: str, row: Row | None, place: int) -> Fact:
    """What the event says there. Several texts begin, for each person, at another one, so that those who heard the same
    are not all told the same."""
    value = row.get(c.date_of(name)) if row else None
    value = row[c.field(name)] if row and value is None else value
    kind = file.vocabulary.field_type(name)
    if kind in PERSON_TYPES:
        value = [file.called(key) for key in _listed(value)]
        value = value if kind == "people" else next(iter(value), None)
    elif isinstance(value, list):
        value = _turned(cast(list[object], value), place)
    return _shown(file, name, value)


def _turned(texts: list[object], place: int) -> list[object]:
    begin = place % len(texts) if texts else 0
    return [*texts[begin:], *texts[:begin]]


def _person(file: CaseFile, key: str | None) -> Facts:
    groups = names(file.vocabulary)
    attributes = cast(Mapping[str, object], groups["person"])
    noted = file.people.get(key or "", {})
    part = file.vocabulary.parts.people
    known = {**noted, "key": key, "name": noted.get(part.name or "") if part else None}
    return Facts({name: _shown(file, name, known.get(name)) for name in attributes})


def _shown(file: CaseFile, name: str, value: object) -> Fact:
    """A value of the log as a fact; a blank one is none."""
    match value:
        case bool() | int() | float():
            return value
        case date():
            return _moment(file, value, name)
        case str():
            return harmless(value) or Lack(name.replace("_", " "))
        case list():
            texts = tuple(text for item in cast(list[object], value) if (text := harmless(str(item))))
            return texts or Lack(name.replace("_", " "))
        case _:
            return Lack(name.replace("_", " "))


def _moment(file: CaseFile, value: date, name: str) -> Fact:
    zone = zone_info(file.zone)
    local = value
    try:
        this_year = file.as_of.astimezone(zone).year
        if isinstance(value, datetime):
            local = value.replace(tzinfo=UTC).astimezone(zone)
    except OverflowError:  # a wall clock beyond the years 1 to 9999 stays in UTC
        this_year = file.as_of.year
    return Moment(local, this_year)


def _listed(value: object) -> Sequence[str]:
    if value is None:
        return ()
    return cast(Sequence[str], value) if isinstance(value, list) else (str(value),)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
