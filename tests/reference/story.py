"""Chapter 1 of docs/language.md: the events of each case, in order, with corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from math import inf
from typing import cast
from zoneinfo import ZoneInfo

from punctilio.model.rule import Rulebook, Scalar
from punctilio.model.vocabulary import LIST_TYPES, PERSON_TYPES, RETRACTION, FieldOf, FieldType, Vocabulary
from punctilio.model.window import Bound, Duration
from tests.reference.instants import added, midnight_after, parsed, zone_named
from tests.reference.rows import Spot

Json = Mapping[str, object]
Value = Scalar | tuple[str, ...]
Place = tuple[datetime, float]
"""A place in the order: an event is at (its instant, its number), its beginning at (an instant, -1), and an instant
that is no event at (that instant, infinity)."""


EVER = datetime(1, 1, 1, tzinfo=UTC)


def place_of(instant: datetime) -> Place:
    return (instant, inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``proposed`` events are not in the log: what they do not say is unknown."""

    case: str
    type: str
    at: datetime
    spot: Spot
    place: Place
    begins: Place
    known: datetime = EVER
    ids: frozenset[str] = frozenset()
    fields: Mapping[str, Value] = field(default_factory=dict[str, Value])
    days: Mapping[str, date] = field(default_factory=dict[str, date])
    void: Place | None = None
    proposed: bool = False

    def is_void(self, place: Place) -> bool:
        """Whether it was taken back at that place or before."""
        return self.void is not None and self.void <= place


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One case as it is seen at the as-of instant."""

    case: str
    events: tuple[Event, ...]
    rulebook: Rulebook
    zone: ZoneInfo
    as_of: datetime

    @property
    def vocabulary(self) -> Vocabulary:
        return self.rulebook.vocabulary

    @property
    def now(self) -> Place:
        return place_of(self.as_of)

    def later(self, start: datetime, length: Duration, *, second: bool = True) -> datetime:
        return added(start, length, self.zone, self.rulebook.calendar, second=second)

    def bound(self, event: Event, start: datetime, bound: Bound | None, *, second: bool = True) -> datetime | None:
        """Where a bound lies: so long after ``start``, or in a field of the event; None where there is none."""
        if bound is None:
            return None
        if isinstance(bound, Duration):
            return self.later(start, bound, second=second)
        return instant_in(event, bound.field)


def instant_in(event: Event, name: str) -> datetime | None:
    value = event.at if name == "at" else event.fields.get(name)
    assert value is None or isinstance(value, datetime)
    return value


def addressees(story: Story, event: Event) -> tuple[str, ...]:
    """The first group of person fields with anyone in it says whom an event concerns."""
    groups = (people_in(event, group) for group in story.vocabulary.parts.addressees)
    return next((people for people in groups if people), ())


def people_in(event: Event, names: Iterable[str]) -> tuple[str, ...]:
    people: set[str] = set()
    for name in names:
        value = event.fields.get(name)
        people |= {value} if isinstance(value, str) else set(value) if isinstance(value, tuple) else set()
    return tuple(sorted(people))


def everybody(story: Story) -> tuple[str, ...]:
    """Every person that any event of the case names."""
    names = [name for name, kind in story.vocabulary.fields().items() if kind in PERSON_TYPES]
    return tuple(sorted({person for event in story.events for person in people_in(event, names)}))


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def stories(
    rulebook: Rulebook, lines: Sequence[Json], as_of: datetime, known_at: datetime | None = None
) -> tuple[Story, ...]:
    """Every case of the log, sorted. Nothing after the as-of instant is seen, and nothing that was not known yet."""
    by_case: dict[str, list[Json]] = {}
    for line in sorted(lines, key=_order):
        if parsed(str(line["at"])) <= as_of:
            by_case.setdefault(str(line["case"]), []).append(line)
    told = (_story(rulebook, case, by_case[case], as_of, known_at) for case in sorted(by_case))
    return tuple(story for story in told if story.events)


def _order(line: Json) -> tuple[datetime, object, object]:
    """By instant, then by line within the file, then by the order of the files."""
    return (parsed(str(line["at"])), line["line"], line["file"])


def _story(rulebook: Rulebook, case: str, lines: Sequence[Json], as_of: datetime, known_at: datetime | None) -> Story:
    vocabulary = rulebook.vocabulary
    seen = [line for line in lines if known_at is None or _known(line) <= known_at]
    zone = zone_named(_zone(vocabulary.parts.case_zone, seen) or rulebook.zone or "UTC")
    deadline_zone = _zone(vocabulary.parts.deadline_zone, seen)
    place = zone_named(deadline_zone) if deadline_zone else zone
    written = _once([_event(line, n, vocabulary, place) for n, line in enumerate(lines)], vocabulary)
    events = _without_retracted([one for one in written if known_at is None or one.known <= known_at])
    return Story(case=case, events=_with_void(events, vocabulary), rulebook=rulebook, zone=zone, as_of=as_of)


def _known(line: Json) -> datetime:
    """Since when: since it was recorded, or since it happened where nothing says so."""
    return parsed(str(line.get("recorded_at") or line["at"]))


def _zone(part: FieldOf | None, lines: Sequence[Json]) -> str | None:
    """The latest zone that is seen in the field, retracted lines aside."""
    retracted = {line.get("event") for line in lines if line["type"] == RETRACTION}
    if part is None:
        return None
    seen = [line.get(part.field) for line in lines if line["type"] == part.event and line.get("id") not in retracted]
    return next((str(zone) for zone in reversed(seen) if zone), None)


def _event(line: Json, number: int, vocabulary: Vocabulary, deadline_zone: ZoneInfo) -> Event:
    kind = vocabulary.types[str(line["type"])]
    written = {name: line.get(name, one.default) for name, one in kind.fields.items()}
    values = {name: _value(kind.fields[name].type, raw) for name, raw in written.items() if not _is_blank(raw)}
    days = {name: day for name, day in values.items() if isinstance(day, date) and not isinstance(day, datetime)}
    fields = {name: _moment(value, deadline_zone) for name, value in values.items()}
    at = parsed(str(line["at"]))
    beginning = fields.get(kind.begins) if kind.begins else None
    spot = (int(str(line["file"])), int(str(line["line"])))
    return Event(
        case=str(line["case"]),
        type=kind.name,
        at=at,
        spot=spot,
        place=(at, number),
        known=_known(line),
        begins=min((beginning, -1.0), (at, number)) if isinstance(beginning, datetime) else (at, number),
        ids=frozenset({str(line["id"])} if "id" in line else ()),
        fields=fields,
        days=days,
    )


def _is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []


def _value(kind: FieldType, raw: object) -> Value | date:
    """A value as the vocabulary types it; a deadline that is a date stays one."""
    if kind in LIST_TYPES:
        assert isinstance(raw, list | tuple)
        return tuple(str(one) for one in cast(Sequence[object], raw))
    if kind == "instant":
        return parsed(str(raw))
    if kind == "deadline":
        return date.fromisoformat(str(raw)) if len(str(raw)) == len("2026-03-01") else parsed(str(raw))
    assert isinstance(raw, str | bool | int | float)
    return raw


def _moment(value: Value | date, zone: ZoneInfo) -> Value:
    if isinstance(value, date) and not isinstance(value, datetime):
        return midnight_after(value, zone, second=True)
    return value


def _once(events: Sequence[Event], vocabulary: Vocabulary) -> list[Event]:
    """The same id, or the same type and identity, counts once: the first in order stays, and answers to both ids."""
    kept: list[Event] = []
    for event in events:
        twin = next((n for n, other in enumerate(kept) if _is_same(event, other, vocabulary)), None)
        if twin is None:
            kept.append(event)
        else:
            known = min(kept[twin].known, event.known)
            kept[twin] = replace(kept[twin], ids=kept[twin].ids | event.ids, known=known)
    return kept


def _is_same(one: Event, other: Event, vocabulary: Vocabulary) -> bool:
    if one.ids & other.ids:
        return True
    identity = vocabulary.parts.identity
    known = one.fields.get(identity) if identity else None
    return known is not None and one.type == other.type and known == other.fields.get(identity or "")


def _without_retracted(events: Sequence[Event]) -> list[Event]:
    gone = {str(event.fields["event"]) for event in events if event.type == RETRACTION}
    return [event for event in events if not event.ids & gone]


def _with_void(events: Sequence[Event], vocabulary: Vocabulary) -> tuple[Event, ...]:
    """Each event that another takes back: the latest earlier one with the same value, from then on."""
    part = vocabulary.parts.takes_back
    if part is None:
        return tuple(events)
    void: dict[Place, Place] = {}
    for taker in (event for event in events if event.type == part.event):
        of = [e for e in events if e.type == part.of and e.place < taker.place and part.key in e.fields]
        named = ([e for e in of if e.fields[part.key] == taker.fields.get(name)] for name in part.by)
        earlier = next((found for found in named if found), None)
        if earlier:
            void.setdefault(earlier[-1].place, taker.place)
    return tuple(replace(event, void=void.get(event.place)) for event in events)
