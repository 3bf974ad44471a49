"""The types of the columns of a Parquet file: in which of them a field can be written, and as what each is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from punctilio.logs import codes
from punctilio.logs.records import Mistake, Place
from punctilio.logs.table import EVERY_EVENT, Table
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, FieldType, Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c

FILE: Final = Place(0, 0, None)
_FARTHEST: Final = 2**62
"""Microseconds: an instant that nobody means, and that Polars can still write down, in the year 148,108."""


def mistyped(file: str, found: Table, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Columns whose type is none in which their field can be written."""
    texts = pl.String()
    for name in found.names:
        kind = found.types.get(name, texts)
        field = "instant" if name in (c.AT, c.RECORDED_AT) else vocabulary.fields().get(name, "string")
        if kind == pl.Null or not (name in EVERY_EVENT or name in vocabulary.fields()):
            continue
        if isinstance(kind, pl.Datetime) and kind.time_zone is None and field in INSTANT_TYPES:
            message = (
                f"The column `{name}` holds timestamps without a zone, so that nobody knows which instants they are: "
                "write it with a zone, or name the zone in a map (--map)."
            )
            yield Mistake(codes.BAD_COLUMN, message).at(file, FILE)
        elif not _fits(kind, field):
            message = f"The column `{name}` holds {_called(kind)} and must hold {_WANTED.get(field, 'texts')}"
            is_day = kind == pl.Date and field in INSTANT_TYPES
            message += ": write them, or name the time of day and the zone in a map (--map)." if is_day else "."
            yield Mistake(codes.BAD_COLUMN, message).at(file, FILE)


def _fits(kind: pl.DataType, field: FieldType) -> bool:
    if field in INSTANT_TYPES:
        return isinstance(kind, pl.Datetime) or _is_text(kind) or (kind == pl.Date and field == "deadline")
    if field in LIST_TYPES:
        return isinstance(kind, pl.List | pl.Array) and _holds_texts(kind)
    if field == "boolean":
        return kind == pl.Boolean
    if field == "integer":
        return kind.is_integer()
    if field == "number":
        return kind.is_numeric()
    return _is_text(kind)


def _is_text(kind: object) -> bool:
    return kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)


def _holds_texts(kind: pl.List | pl.Array) -> bool:
    """Lists that are all empty are of nothing."""
    return _is_text(kind.inner) or kind.inner == pl.Null


def _called(kind: pl.DataType) -> str:
    names = ((pl.List, "lists"), (pl.Array, "lists"), (pl.Binary, "bytes"))
    if _is_text(kind):
        return "texts"
    by_class = next((name for each, name in names if isinstance(kind, each)), "mappings" if kind.is_nested() else None)
    if by_class or not kind.is_temporal():
        return by_class or ("numbers" if kind.is_numeric() else "truth values" if kind == pl.Boolean else "no values")
    return "dates" if kind == pl.Date else "timestamps" if isinstance(kind, pl.Datetime) else "lengths or times of day"


_WANTED: Final[Mapping[FieldType, str]] = {
    "instant": "instants",
    "deadline": "dates or instants",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "truth values",
    "people": "lists of texts",
    "strings": "lists of texts",
}


def simple(name: str, kind: pl.DataType) -> pl.Expr:
    """The column in one of the few types that a chunk has."""
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return _timestamp(column, kind)
    if isinstance(kind, pl.List | pl.Array):
        return column.cast(pl.List(pl.String)) if _holds_texts(kind) else column
    if kind.is_integer():
        return column if kind == pl.UInt64 or kind.is_signed_integer() else column.cast(pl.Int64)
    if kind.is_numeric():
        return column.cast(pl.Float64)
    return column.cast(pl.String) if _is_text(kind) else column


def _timestamp(column: pl.Expr, kind: pl.Datetime) -> pl.Expr:
    """In microseconds, and in UTC where it has a zone. What is farther than any instant is the farthest."""
    numbers = column.to_physical()
    if kind.time_unit == "ns":
        numbers = numbers // 1000
    if kind.time_unit == "ms":
        numbers = numbers.clip(-_FARTHEST // 1000, _FARTHEST // 1000) * 1000
    return numbers.clip(-_FARTHEST, _FARTHEST).cast(pl.Datetime("us", "UTC" if kind.time_zone else None))
