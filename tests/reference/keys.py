"""Chapter 4 of docs/language.md: which events belong together, and what is looked back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from punctilio.model.rule import EventPattern, Key, While
from tests.reference.patterns import fitting
from tests.reference.story import Event, Place, Story, Value, addressees, people_in

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
    return [one for one in wanted_keys(story, key, event) if all(one.values())]


def wanted_keys(story: Story, key: Key, event: Event) -> list[Keyed]:
    """The same, and where a field is empty, the rest of the key with nothing there."""
    values = [sorted(values_in(story, event, name), key=str) for name in key]
    choices = [[frozenset({value}) for value in some] or [frozenset[Value]()] for some in values]
    return [dict(zip(key, chosen, strict=True)) for chosen in product(*choices)]


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
    """The latest ``since`` event before a place, even if it was taken back."""
    before = [event for event in matching(story, since, key) if event.place < place]
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
    return 1 + len([place for place in same if place < row.place and (start is None or place > start.place)])


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval of a ``while`` that governs an event: since when, and up to which instant (exclusive)."""

    during: While
    key: Keyed
    after: Place | None
    last: datetime | None

    def has_ended(self, story: Story, event: Event) -> bool:
        """Whether it is over when that event happens: by an ``until`` event, that one included, or by its ``for``."""
        untils = standing(matching(story, self.during.until, self.key), event.place)
        ends = [end for end in untils if end.place <= event.place and (self.after is None or end.place > self.after)]
        return bool(ends) or (self.last is not None and event.at >= self.last)


def interval(story: Story, during: While, key: Keyed, event: Event) -> Interval | None:
    """The one that the latest ``after`` event before this one began; None outside."""
    if during.after is None:
        found = Interval(during, key, None, None)
    else:
        starts = standing(matching(story, during.after, key), event.place)
        before = [start for start in starts if start.place < event.place]
        if not before:
            return None
        found = Interval(during, key, before[-1].place, story.bound(before[-1], before[-1].at, during.lasts))
    return None if found.has_ended(story, event) else found
