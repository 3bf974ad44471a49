"""Which event types a pattern can fit at all, by set algebra: a rule that nothing can wake is a mistake.

``possible`` never leaves out a type that could fit; ``certain`` never names one that might not. Each mirrors the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from punctilio.model.rule import All, AnyOf, Exists, Not, OneOf, Pattern
from punctilio.model.vocabulary import LIST_TYPES, Field, Vocabulary

EVERY_EVENT = frozenset({"type", "case", "at", "id"})
"""What every event has beside the fields of its type."""

Types = frozenset[str]


def possible(pattern: Pattern, vocabulary: Vocabulary) -> Types:
    """The event types that can fit the pattern."""
    every = frozenset(vocabulary.types)
    match pattern:
        case All(parts):
            shared = every.intersection(*(possible(part, vocabulary) for part in parts))
            return frozenset(name for name in shared if not _contradicts_itself(pattern, vocabulary.types[name].fields))
        case AnyOf(parts):
            return frozenset[str]().union(*(possible(part, vocabulary) for part in parts))
        case Not(part):
            return every - certain(part, vocabulary)
        case Exists(_, False):
            return every
        case OneOf("type", values):
            return every & frozenset(str(value) for value in values)
        case OneOf(name, values):
            return frozenset(t for t in declaring(name, vocabulary) if _can_be(vocabulary, t, name, values))
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
        case _:
            return frozenset()


def declaring(name: str, vocabulary: Vocabulary) -> Types:
    """The event types that have the field; ``person.role`` is of the field ``person``."""
    if name in EVERY_EVENT:
        return frozenset(vocabulary.types)
    field = name.partition(".")[0]
    return frozenset(t.name for t in vocabulary.types.values() if field in t.fields)


def _can_be(vocabulary: Vocabulary, event_type: str, name: str, values: tuple[object, ...]) -> bool:
    field = vocabulary.types[event_type].fields.get(name)
    return field is None or field.type != "enum" or any(value in field.values for value in values)


def _contradicts_itself(pattern: All, fields: Mapping[str, Field]) -> bool:
    """Whether it asks one single value to be two different ones."""
    wanted: dict[str, set[object]] = {}
    for part in _conjuncts(pattern):
        if isinstance(part, OneOf) and _is_single(part.field, fields):
            wanted.setdefault(part.field, set(part.values)).intersection_update(part.values)
    return any(not values for values in wanted.values())


def _conjuncts(pattern: Pattern) -> Iterator[Pattern]:
    if isinstance(pattern, All):
        for part in pattern.parts:
            yield from _conjuncts(part)
    else:
        yield pattern


def _is_single(name: str, fields: Mapping[str, Field]) -> bool:
    return name in EVERY_EVENT or (name in fields and fields[name].type not in LIST_TYPES)
