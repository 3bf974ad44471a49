"""Chapter 4 of docs/language.md: which events belong together, and what is looked back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from tests.reference.patterns import fitting
from tests.reference.story import Event, Place, Story, Value, addressees, people_in

from punctilio.model.rule import EventPattern, Key, While

Keyed = Mapping[str, frozenset[Value]]
"""For each field of the key the values that an event has there; several persons are several keys at once."""


def keyed(story: Story, key: Key, event: Event) -> Keyed:
    return {name: values_in(story, event, name) for name in key}


def values_in(story: Story, event: Event, name: str) -> frozenset[Value]:
    if name == "person":
        return frozenset(addressees(story, event))
    value = event.fields.get(name)
    return frozenset(() if value is None else value if isinstance(value, tuple) else (value,))


def keys_of(story: Story, key: Key, event: Event) -> list[Keyed]:
    """Every single key an event counts for, in order; none where a field of the key is empty."""
    choices = [sorted(values_in(story, event, name), key=str) for name in key]
    return [{name: frozenset({v}) for name, v in zip(key, chosen, strict=True)} for chosen in product(*choices)]


def matches(story: Story, key: Keyed, event: Event) -> bool:
    """Whether the event has the same key; what its type does not declare is not compared."""
    declared = [name for name in key if story.vocabulary.declares(event.type, name)]
    return all(key[name] & values_in(story, event, name) for name in declared)


def matching(story: Story, wanted: EventPattern | None, key: Keyed) -> list[Event]:
    return [event for event in fitting(story, wanted) if matches(story, key, event)]


def standing(events: Iterable[Event], place: Place) -> list[Event]:
    """Those that are not void at that place."""
    return [event for event in events if not event.is_void(place)]


def stretch_begins(story: Story, since: EventPattern | None, key: Keyed, place: Place) -> Event | None:
    """The latest ``since`` event before a place."""
    before = [event for event in standing(matching(story, since, key), place) if event.place < place]
    return before[-1] if before else None


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that sets a rule off, for one person where people matter."""

    event: Event
    person: str | None
    key: Keyed

    @property
    def place(self) -> Place:
        return self.event.place

    def has_key_of(self, other: Trigger) -> bool:
        return all(self.key[name] & other.key[name] for name in self.key)


def triggers(
    story: Story,
    when: EventPattern,
    key: Key,
    *,
    each: str | None = None,
    nth: int | None = None,
    since: EventPattern | None = None,
) -> list[Trigger]:
    """One for each event that fits ``when``: for each person in the field ``each``, or for each addressee where the key
    has the person; and of those the n-th of its key since the latest ``since`` event."""
    rows = [row for event in fitting(story, when) for row in _rows(story, event, key, each)]
    return [row for row in rows if nth is None or _ordinal(story, rows, row, since) == nth]


def _rows(story: Story, event: Event, key: Key, each: str | None) -> list[Trigger]:
    common = keyed(story, key, event)
    if each is None and "person" not in key:
        return [Trigger(event, None, common)]
    people = people_in(event, [each]) if each is not None else addressees(story, event)
    if each is None and not people:
        return [Trigger(event, None, common)]
    own = "person" in key
    return [Trigger(event, p, {**common, "person": frozenset({p})} if own else common) for p in people]


def _ordinal(story: Story, rows: Iterable[Trigger], row: Trigger, since: EventPattern | None) -> int:
    """Which of its key the row is, counting the rows that are not void at its moment; an event counts once."""
    start = stretch_begins(story, since, row.key, row.place)
    same = {other.place for other in rows if other.has_key_of(row) and not other.event.is_void(row.place)}
    return len([place for place in same if place <= row.place and (start is None or place > start.place)])


@dataclass(frozen=True, slots=True)
class Span:
    """From a place (exclusive, None is the start of the case) to a place (exclusive) and an instant (inclusive)."""

    after: Place | None
    until: Place | None
    last: datetime | None

    def holds(self, event: Event) -> bool:
        return (
            (self.after is None or self.after < event.place)
            and (self.until is None or event.place < self.until)
            and (self.last is None or event.at <= self.last)
        )


def spans(story: Story, during: While, key: Keyed, place: Place) -> list[Span]:
    """The intervals of a ``while`` for a key, as they stand at that place."""
    ends = standing(matching(story, during.until, key), place)
    if during.after is None:
        return [Span(None, ends[0].place if ends else None, _start_bound(story, during))]
    starts = standing(matching(story, during.after, key), place)
    return [_span(story, during, start, ends) for start in starts]


def _span(story: Story, during: While, start: Event, ends: list[Event]) -> Span:
    until = next((end.place for end in ends if end.place > start.place), None)
    return Span(start.place, until, story.bound(start, start.at, during.lasts))


def _start_bound(story: Story, during: While) -> datetime | None:
    return story.bound(story.events[0], story.events[0].at, during.lasts)
