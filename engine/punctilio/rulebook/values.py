"""Single values: what a field can hold, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Literal

from punctilio.model.rule import Scalar
from punctilio.model.vocabulary import INSTANT_TYPES, Field, FieldType, Vocabulary
from punctilio.problems import closest
from punctilio.shape import Report, boolean, listing, shortened, text, wrong
from punctilio.value import Value
from punctilio.yaml_source import Node, ScalarNode

TEXTUAL = frozenset({"string", "text", "enum", "person", "people", "strings"})
ORDERED = frozenset({"integer", "number", *INSTANT_TYPES})
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Subject(Value):
    """What a condition is about: a field of events, or an attribute of people. ``values`` are all it can be, if they
    are known; ``attributes`` are what is noted of the person in it."""

    name: str
    type: FieldType | Literal["type"]
    values: tuple[str, ...] = ()
    attributes: tuple[Subject, ...] = ()

    @property
    def holds_text(self) -> bool:
        return self.type in TEXTUAL or self.type == "type"


def subject_of(field: Field, vocabulary: Vocabulary, values: tuple[str, ...] = ()) -> Subject:
    """A field as the subject of a condition; ``values`` are those it can have in the events in question."""
    attributes = attributes_of(vocabulary, prefix=f"{field.name}.") if field.type in ("person", "people") else ()
    return Subject(field.name, field.type, values or field.values, attributes)


def attributes_of(vocabulary: Vocabulary, prefix: str = "") -> tuple[Subject, ...]:
    """What is noted of people, each as the subject of a condition."""
    people = vocabulary.parts.people
    if people is None or people.event not in vocabulary.types:
        return ()
    fields = vocabulary.types[people.event].fields
    known = (fields[name] for name in people.attributes if name in fields)
    return tuple(Subject(prefix + field.name, field.type, field.values) for field in known)


def value_of(node: Node, subject: Subject, report: Report) -> Scalar | None:
    """A value that the subject can have."""
    what = f"`{subject.name}`"
    match subject.type:
        case "type":
            return known_type(node, subject.values, report)
        case "enum":
            return _enum_value(node, subject, report)
        case "boolean":
            return boolean(node, report, what)
        case "integer" | "number":
            return number_of(node, subject, report)
        case "instant" | "deadline":
            return instant(node, report, what)
        case _:
            return text(node, report, what)


def number_of(node: Node, subject: Subject, report: Report) -> int | float | None:
    whole = subject.type == "integer"
    accepted = int if whole else int | float
    if isinstance(node, ScalarNode) and isinstance(node.value, accepted) and not isinstance(node.value, bool):
        return node.value
    wrong(node, report, f"`{subject.name}`", "a whole number" if whole else "a number")
    return None


def known_type(node: Node, types: Collection[str], report: Report) -> str | None:
    """The name of an event type; a misspelt one is reported, and read as what was meant."""
    name = text(node, report, "An event type")
    if name is None or name in types:
        return name
    meant = closest(name, types)
    report.add("UNKNOWN-TYPE", f"The vocabulary has no event type `{shortened(name)}`.", node, meant)
    return meant


def instant(node: Node, report: Report, what: str) -> datetime | None:
    """An instant, in UTC."""
    found = text(node, report, what)
    if found is None:
        return None
    try:
        if not _INSTANT.fullmatch(found):
            raise ValueError
        return datetime.fromisoformat(found.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        wanted = "an instant with its offset, such as `2026-03-02T09:00:00+01:00`"
        report.add("BAD-VALUE", f"{what} must be {wanted}; this is `{shortened(found)}`.", node)
        return None


def _enum_value(node: Node, subject: Subject, report: Report) -> str | None:
    found = text(node, report, f"`{subject.name}`")
    if found is None or found in subject.values:
        return found
    meant = closest(found, subject.values)
    listed = "" if meant else f" It can be {listing(subject.values)}."
    report.add("BAD-VALUE", f"`{subject.name}` is never `{shortened(found)}`.{listed}", node, meant)
    return meant
