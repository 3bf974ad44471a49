"""From events as written to the table, in columns, where everything about them is plainly right.

What an event may say stands in ``events.py``, which reads one at a time. Here the same is asked of all at once: of a
line that passes, ``read_event`` would make the same row without a mistake. Tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from punctilio.logs.instant_columns import dates, instants, within_bounds
from punctilio.logs.terms import KIND, RAW, Terms, are, is_there, says_something
from punctilio.model.vocabulary import INSTANT_TYPES, FieldType
from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.schemas import INSTANT, column_type
from punctilio.tables.schemas import events as event_schema

_WHOLE: Final = "^(?:0|-?[1-9][0-9]{0,17})$"
_DECIMAL: Final = r"^-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?$"
_BITS: Final = 32
"""Fields of which one whole number says whether they are there."""


def plain_events(written: pl.DataFrame, terms: Terms, file: int) -> tuple[pl.DataFrame, list[int]]:
    """The events (``schemas.events``, ``identity`` null) that are plainly right, and the lines of the others.

    ``written`` is as in ``Chunk``. A line that is doubtful is to be read with care, which alone finds mistakes: so
    columns and rows cannot disagree on what is one.
    """
    if written.is_empty() or not {c.CASE, c.TYPE, c.AT} <= set(written.columns):
        return pl.DataFrame(schema=event_schema(terms.vocabulary)), written[c.LINE].to_list()
    names = [name for name in written.columns if name != c.LINE]
    raw = written.select(pl.col(c.LINE).cast(pl.UInt32), pl.col(names).name.prefix(RAW)).rechunk()
    values_read = (each for name in names for each in _read(name, terms.types.get(name), raw[RAW + name]))
    read = raw.with_columns(values_read).with_columns(terms.kind)
    conditions = (
        *_is_understood(names, read, terms),
        *(condition for name in names for condition in terms.conditions.get(name, ())),
        *_agrees_with_itself(names, terms),
    )
    plain = _has_fields_of_its_type(names, read, terms)
    plain &= read.select_seq(pl.all_horizontal(pl.lit(True), *conditions).fill_null(False).alias(KIND))[KIND]
    if plain.all():
        return read.select(_event_columns(read.columns, terms, file)), []
    kept = read.filter(plain)
    return kept.select(_event_columns(read.columns, terms, file)), read.filter(~plain)[c.LINE].to_list()


# ── from what is written to what is meant ─────────────────────────────────────────────────────────────────────────


def _read(name: str, kind: FieldType | None, written: pl.Series) -> Iterator[pl.Series | pl.Expr]:
    """The columns of a field, null where it holds what is not plainly a value of it."""
    if kind is None:
        return
    if kind == "deadline":
        yield _date(pl.col(written.name), written.dtype).alias(c.date_of(name))
    if kind in INSTANT_TYPES and written.dtype == pl.String:
        yield instants(written).alias(c.field(name))
    else:
        yield plain_value(pl.col(written.name), kind, written.dtype).alias(c.field(name))


def plain_value(raw: pl.Expr, kind: FieldType, written: pl.DataType) -> pl.Expr:
    """A column as it is written, in the type of its field; null where it holds what is not plainly a value of it."""
    wanted = column_type(kind)
    if kind in INSTANT_TYPES:
        return _instant(raw, written)
    if written == wanted:
        return _finite(raw, wanted)
    if kind in ("integer", "number") and written.is_integer():
        return raw.cast(wanted, strict=False)
    if kind in ("integer", "number") and written == pl.String:
        shaped = raw.str.contains(_WHOLE if kind == "integer" else _DECIMAL)
        return pl.when(shaped).then(raw).cast(wanted, strict=False)
    if kind == "boolean" and written == pl.String:
        return pl.when(raw.is_in(["true", "false"])).then(raw == "true")
    return pl.lit(None, wanted)


def _finite(raw: pl.Expr, wanted: object) -> pl.Expr:
    if wanted == pl.Float64:
        return pl.when(raw.is_finite()).then(raw)
    return pl.when(raw > -(2**63)).then(raw) if wanted == pl.Int64 else raw


def _instant(raw: pl.Expr, written: pl.DataType) -> pl.Expr:
    if isinstance(written, pl.Datetime) and written.time_zone in (None, "UTC"):
        return within_bounds(raw.cast(pl.Datetime("us", written.time_zone)).dt.replace_time_zone(None))
    return pl.lit(None, INSTANT)


def _date(raw: pl.Expr, written: pl.DataType) -> pl.Expr:
    if written == pl.String:
        return dates(raw)
    return pl.when(raw.dt.year().is_between(1, 9999)).then(raw) if written == pl.Date else pl.lit(None, pl.Date)


# ── what has to hold ──────────────────────────────────────────────────────────────────────────────────────────────


def _is_understood(names: Sequence[str], read: pl.DataFrame, terms: Terms) -> Iterator[pl.Expr]:
    """That fields hold nothing, or what they can: said of those of which not everything is."""
    for name in names:
        if kind := terms.types.get(name):
            columns = [c.field(name), c.date_of(name)] if kind == "deadline" else [c.field(name)]
            if sum(read[column].count() for column in columns) < read[RAW + name].count():
                yield pl.any_horizontal(~is_there(name), *(pl.col(column).is_not_null() for column in columns))


def _has_fields_of_its_type(names: Sequence[str], read: pl.DataFrame, terms: Terms) -> pl.Series:
    """Whether an event is of a type, has no field that its type does not have, and all that its type needs.

    A log has few different kinds of events in this respect, of which each is looked at once.
    """
    number = pl.col(KIND).cast(pl.Int64).fill_null(len(terms.shapes)) * 2**_BITS
    words = [_bits(names[start : start + _BITS]).alias(f"{start}") for start in range(0, len(names), _BITS)]
    written = read.select_seq(words[0] + number, *words[1:])
    distinct = written.unique()
    odd = [not _fits(row, names, terms) for row in distinct.rows()]
    if not any(odd):
        return constant(True, len(read), pl.Boolean)
    others = distinct.filter(pl.Series(odd)).with_columns(pl.lit(True).alias(KIND))
    return written.join(others, on=written.columns, how="left", maintain_order="left")[KIND].is_null()


def _bits(names: Sequence[str]) -> pl.Expr:
    one = pl.lit(1, pl.Int64)
    return pl.sum_horizontal(pl.when(is_there(name)).then(one * 2**bit).otherwise(0) for bit, name in enumerate(names))


def _fits(words: Sequence[int], names: Sequence[str], terms: Terms) -> bool:
    number = words[0] >> _BITS
    there = {name for place, name in enumerate(names) if words[place // _BITS] >> place % _BITS & 1}
    return number < len(terms.shapes) and terms.shapes[number].needed <= there <= terms.shapes[number].known


def _agrees_with_itself(names: Sequence[str], terms: Terms) -> Iterator[pl.Expr]:
    """It begins before it ends, and if it takes something back, it says what."""
    vocabulary = terms.vocabulary
    for kind in vocabulary.types.values():
        if kind.begins and kind.begins in names:
            in_time = pl.col(c.field(kind.begins)) <= pl.col(c.AT)
            yield are([kind.name], vocabulary, in_time.fill_null(True))
    if taking := vocabulary.parts.takes_back:
        said = [says_something(name, vocabulary) for name in taking.by if name in names]
        yield are([taking.event], vocabulary, pl.any_horizontal(pl.lit(False), *said))


# ── to the table ──────────────────────────────────────────────────────────────────────────────────────────────────


def _event_columns(read: Sequence[str], terms: Terms, file: int) -> Iterator[pl.Expr]:
    """The columns of the table, with defaults where the log is silent."""
    known = set(read)
    for name, kind in event_schema(terms.vocabulary).items():
        column = pl.col(name) if name in known else pl.lit(file if name == c.FILE else None, kind)
        for default, kinds in terms.defaults.get(name, ()):
            silent = column.is_null() & pl.col(KIND).is_in(kinds)
            column = pl.when(silent).then(pl.lit(default)).otherwise(column)
        yield column.alias(name)
