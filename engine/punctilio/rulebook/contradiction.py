"""Conditions that one single value cannot meet together: two values at once, below 1 and above 2, written and not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from punctilio.model.rule import All, Compare, Exists, Matches, Mentions, Not, OneOf, Pattern, Scalar, Size, StartsWith
from punctilio.model.vocabulary import LIST_TYPES, EventType

EVERY_EVENT = frozenset({"type", "case", "at", "id"})
"""What every event has beside the fields of its type."""


def contradicts_itself(pattern: Pattern, event_type: EventType) -> bool:
    """Whether no event of the type can meet all that the pattern asks of one field."""
    asked: dict[str, list[Pattern]] = {}
    for part in _conjuncts(pattern):
        name = _field_of(part)
        if name is not None and _is_single(name, event_type):
            asked.setdefault(name, []).append(part)
    return any(_is_impossible(name, parts, event_type) for name, parts in asked.items() if _may_clash(parts))


def _may_clash(parts: Sequence[Pattern]) -> bool:
    """One plain value, or one phrase, cannot contradict itself; most fields are asked for no more."""
    return len(parts) > 1 or not isinstance(parts[0], OneOf | Mentions)


def _conjuncts(pattern: Pattern) -> Iterator[Pattern]:
    if isinstance(pattern, All):
        for part in pattern.parts:
            yield from _conjuncts(part)
    else:
        yield pattern


def _field_of(part: Pattern) -> str | None:
    field = getattr(part.part if isinstance(part, Not) else part, "field", None)
    return field if isinstance(field, str) else None


def _is_single(name: str, event_type: EventType) -> bool:
    return name in EVERY_EVENT or (name in event_type.fields and event_type.fields[name].type not in LIST_TYPES)


def _is_impossible(name: str, parts: Sequence[Pattern], event_type: EventType) -> bool:
    field = event_type.fields.get(name)
    is_always_there = name in ("type", "case", "at") or (field is not None and field.required)
    needs_a_value = [part for part in parts if not isinstance(part, Not) and not _is_absence(part)]
    if any(_is_absence(part) for part in parts):
        return is_always_there or bool(needs_a_value)
    if not needs_a_value and not is_always_there:
        return False
    values = _values(name, parts, event_type)
    return _is_empty_range(parts) if values is None else not any(_meets_all(value, parts) for value in values)


def _is_absence(part: Pattern) -> bool:
    match part:
        case Exists(_, False) | Not(Exists(_, True)):
            return True
        case _:
            return False


def _values(name: str, parts: Sequence[Pattern], event_type: EventType) -> Sequence[Scalar] | None:
    """All that the field can be, where these are few."""
    if name == "type":
        return (event_type.name,)
    field = event_type.fields.get(name)
    if field is not None and field.type == "enum":
        return field.values
    return next((part.values for part in parts if isinstance(part, OneOf)), None)


def _meets_all(value: Scalar, parts: Sequence[Pattern]) -> bool:
    return all(meets(value, part) is not False for part in parts)


def meets(value: Scalar, part: Pattern) -> bool | None:
    """Whether the value meets the condition; None where that is not for us to tell."""
    match part:
        case Not(inner):
            found = meets(value, inner)
            return None if found is None else not found
        case OneOf(_, values):
            return any(type(one) is type(value) and one == value for one in values)
        case Exists(_, wanted):
            return wanted
        case StartsWith(_, start):
            return str(value).startswith(start)
        case Matches(_, regex):
            return _matches(str(value), regex)
        case Size(_, unit, size):
            return len(str(value).split() if unit == "words" else str(value)) in size
        case Compare(_, operator, bound) if not isinstance(value, str | bool):
            return _compares(value, operator, bound)
        case _:
            return None


def _matches(value: str, regex: str) -> bool:
    import polars as pl  # by the engine that will run it

    return bool(pl.Series([value]).str.contains(regex)[0])


def _compares(value: object, operator: str, bound: object) -> bool | None:
    one, other = (value, bound) if operator in ("lt", "lte") else (bound, value)
    try:
        return bool(one < other if operator in ("lt", "gt") else one <= other)  # type: ignore[operator]  # tried
    except TypeError:
        return None


def _is_empty_range(parts: Sequence[Pattern]) -> bool:
    """Whether nothing lies above all that is below and below all that is above."""
    bounds = [part for part in parts if isinstance(part, Compare)]
    lows = [part for part in bounds if part.operator in ("gt", "gte")]
    highs = [part for part in bounds if part.operator in ("lt", "lte")]
    return any(_are_apart(low, high) for low in lows for high in highs)


def _are_apart(low: Compare, high: Compare) -> bool:
    strictly = low.operator == "gt" or high.operator == "lt"
    return _compares(low.value, "lt" if strictly else "lte", high.value) is False
