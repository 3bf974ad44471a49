"""The closed vocabulary: event types, their typed fields, and which of them play the engine's parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Literal, get_args

from punctilio.value import Value

FieldType = Literal[
    "string", "text", "instant", "deadline", "integer", "number", "boolean", "person", "people", "strings", "enum"
]
FIELD_TYPES: tuple[FieldType, ...] = get_args(FieldType)
INSTANT_TYPES = frozenset({"instant", "deadline"})
LIST_TYPES = frozenset({"people", "strings"})
PERSON_TYPES = frozenset({"person", "people"})

RETRACTION = "event.retracted"
WAIVER = "waiver.granted"


class Field(Value, kw_only=True):
    """A field of an event. ``default`` is read where the log leaves it out; ``values`` are those of an enum."""

    name: str
    type: FieldType
    required: bool = False
    values: tuple[str, ...] = ()
    default: str | None = None
    about: str = ""


class EventType(Value, kw_only=True):
    """``begins`` names the instant field that holds its beginning; its ``at`` is then its end."""

    name: str
    fields: Mapping[str, Field]
    begins: str | None = None
    about: str = ""


class FieldOf(Value, kw_only=True):
    """A field of an event type, such as the one that holds the case's zone."""

    event: str
    field: str


class People(Value, kw_only=True):
    """Where people are noted. A later event replaces the attributes it names; an ``exclusive`` (boolean) attribute that
    is true ends the same attribute of everyone else in the case. ``name`` is the attribute people are called by."""

    event: str
    key: str
    attributes: tuple[str, ...]
    exclusive: tuple[str, ...] = ()
    name: str | None = None


class TakesBack(Value, kw_only=True):
    """``event`` makes void the latest earlier ``of`` whose field ``key`` holds what the first
    of the fields ``by`` of the taking event says that names any: a bounce may have a message
    id of its own, and name the message as what it answers."""

    event: str
    of: str
    key: str
    by: tuple[str, ...]


class Drafts(Value, kw_only=True):
    """``event`` is a draft of ``of``. It was sent when a later ``of`` of the case agrees in the first of the field
    lists in ``same`` that the draft has written whole. ``of`` is also the type of a proposed action that names none."""

    event: str
    of: str
    same: tuple[tuple[str, ...], ...]


class Citable(Value, kw_only=True):
    """Something a text can cite: what the latest ``event`` before it says. Of these fields each that is named
    is a way to cite it: ``quote`` (its words), ``date`` (a deadline or instant, in any usual writing),
    ``words`` (one of the words of a strings or text field, stop words aside). ``each`` is the person field of
    ``event`` that must hold the addressee, if it matters who."""

    name: str
    event: str
    quote: str | None = None
    date: str | None = None
    words: str | None = None
    each: str | None = None


class Facts(Value, kw_only=True):
    """What message templates call by this name: the fields of one event, the latest ``event`` that there is. ``each``
    is the person field of ``event`` that must hold the addressee, if it matters who."""

    name: str
    event: str
    each: str | None = None


class Parts(Value, kw_only=True):
    """Which types and fields play the engine's parts. ``addressees`` are groups of person
    fields; the first group with anyone in it says whom an event concerns. ``text`` is the
    field that content conditions read unless they name one."""

    case_zone: FieldOf | None = None
    deadline_zone: FieldOf | None = None
    people: People | None = None
    addressees: tuple[tuple[str, ...], ...] = ()
    takes_back: TakesBack | None = None
    drafts: Drafts | None = None
    citable: Mapping[str, Citable] = MappingProxyType({})
    facts: Mapping[str, Facts] = MappingProxyType({})
    text: str | None = None
    identity: str | None = None
    """Field that, with the type, identifies an event besides ``id`` (``message_id``)."""
    stop_words: frozenset[str] = frozenset()


class Vocabulary(Value, kw_only=True):
    """Every event type that may be used. A field name has one type wherever it occurs (an enum's values may differ)."""

    name: str
    types: Mapping[str, EventType]
    parts: Parts = Parts()

    def field_type(self, name: str) -> FieldType | None:
        return self.fields().get(name)

    def fields(self) -> Mapping[str, FieldType]:
        """Every field name, sorted, with its type."""
        return self._fields

    @cached_property
    def _fields(self) -> Mapping[str, FieldType]:
        found: dict[str, FieldType] = {f.name: f.type for t in self.types.values() for f in t.fields.values()}
        return dict(sorted(found.items()))

    def declares(self, event_type: str, name: str) -> bool:
        """Whether events of that type can have the key field; ``person`` stands for any addressee."""
        fields = self.types[event_type].fields
        if name == "person":
            return any(f.type in PERSON_TYPES for f in fields.values())
        return name in fields


def built_in_types() -> dict[str, EventType]:
    """The two types that are the engine's own and part of every vocabulary."""
    retraction = (Field(name="event", type="string", required=True, about="The id of the event that never was."),)
    waiver = (
        Field(name="rule", type="string", required=True, about="The id of the rule that is waived."),
        Field(name="person", type="person", about="Only for this person."),
        Field(name="expires_at", type="instant", about="Until when; for ever where empty."),
        Field(name="reason", type="text", required=True, about="Why, shown wherever the waiver decides something."),
    )
    return {
        name: EventType(name=name, about=about, fields=MappingProxyType({f.name: f for f in fields}))
        for name, about, fields in (
            (RETRACTION, "Takes an event out of the log, which itself is only appended to.", retraction),
            (WAIVER, "Excuses what a rule asks for, in this case.", waiver),
        )
    }
