"""A pattern becomes a Polars expression over the events frame.

Two readings of what is not written (docs/language.md, 2): of an event it is *absent* and fits nothing but
``exists: false`` and ``not``; of a proposal it is *unknown*, and logic is three-valued: null until something decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum, auto
from functools import lru_cache, reduce
from typing import Final, assert_never

import polars as pl

from punctilio.model.rule import (
    All,
    AnyOf,
    Compare,
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
from punctilio.model.vocabulary import LIST_TYPES, Vocabulary
from punctilio.tables.columns import field

_QUOTES: Final = ("'’‘ʼ`´", '"“”„«»')
_ANY_QUOTE: Final = {ord(quote): f"[{alike}]" for alike in _QUOTES for quote in alike}


class Missing(Enum):
    """What an unwritten field is."""

    ABSENT = auto()
    UNKNOWN = auto()
    UNJUDGED = auto()
    """Unknown, but whether it is written is known: the reading of a check."""


def fitting(pattern: Pattern, vocabulary: Vocabulary, missing: Missing = Missing.ABSENT) -> pl.Expr:
    """Whether a row fits: Boolean, null only where ``missing`` lets it be."""
    lists = frozenset(name for name, kind in vocabulary.fields().items() if kind in LIST_TYPES)
    return _fitting(pattern, lists, missing)


def fields_in(pattern: Pattern) -> Iterator[str]:
    """The names of the fields that a pattern reads."""
    match pattern:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from fields_in(part)
        case Not(part):
            yield from fields_in(part)
        case _:
            yield pattern.field


def _fitting(pattern: Pattern, lists: frozenset[str], missing: Missing) -> pl.Expr:
    match pattern:
        case All(parts):
            return reduce(pl.Expr.__and__, (_fitting(part, lists, missing) for part in parts), pl.lit(True))
        case AnyOf(parts):
            return reduce(pl.Expr.__or__, (_fitting(part, lists, missing) for part in parts), pl.lit(False))
        case Not(part):
            return ~_fitting(part, lists, missing)
        case Exists(name, wanted):
            return _exists(_written(name, _is_list(name, lists)), wanted, missing)
        case _:
            is_list = _is_list(pattern.field, lists)
            written = _written(pattern.field, is_list)
            found = _elementwise(pattern, written) if is_list else _leaf(pattern, written)
            return found.fill_null(False) if missing is Missing.ABSENT else pl.when(written.is_not_null()).then(found)


def _is_list(name: str, lists: frozenset[str]) -> bool:
    """An attribute of the people in a list is a list too."""
    return name.partition(".")[0] in lists


def _exists(written: pl.Expr, wanted: bool, missing: Missing) -> pl.Expr:
    found = written.is_not_null() == wanted
    return pl.when(written.is_not_null()).then(found) if missing is Missing.UNKNOWN else found


def _written(name: str, is_list: bool) -> pl.Expr:
    """The column; empty lists are null. Blank texts were made null when the history was laid out."""
    column = pl.col(field(name))
    return pl.when(column.list.len() > 0).then(column) if is_list else column


_Leaf = OneOf | Compare | Matches | Mentions | Size | StartsWith


def _leaf(pattern: _Leaf, column: pl.Expr) -> pl.Expr:
    match pattern:
        case OneOf(_, values):
            return column.is_in([_literal(v) for v in values]) if len(values) != 1 else column == _literal(values[0])
        case Compare(_, operator, value):
            return _compared(column, operator, _literal(value))
        case Matches(_, regex):
            return column.str.contains(regex)
        case Mentions(_, phrases):
            return mentions(column, phrases)
        case Size(_, unit, size):
            length = column.str.count_matches(r"\S+") if unit == "words" else column.str.len_chars()
            return within(length.cast(pl.Int64), size.at_least, size.at_most)
        case StartsWith(_, text):
            return column.str.starts_with(text)
        case _:
            assert_never(pattern)


def _elementwise(pattern: _Leaf, column: pl.Expr) -> pl.Expr:
    """A list fits if one of its elements does."""
    return column.list.eval(_leaf(pattern, pl.element())).list.any()


def _literal(value: Scalar) -> Scalar:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _compared(column: pl.Expr, operator: str, value: Scalar) -> pl.Expr:
    match operator:
        case "lt":
            return column < value
        case "lte":
            return column <= value
        case "gt":
            return column > value
        case _:
            return column >= value


def within(number: pl.Expr, at_least: int | None, at_most: int | None) -> pl.Expr:
    """Whether a number lies in a closed range; None is no bound."""
    low = number >= at_least if at_least is not None else pl.lit(True)
    return low & (number <= at_most) if at_most is not None else low


def mentions(text: pl.Expr, phrases: tuple[str, ...]) -> pl.Expr:
    """Whether one of the phrases stands in the text as whole words, whatever the case, spacing and quotation marks."""
    return text.str.contains(_any_of(phrases)) if phrases else pl.when(text.is_not_null()).then(False)


def mention_in(text: str, phrase: str) -> int | None:
    """Where the phrase begins in the text, in characters, as ``mentions`` finds it."""
    found = pl.select(pl.lit(text).str.find(f"(?i){_phrase(phrase)}")).item()
    return None if found is None else len(text.encode()[:found].decode())


@lru_cache(maxsize=512)
def _any_of(phrases: tuple[str, ...]) -> str:
    return f"(?i)(?:{'|'.join(_phrase(phrase) for phrase in phrases)})"


_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # Thai to Khmer, kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"  # Chinese characters
)


def _phrase(phrase: str) -> str:
    words = " ".join(phrase.split())
    folded = pl.escape_regex(words).translate(_ANY_QUOTE).replace(" ", r"\s+")
    start = r"\b" if _is_of_word(words[:1]) else ""
    end = r"\b" if _is_of_word(words[-1:]) else ""
    return f"{start}{folded}{end}"


def _is_of_word(character: str) -> bool:
    """Whether a word may end beside it: not in a script that is written without spaces, where nothing shows its end."""
    return (character.isalnum() or character == "_") and not _UNSPACED.match(character)
