"""How a deadline that was written becomes an instant: by whose clock its day ends, and in which words it was said."""

from __future__ import annotations

from punctilio.explanation.values import Event
from punctilio.inert import inert
from punctilio.model.vocabulary import Vocabulary


def midnight(field: str, event: Event, vocabulary: Vocabulary, days: str) -> str:
    """How the day in a field ends, in the zone ``days``; empty where an instant was written."""
    day, part = event.dates.get(field), vocabulary.parts.deadline_zone
    if day is None:
        return ""
    whose = f", the {part.field.replace('_', ' ')}" if part and days != event.at.zone else ""
    return f", the midnight that ends {day} in {days}{whose}"


def quote(field: str, event: Event, vocabulary: Vocabulary) -> str:
    """The words behind a date, beside the date."""
    for citable in vocabulary.parts.citable.values():
        if citable.event == event.type and citable.date == field and citable.quote:
            words = event.values.get(citable.quote)
            return f' ("{inert(str(words))}")' if words else ""
    return ""
