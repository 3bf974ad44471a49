"""Which event came nearest to a pattern, and which of its conditions failed.

Each condition is tried with the same expressions that judge (``punctilio.patterns``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl

from punctilio.explanation import Event, Instant
from punctilio.forecasting.values import Condition, Near
from punctilio.further import FURTHER, with_further
from punctilio.history import History
from punctilio.inert import inert
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
from punctilio.patterns import fitting
from punctilio.tables import columns as c

_ANOTHER_TYPE: Final = 100
"""A wrong type weighs more than anything else: an alternative for another type is not the one that was meant."""
_COMPARED: Final = {"lt": "less than", "lte": "at most", "gt": "more than", "gte": "at least"}
_SHOWN: Final = 60
_EXAMPLES: Final = 3


def nearest(
    history: History,
    wanted: EventPattern,
    rows: pl.DataFrame,
    told: Mapping[int, Event],
    person: str | None = None,
) -> Near | None:
    """The event among ``rows`` (as ``History.events``) that lacks least of what is ``wanted``, the latest of several;
    of ``person``, if anybody. None where there is none of such a type, or one that lacks nothing."""
    some = with_further(history, rows.filter(pl.col(c.TYPE).is_in(sorted(wanted.types))), *FURTHER)
    if not some.height:
        return None
    is_hers = _concerns(person) if person is not None else pl.lit(True)
    far = some.select(_lack(wanted.pattern, history) + _number(~is_hers)).to_series()
    row = some[_last(far)]
    failed = [_condition(part, row, history) for part in _failed(wanted.pattern, row, history)]
    if person is not None and not row.select(is_hers).item():
        people: list[str] = row[c.PERSONS].to_list()[0] or []
        failed.append(Condition("addressee", inert(" and ".join(people)) or None, inert(person)))
    number: int = row[c.EVENT].to_list()[0]
    return Near(told[number], tuple(failed)) if failed else None


def _last(far: pl.Series) -> int:
    """The place of the last of the least."""
    lacks: list[int] = far.to_list()
    return len(lacks) - 1 - lacks[::-1].index(min(lacks))


def _concerns(person: str) -> pl.Expr:
    return pl.col(c.PERSONS).list.contains(person).fill_null(False)


def _number(flag: pl.Expr) -> pl.Expr:
    return flag.cast(pl.Int64)


def _lack(pattern: Pattern, history: History) -> pl.Expr:
    """How many conditions fail: of alternatives, those of the one that lacks least."""
    match pattern:
        case All(parts):
            return pl.sum_horizontal([pl.lit(0, dtype=pl.Int64), *(_lack(part, history) for part in parts)])
        case AnyOf(parts):
            return pl.min_horizontal([_lack(part, history) for part in parts])
        case _:
            weight = _ANOTHER_TYPE if isinstance(pattern, OneOf) and pattern.field == c.TYPE else 1
            return _number(~fitting(pattern, history.vocabulary)) * weight


def _failed(pattern: Pattern, row: pl.DataFrame, history: History) -> Iterator[Pattern]:
    """The conditions that a row does not fulfil."""
    match pattern:
        case All(parts):
            for part in parts:
                yield from _failed(part, row, history)
        case AnyOf(parts):
            lacks = row.select(_lack(part, history).alias(str(n)) for n, part in enumerate(parts)).row(0)
            yield from _failed(parts[lacks.index(min(lacks))], row, history)
        case _:
            if not row.select(fitting(pattern, history.vocabulary)).item():
                yield pattern


# ── in words ──


def _condition(pattern: Pattern, row: pl.DataFrame, history: History) -> Condition:
    field = _field(pattern)
    value = row[c.field(field)].to_list()[0]
    return Condition(inert(field), _shown(value, row[c.ZONE].to_list()[0]), wanted_words(pattern))


def _field(pattern: Pattern) -> str:
    match pattern:
        case Not(part):
            return _field(part)
        case All(parts) | AnyOf(parts):
            return _field(parts[0]) if parts else c.TYPE
        case _:
            return pattern.field


def _shown(value: Any, zone: str) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, datetime):
        return Instant(value, zone).local
    if isinstance(value, list):
        return _cut(" and ".join(map(str, value)))  # pyright: ignore[reportUnknownArgumentType]  # texts
    return _cut(scalar(value))


def _cut(text: str) -> str:
    return inert(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def scalar(value: Scalar) -> str:
    """A value as a rule file writes it."""
    return str(value).lower() if isinstance(value, bool) else inert(str(value))


def wanted_words(pattern: Pattern) -> str:
    """What a condition asks for, such as ``thank-you``, ``at least 3`` or ``anything but hr``."""
    match pattern:
        case OneOf(_, values):
            return _listed([scalar(value) for value in values])
        case Compare(_, operator, value):
            return f"{_COMPARED[operator]} {scalar(value)}"
        case Matches(_, regex):
            return f"a text that matches /{inert(regex)}/"
        case Mentions(_, phrases, name):
            some = ", ".join(f"“{inert(phrase)}”" for phrase in phrases[:_EXAMPLES])
            more = ", …" if len(phrases) > _EXAMPLES else ""
            return f"a phrase of {inert(name)} (such as {some})" if name else f"one of the phrases {some}{more}"
        case Exists(_, is_wanted):
            return "something" if is_wanted else "nothing"
        case Size(_, unit, size):
            number = f"at least {size.at_least}" if size.at_least is not None else ""
            most = f"at most {size.at_most}" if size.at_most is not None else ""
            noun = "words" if unit == "words" else "characters"
            return f"{' and '.join(part for part in (number, most) if part)} {noun}"
        case StartsWith(_, text):
            return f"a text that begins with “{inert(text)}”"
        case Not(part):
            return f"anything but {wanted_words(part)}"
        case All(parts):
            return " and ".join(wanted_words(part) for part in parts) or "anything"
        case AnyOf(parts):
            return " or ".join(wanted_words(part) for part in parts)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
