"""Chapter 2 of docs/language.md: which events fit a pattern, and what was noted of people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from punctilio.model.rule import (
    All,
    AnyOf,
    Compare,
    EventPattern,
    Exists,
    Matches,
    Mentions,
    Not,
    OneOf,
    Pattern,
    Scalar,
    Size,
    StartsWith,
)
from tests.reference.story import Event, Place, Story, Value

Leaf = OneOf | Compare | Matches | Mentions | Exists | Size | StartsWith


class Lack(Enum):
    """Why there is no value: it was not written; a check does not judge it; nobody can know it yet."""

    MISSING = auto()
    UNJUDGED = auto()
    UNKNOWN = auto()


Look = Callable[[str], Value | Lack]


def fits(pattern: Pattern, look: Look) -> bool | None:
    """Three-valued; None is unknown."""
    match pattern:
        case All(parts):
            return _all(fits(part, look) for part in parts)
        case AnyOf(parts):
            return _negated(_all(_negated(fits(part, look)) for part in parts))
        case Not(part):
            return _negated(fits(part, look))
        case _:
            return _leaf_fits(pattern, look(pattern.field))


def _all(answers: Iterable[bool | None]) -> bool | None:
    seen = set(answers)
    return False if False in seen else None if None in seen else True


def _negated(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _leaf_fits(leaf: Leaf, value: Value | Lack) -> bool | None:
    if isinstance(leaf, Exists):
        return None if value is Lack.UNKNOWN else isinstance(value, Lack) != leaf.wanted
    if isinstance(value, Lack):
        return False if value is Lack.MISSING else None
    return any(_holds(leaf, one) for one in (value if isinstance(value, tuple) else (value,)))


def _holds(leaf: OneOf | Compare | Matches | Mentions | Size | StartsWith, value: Scalar) -> bool:
    match leaf:
        case OneOf(_, values):
            return any(_equal(value, wanted) for wanted in values)
        case Compare(_, operator, wanted):
            return _compares(value, operator, wanted)
        case Matches(_, regex):
            return re.search(regex, str(value)) is not None
        case Mentions(_, phrases):
            return mentions(str(value), phrases)
        case Size(_, unit, size):
            return (len(str(value).split()) if unit == "words" else len(str(value))) in size
        case StartsWith(_, text):
            return str(value).startswith(text)


def _equal(value: Scalar, wanted: Scalar) -> bool:
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _compares(value: Scalar, operator: str, wanted: float | datetime) -> bool:
    if isinstance(value, datetime) and isinstance(wanted, datetime):
        return _ordered((value - wanted).total_seconds(), operator)
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return _ordered(value - wanted, operator)
    return False


def _ordered(order: float, operator: str) -> bool:
    return {"lt": order < 0, "lte": order <= 0, "gt": order > 0, "gte": order >= 0}[operator]


def mentions(text: str, phrases: Iterable[str]) -> bool:
    """Whole words, whatever the case, the spacing and the shape of quotation marks."""
    return any(re.search(_whole(folded(phrase)), folded(text)) for phrase in phrases)


def _whole(phrase: str) -> str:
    """Where a phrase begins or ends in a script without spaces, its word may go on."""
    first, last = (UNSPACED.match(end) for end in (phrase[:1], phrase[-1:]))
    return ("" if first else r"(?<!\w)") + re.escape(phrase) + ("" if last else r"(?!\w)")


UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff66-\uff9f]")


def folded(text: str) -> str:
    plain = re.sub("[‘’‚‛′`´]", "'", re.sub("[“”„‟″«»]", '"', text))
    return " ".join(plain.lower().split())


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Noted:
    """What is known of a person, and since which note."""

    attributes: dict[str, Value]
    place: Place


def noted(story: Story, place: Place) -> dict[str, Noted]:
    """What was noted of everybody before or at that place."""
    part = story.vocabulary.parts.people
    known: dict[str, Noted] = {}
    if part is None:
        return known
    for event in story.events:
        if event.type == part.event and event.place <= place and part.key in event.fields:
            person = str(event.fields[part.key])
            said = {name: event.fields[name] for name in part.attributes if name in event.fields}
            for name in part.exclusive:
                if said.get(name) is True:
                    known = {who: _without(name, note) for who, note in known.items()}
            before = known[person].attributes if person in known else {}
            known[person] = Noted({**before, **said}, event.place)
    return known


def _without(name: str, note: Noted) -> Noted:
    return Noted({**note.attributes, name: False}, note.place) if note.attributes.get(name) is True else note


def party(story: Story, name: str, place: Place) -> str | None:
    """The person of the first line that fits anybody, the latest noted among equals."""
    known = noted(story, place)
    for line in story.rulebook.parties[name].lines:
        fitting = [who for who, note in known.items() if fits(line, _reader(note.attributes)) is True]
        if fitting:
            return max(fitting, key=lambda who: known[who].place)
    return None


def _reader(attributes: dict[str, Value]) -> Look:
    return lambda name: attributes.get(name, Lack.MISSING)


# ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────


def reader(story: Story, event: Event, lack: Lack | None = None) -> Look:
    """How to look up a field of an event; ``lack`` is what an unwritten field is, unless the event's nature says it."""
    absent = lack or (Lack.UNKNOWN if event.proposed else Lack.MISSING)

    def look(name: str) -> Value | Lack:
        if name == "type":
            return event.type
        if name == "at":
            return event.at
        if "." in name:
            return _attribute(story, event, name, absent)
        return event.fields.get(name, absent)

    return look


def _attribute(story: Story, event: Event, name: str, absent: Lack) -> Value | Lack:
    """``person.role``: the role noted of the person in the field ``person`` before or at the event."""
    field, attribute = name.split(".", 1)
    if field not in event.fields:
        return absent
    value = event.fields[field]
    known = noted(story, event.place)
    people = value if isinstance(value, tuple) else (str(value),)
    said = tuple(known[p].attributes[attribute] for p in people if p in known and attribute in known[p].attributes)
    if not said:
        return Lack.UNJUDGED if absent is Lack.UNJUDGED else Lack.MISSING
    return said if isinstance(value, tuple) else said[0]  # type: ignore[return-value]  # attributes are scalars


def event_fits(story: Story, wanted: EventPattern, event: Event) -> bool:
    return fits(wanted.pattern, reader(story, event)) is True


def fitting(story: Story, wanted: EventPattern | None) -> tuple[Event, ...]:
    """Every event of the case that fits, in order; none where nothing is wanted."""
    return tuple(e for e in story.events if wanted is not None and event_fits(story, wanted, e))
