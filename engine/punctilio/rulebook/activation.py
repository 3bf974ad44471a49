"""Which event types a pattern can fit at all, by set algebra: a rule that nothing can wake is a mistake.

``possible`` never leaves out a type that could fit; ``certain`` never names one that might not. Each mirrors the other.
"""

from __future__ import annotations

from punctilio.model.rule import All, AnyOf, Exists, Not, OneOf, Pattern
from punctilio.model.vocabulary import INSTANT_TYPES, EventType, Vocabulary
from punctilio.rulebook.contradiction import EVERY_EVENT, contradicts_itself

Types = frozenset[str]
_NEVER_BLANK = frozenset({*INSTANT_TYPES, "integer", "number", "boolean", "enum"})


def possible(pattern: Pattern, vocabulary: Vocabulary) -> Types:
    """The event types that can fit the pattern."""
    types = vocabulary.types
    return frozenset(t for t in _possible(pattern, vocabulary) if not contradicts_itself(pattern, types[t]))


def _possible(pattern: Pattern, vocabulary: Vocabulary) -> Types:
    """The same, whatever the pattern asks of one field besides."""
    every = frozenset(vocabulary.types)
    match pattern:
        case All(parts):  # what its parts ask of one field is looked at together
            return every.intersection(*(_possible(part, vocabulary) for part in parts))
        case AnyOf(parts):
            return frozenset[str]().union(*(possible(part, vocabulary) for part in parts))
        case Not(part):
            return every - certain(part, vocabulary)
        case Exists(_, False):
            return every
        case OneOf("type", values):
            return every & frozenset(str(value) for value in values)
        case _:
            return declaring(pattern.field, vocabulary)


def certain(pattern: Pattern, vocabulary: Vocabulary) -> Types:
    """The event types of which every event fits the pattern."""
    every = frozenset(vocabulary.types)
    match pattern:
        case All(parts):
            return every.intersection(*(certain(part, vocabulary) for part in parts))
        case AnyOf(parts):
            return frozenset[str]().union(*(certain(part, vocabulary) for part in parts))
        case Not(part):
            return every - possible(part, vocabulary)
        case OneOf("type", values):
            return every & frozenset(str(value) for value in values)
        case Exists(name, False):
            return every - declaring(name, vocabulary)
        case Exists("type" | "case" | "at", True):
            return every
        case Exists(name, True):
            return frozenset(t.name for t in vocabulary.types.values() if _is_always_written(name, t))
        case _:
            return frozenset()


def _is_always_written(name: str, event_type: EventType) -> bool:
    """Whether the field is there in every event of the type; of a text that is, there may be nothing in it."""
    field = event_type.fields.get(name)
    return (
        field is not None and field.required and field.type in (*INSTANT_TYPES, "integer", "number", "boolean", "enum")
    )


def declaring(name: str, vocabulary: Vocabulary) -> Types:
    """The event types that have the field; ``person.role`` is of the field ``person``."""
    if name in EVERY_EVENT:
        return frozenset(vocabulary.types)
    field = name.partition(".")[0]
    return frozenset(t.name for t in vocabulary.types.values() if field in t.fields)
