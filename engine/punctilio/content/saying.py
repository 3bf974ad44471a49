"""What is wrong with a text, in people's words: the half of a sentence that follows the name of the event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from punctilio.further import with_further
from punctilio.history import History
from punctilio.model.rule import (
    All,
    Avoids,
    Compare,
    Exists,
    Mentions,
    Not,
    OneOf,
    Pattern,
    Range,
    Scalar,
    Size,
    StartsWith,
)
from punctilio.model.vocabulary import LIST_TYPES, Citable
from punctilio.patterns import mentions
from punctilio.tables import columns as c
from punctilio.tables.joining import with_found, without
from punctilio.zones import with_local

_EXAMPLES: Final = 3
_APART: Final = str.maketrans("-_{}", "  ()")
_COMPARED: Final = {"lt": "less than", "lte": "at most", "gt": "more than", "gte": "at least"}


def unfit(pattern: Pattern, history: History) -> pl.Expr:
    """What to say of a row that does not fit; null for a pattern that only the rule's own words can explain."""
    match pattern:
        case All((part,)):
            return unfit(part, history)
        case Mentions(_, phrases, name):
            return pl.lit(
                f"says nothing of {_spaced(name)} (such as {_quoted(phrases)})" if name else _none_of(phrases)
            )
        case Exists(field, wanted):
            return pl.lit(_presence(field, history) if wanted else f"should have no {_spaced(field)}")
        case StartsWith(_, text):
            return pl.lit(f"does not begin with “{text}”")
        case Not(Mentions(field, phrases, name)):
            return said(Avoids(field, phrases, name))
        case Not(StartsWith(_, text)):
            return pl.lit(f"begins with “{text}”")
        case Size(field, unit, size) if _is_plain(field, history):
            return _sized(pl.col(c.field(field)), unit, size)
        case OneOf(field, values) if _is_plain(field, history):
            return _other(field, _listed([_shown(value) for value in values]))
        case Compare(field, operator, value) if _is_plain(field, history):
            return _other(field, f"{_COMPARED[operator]} {_shown(value)}")
        case _:
            return pl.lit(None, dtype=pl.String)


def said(avoids: Avoids) -> pl.Expr:
    """Which of the phrases stands there."""
    text = pl.col(c.field(avoids.field))
    found = pl.coalesce(pl.when(mentions(text, (phrase,))).then(pl.lit(phrase)) for phrase in avoids.phrases)
    return pl.format(
        f"says “{{}}”, a phrase {f'of {_spaced(avoids.list_name)}' if avoids.list_name else 'to avoid'}", found
    )


def uncited(history: History, found: pl.DataFrame, citable: Citable, source: str) -> pl.DataFrame:
    """Add ``message`` to events with their ``source``: what would have cited it."""
    sources = history.of_type(citable.event, [c.EVENT, c.CASE_NO, *_columns(citable, history)])
    days = with_further(history, sources, c.ZONE).rename({c.EVENT: source})
    rows = found.pipe(with_found, without(days, c.CASE_NO), on=source)
    name, parts = f"the {_spaced(citable.name)}", []
    if citable.date:
        rows = with_local(rows, c.field(citable.date), c.ZONE, "_local")
        local = pl.col("_local").dt.date()
        written = c.date_of(citable.date)
        known = pl.coalesce(written, local) if written in rows.columns else local
        parts.append(pl.format("the date ({})", known.dt.strftime("%-d %B")))
    if citable.quote:
        parts.append(pl.format(f"{'their words' if citable.date else name} (“{{}}”)", pl.col(c.field(citable.quote))))
    if citable.words:
        column = pl.col(c.field(citable.words))
        is_list = rows.schema[c.field(citable.words)] == pl.List(pl.String)
        parts.append(pl.format(f"{name} (“{{}}”)", column.list.join("”, “") if is_list else column))
    return rows.with_columns_seq(
        pl.format("does not name {}", pl.concat_str(parts, separator=" or ", ignore_nulls=True)).alias(c.MESSAGE)
    )


def wanted(size: Range) -> str:
    """Such as ``2 to 3``."""
    match size:
        case Range(int(low), int(high)):
            return str(low) if low == high else f"{low} to {high}"
        case Range(None, high):
            return f"at most {high}"
        case Range(low, _):
            return f"at least {low}"


def counted(number: pl.Expr, noun: str, size: Range) -> pl.Expr:
    """Such as ``has 143 words where at most 100 are asked for``."""
    asked = "is" if size.at_least == size.at_most == 1 else "are"
    nouns = pl.when(number == 1).then(pl.lit(noun)).otherwise(pl.lit(f"{noun}s"))
    return pl.format(f"has {{}} {{}} where {wanted(size)} {asked} asked for", number, nouns)


def _columns(citable: Citable, history: History) -> list[str]:
    fields = [c.field(name) for name in (citable.quote, citable.date, citable.words) if name]
    dates = [c.date_of(citable.date)] if citable.date else []
    return [name for name in dict.fromkeys([*fields, *dates]) if name in history.events.columns]


def _is_plain(field: str, history: History) -> bool:
    """Whether the field is a column with one value in a row."""
    return "." not in field and history.vocabulary.field_type(field) not in LIST_TYPES


def _presence(field: str, history: History) -> str:
    return "has no words of its own" if field == history.vocabulary.parts.text else f"has no {_spaced(field)}"


def _sized(text: pl.Expr, unit: str, size: Range) -> pl.Expr:
    number = text.str.count_matches(r"\S+") if unit == "words" else text.str.len_chars()
    return counted(number, "word" if unit == "words" else "character", size)


def _other(field: str, asked: str) -> pl.Expr:
    column = pl.col(c.field(field)).cast(pl.String)
    return pl.format(
        f"has {_spaced(field)} {{}} where {asked.replace('{', '(').replace('}', ')')} is asked for", column
    )


def _none_of(phrases: Sequence[str]) -> str:
    return f"says none of {_quoted(phrases)}" if len(phrases) > 1 else f"does not say {_quoted(phrases)}"


def _quoted(phrases: Sequence[str]) -> str:
    more = ", …" if len(phrases) > _EXAMPLES else ""
    return ", ".join(f"“{phrase}”" for phrase in phrases[:_EXAMPLES]) + more


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _shown(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _spaced(name: str | None) -> str:
    return (name or "").translate(_APART)
