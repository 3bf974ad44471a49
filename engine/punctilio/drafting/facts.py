"""What templates see: what the log says of a case, closed under the names of the vocabulary.

Everything in it is data. Texts are one line each, and nothing in them can begin a line, move a cursor or turn the
reading direction; a fact that the log lacks is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from punctilio.drafting.gaps import covered
from punctilio.inert import inert
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, People, Vocabulary

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

PERSON: Final = ("key", "name")
RULE: Final = ("id", "title", "about", "cite", "force")
TRIGGER: Final = ("type", "at")
MOMENT: Final = ("day", "weekday", "time", "year", "iso")


class Lack:
    """A fact that the log lacks: false, empty, and shown as a gap."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, _: slice) -> Lack:
        return self

    def __str__(self) -> str:
        return f"[{self.name}]"


class Moment:
    """A day, or an instant as clocks show it where the case is. Shown as ``20 March``, with the year where that is
    not the one in which the draft is made."""

    def __init__(self, moment: date, this_year: int) -> None:
        self.year = str(moment.year)
        self.weekday = _WEEKDAYS[moment.weekday()]
        self.day = f"{moment.day} {_MONTHS[moment.month - 1]}{'' if moment.year == this_year else f' {moment.year}'}"
        self.time: str | Lack = f"{moment:%H:%M}" if isinstance(moment, datetime) else Lack("time")
        self.iso = moment.isoformat()

    def __str__(self) -> str:
        return self.day


class Facts:
    """Facts by name. There are no others: to ask for one is a mistake in the template."""

    def __init__(self, known: Mapping[str, Fact]) -> None:
        self.known = known


Fact = str | int | float | bool | Moment | Lack | tuple[str, ...] | tuple[Facts, ...] | Facts


def harmless(text: str) -> str:
    """A text of the log on one line, as data: its brackets mark no gap."""
    return covered(inert(" ".join(text.split())))


# ── the names that there are ──


class Many:
    """The names of each of several."""

    def __init__(self, each: Names) -> None:
        self.each = each


Names = Mapping[str, "Names"] | Many | None
"""What can be asked for; None is a plain value, which has no parts."""
A_MOMENT: Final[Names] = dict.fromkeys(MOMENT)
"""The parts of a moment, which is a text as well."""


def names(vocabulary: Vocabulary) -> Mapping[str, Names]:
    """Every name that a template can use with this vocabulary."""
    person = dict.fromkeys(_attributes(vocabulary.parts.people))
    groups: dict[str, Names] = {
        name: {field: _field_names(vocabulary, field) for field in event_fields(vocabulary, facts.event)}
        for name, facts in vocabulary.parts.facts.items()
    }
    trigger: Names = {"type": None, "at": A_MOMENT}
    return {
        **groups,
        "person": person,
        "through": person,
        "people": Many(person),
        "rule": dict.fromkeys(RULE),
        "trigger": trigger,
    }


def event_fields(vocabulary: Vocabulary, event_type: str) -> tuple[str, ...]:
    """What an event of the type can say, its instant included."""
    return ("at", *vocabulary.types[event_type].fields)


def _field_names(vocabulary: Vocabulary, field: str) -> Names:
    kind = "instant" if field == "at" else vocabulary.field_type(field)
    if kind in INSTANT_TYPES:
        return A_MOMENT
    return Many(None) if kind in LIST_TYPES else None


def _attributes(part: People | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*PERSON, *(part.attributes if part else ()))))
