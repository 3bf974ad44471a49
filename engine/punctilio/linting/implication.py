"""Whether every event that fits one pattern fits another: a yes is sure, a no is not."""

from __future__ import annotations

from functools import cache, partial
from itertools import product
from math import prod
from typing import Final

from punctilio.model.rule import (
    All,
    AnyOf,
    Compare,
    Exists,
    Mentions,
    Not,
    OneOf,
    Pattern,
    Size,
    StartsWith,
)
from punctilio.model.vocabulary import Vocabulary
from punctilio.rulebook.activation import certain, possible
from punctilio.rulebook.contradiction import meets

_MOST: Final = 64
"""Alternatives that are looked at one by one."""


class Patterns:
    """Compares the patterns of one vocabulary; what was asked once is known."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._known: dict[tuple[Pattern, Pattern], bool] = {}
        self.possible = cache(partial(possible, vocabulary=vocabulary))
        self.certain = cache(partial(certain, vocabulary=vocabulary))
        self.ways = cache(self._ways)

    def implies(self, one: Pattern, other: Pattern) -> bool:
        """Whether whatever fits the one fits the other."""
        if one == other:
            return True
        if not self.possible(one) <= self.possible(other):
            return False
        asked = (one, other)
        if asked not in self._known:
            self._known[asked] = all(self._implies(way, other) for way in self.ways(one))
        return self._known[asked]

    def excludes(self, one: Pattern, other: Pattern) -> bool:
        """Whether nothing fits both."""
        return not any(self.can_fit(way) for way in alternatives(All((one, other))))

    def can_fit(self, pattern: Pattern) -> bool:
        """Whether any event can fit, by what the vocabulary says of types and fields."""
        return bool(self.ways(pattern))

    def _ways(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """The ways in which an event can fit."""
        return tuple(way for way in alternatives(pattern) if self.possible(way))

    def _implies(self, one: Pattern, other: Pattern) -> bool:
        match other:
            case All(parts):
                return all(self._implies(one, part) for part in parts)
            case AnyOf(parts):
                if any(self._implies(one, part) for part in parts):
                    return True
            case Not(part):
                if self.excludes(one, part):
                    return True
            case _:
                pass
        asked = one.parts if isinstance(one, All) else (one,)
        if any(part == other or _at_once(part, other) for part in asked):
            return True
        return self.possible(one) <= self.certain(other)


def alternatives(pattern: Pattern) -> tuple[Pattern, ...]:
    """The pattern as alternatives, each a plain conjunction; as it is where there would be too many."""
    found = _alternatives(pattern)
    return tuple(found) if len(found) <= _MOST else (pattern,)


def _alternatives(pattern: Pattern) -> list[Pattern]:
    match pattern:
        case AnyOf(parts):
            return [way for part in parts for way in _alternatives(part)]
        case All(parts):
            ways = [_alternatives(part) for part in parts]
            if prod(map(len, ways)) > _MOST:
                return [pattern]
            return [_joined(choice) for choice in product(*ways)]
        case Not(AnyOf(parts)):
            return _alternatives(All(tuple(Not(part) for part in parts)))
        case Not(All(parts)):
            return _alternatives(AnyOf(tuple(Not(part) for part in parts)))
        case Not(Not(part)):
            return _alternatives(part)
        case _:
            return [pattern]


def _joined(parts: tuple[Pattern, ...]) -> Pattern:
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(dict.fromkeys(flat)))


def _at_once(one: Pattern, other: Pattern) -> bool:
    """Whether one condition on a field, alone, brings another one on it with it."""
    if isinstance(one, Not) or isinstance(other, All | AnyOf) or isinstance(one, All | AnyOf):
        return isinstance(one, Not) and isinstance(other, Not) and _at_once(other.part, one.part)
    if isinstance(other, Not) or one.field != other.field:
        return False
    match one, other:
        case Exists(_, wanted), Exists(_, also):
            return wanted == also
        case Exists(), _:
            return False
        case _, Exists(_, wanted):
            return wanted
        case OneOf(_, values), OneOf(_, others):
            return {(type(value), value) for value in values} <= {(type(value), value) for value in others}
        case OneOf(_, values), _:
            return all(meets(value, other) is True for value in values)
        case Mentions(_, phrases), Mentions(_, others):
            return {*phrases} <= {*others}
        case Size(_, unit, size), Size(_, same, wider):
            low = wider.at_least is None or (size.at_least or 0) >= wider.at_least
            high = wider.at_most is None or (size.at_most is not None and size.at_most <= wider.at_most)
            return unit == same and low and high
        case StartsWith(_, text), StartsWith(_, start):
            return text.startswith(start)
        case Compare(), Compare():
            return _is_closer(one, other)
        case _:
            return False


def _is_closer(one: Compare, other: Compare) -> bool:
    """Whether what lies beyond one bound lies beyond the other too."""
    if one.operator[0] != other.operator[0] or type(one.value) is not type(other.value):
        return False
    if one.value == other.value:
        return one.operator == other.operator or other.operator.endswith("e")
    return meets(one.value, Compare(other.field, other.operator, other.value)) is True
