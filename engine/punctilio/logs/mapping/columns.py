"""Rows to events in columns, as far as they are plainly right. What is doubtful is left to ``rows.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import polars as pl

from punctilio.logs.cells import column_of
from punctilio.logs.instant_columns import dates, instants
from punctilio.logs.instants import parse_instant
from punctilio.logs.mapping import clocks
from punctilio.logs.mapping.model import EMPTY, PLAIN_TEXTS, Clock, Condition, Event, From, Map
from punctilio.logs.mapping.texts import has_texts, texts
from punctilio.logs.plain import plain_value
from punctilio.model.vocabulary import INSTANT_TYPES, FieldType
from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.schemas import INSTANT, ColumnType, column_type

_DOUBT: Final = "doubt"
_IN_JSON: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"


def events_in(rows: pl.DataFrame, rules: Map) -> tuple[pl.DataFrame, list[int]]:
    """The events (as ``Chunk.written``, in order of lines and of the map) of the rows that are plainly right, and the
    lines of the others."""
    conditions = (*rules.skip, *(event.when for event in rules.events))
    compared = {name for condition in conditions for name, values in condition.items() if values is not None}
    if not all(has_texts(rows[name].dtype) for name in compared):
        return rows.select(c.LINE).clear(), rows[c.LINE].to_list()
    kept = rows.filter(~_any([_fits(condition, rows) for condition in rules.skip], rows)) if rules.skip else rows
    fits = [_fits(event.when, kept) for event in rules.events]
    parts = [_events(kept.filter(fit), event) for fit, event in zip(fits, rules.events, strict=True)]
    lost = ~_any(fits, kept) | says_nothing(kept) | _says_too_much(rules, kept, fits)
    doubtful = [part.filter(_DOUBT)[c.LINE] for part in parts]
    odd = pl.concat([kept[c.LINE].filter(lost), *doubtful]).unique().sort()
    written = pl.concat([part.drop(_DOUBT) for part in parts], how="diagonal")
    if len(odd):
        written = written.filter(~pl.col(c.LINE).is_in(odd.implode()))
    written = written.filter(pl.col(c.TYPE).is_not_null())  # the map says that such rows give no event
    return (written.sort(c.LINE, maintain_order=True) if len(parts) > 1 else written), odd.to_list()


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def says_nothing(rows: pl.DataFrame) -> pl.Series:
    """Whether no cell says something. Only the format knows whether that is a row."""
    found = constant(True, len(rows), pl.Boolean)
    for name in rows.columns:
        if name != c.LINE:
            found &= rows[name].is_null()
    return found


def _says_too_much(rules: Map, rows: pl.DataFrame, fits: Sequence[pl.Series]) -> pl.Series:
    """Whether a cell may say something of an event that its row does not give, for want of another cell."""
    found = constant(False, len(rows), pl.Boolean)
    for event in rules.events:
        needed = [name for name, values in event.when.items() if values is None]
        for name in {field.column for field in event.fields if field.column is not None} if needed else ():
            readers = [fit for fit, other in zip(fits, rules.events, strict=True) if name in other.columns]
            if name not in needed and not any(fit.all() for fit in readers):
                is_missing = _any([rows[each].is_null() for each in needed], rows)
                found |= is_missing & rows[name].is_not_null() & ~_any(readers, rows)
    return found


def _any(each: Sequence[pl.Series], rows: pl.DataFrame) -> pl.Series:
    found = constant(False, len(rows), pl.Boolean)
    for one in each:
        found |= one
    return found


def _fits(condition: Condition, rows: pl.DataFrame) -> pl.Series:
    """Whether the rows hold what a condition asks for."""
    found = constant(True, len(rows), pl.Boolean)
    for name, values in condition.items():
        cells = rows[name]
        found &= cells.is_not_null() if values is None else _is_one_of(cells, values)
    return found


def _is_one_of(cells: pl.Series, values: frozenset[str]) -> pl.Series:
    is_listed = texts(cells).is_in(sorted(values)).fill_null(False)
    return is_listed | cells.is_null() if EMPTY in values else is_listed


# ── fields ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _events(rows: pl.DataFrame, event: Event) -> pl.DataFrame:
    """One event a row: its fields, and ``doubt``, whether it is to be looked at with care."""
    found, doubt = [rows[c.LINE]], constant(False, len(rows), pl.Boolean)
    for field in event.fields:
        value, is_doubtful = _field(rows, field)
        found.append(value.alias(field.field))
        if is_doubtful is not None:
            doubt |= is_doubtful
    return pl.DataFrame([*found, doubt.alias(_DOUBT)])


def _field(rows: pl.DataFrame, field: From) -> tuple[pl.Series, pl.Series | None]:
    """The values of a field, in the one type that its columns have in all events of a chunk, and the rows in which they
    are doubtful, if that can be."""
    if field.column is None:
        return _said(field, len(rows)), None
    cells = rows[field.column]
    value, doubt = _read(cells, field)
    wanted = _type_of(field.kind)
    if value.dtype != wanted:
        read = value.to_frame("value").with_columns(value=plain_value(pl.col("value"), field.kind, value.dtype))
        typed = read["value"]
        value, doubt = typed, doubt | (typed.is_null() & value.is_not_null())
    if field.field == c.TYPE and not field.reads_empty:
        doubt |= cells.is_null()
    return value, doubt


def _type_of(kind: FieldType) -> ColumnType:
    """A deadline, which may be a date, stays a text."""
    return pl.String() if kind == "deadline" else column_type(kind)


def _said(field: From, length: int) -> pl.Series:
    if field.kind == "instant":
        return constant(parse_instant(str(field.value)), length, pl.Int64).cast(INSTANT)
    return constant(field.value, length, _type_of(field.kind))


def _read(cells: pl.Series, field: From) -> tuple[pl.Series, pl.Series]:
    """What is written in the cells, in types of their own, and where that is doubtful."""
    if field.table is not None:
        return _meant(cells, field, field.table)
    if field.kind in INSTANT_TYPES:
        return _instants(cells, field)
    certain = constant(False, len(cells), pl.Boolean)
    if cells.dtype != pl.String:
        is_number = cells.dtype.is_integer() and field.kind in PLAIN_TEXTS
        return (cells.cast(pl.String) if is_number else cells), certain
    if field.decimal == ",":
        return cells.str.replace(",", ".", literal=True), cells.str.contains(".", literal=True).fill_null(False)
    value = _of_text(cells, field)
    return value, value.is_null() & cells.is_not_null()


def _of_text(text: pl.Series, field: From) -> pl.Series:
    return text.to_frame("text").select(column_of(pl.col("text"), field.kind, field.separator)).to_series()


def _meant(cells: pl.Series, field: From, table: Mapping[str, str | None]) -> tuple[pl.Series, pl.Series]:
    text = pl.when("there").then("text").otherwise(pl.lit(EMPTY)) if field.reads_empty else pl.col("text")
    frame = pl.DataFrame([texts(cells).alias("text"), cells.is_not_null().alias("there")])
    listed = text.replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.String)
    known = text.is_in(list(table))
    meant = pl.when(known).then(listed).otherwise(text) if field.others == "keep" else listed
    is_strange = text.is_null() & pl.col("there")
    doubt = is_strange | ~known if field.others == "refuse" else is_strange
    read = frame.select(meant.alias("meant"), doubt.fill_null(False).alias("doubt"))
    value = _of_text(read["meant"], field)
    return value, read["doubt"] | (value.is_null() & read["meant"].is_not_null())


# ── instants ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _instants(cells: pl.Series, field: From) -> tuple[pl.Series, pl.Series]:
    """Instants as Datetime in UTC; deadlines, which may be dates, as texts."""
    is_deadline = field.kind == "deadline"
    day, at = _days_and_instants(cells, field.clock, is_deadline=is_deadline)
    doubt = at.is_null() & day.is_null() & cells.is_not_null()
    if not is_deadline:
        return at, doubt
    both = pl.DataFrame({"day": day, "at": at})
    text = both.select(pl.coalesce(pl.col("day").dt.strftime("%Y-%m-%d"), pl.col("at").dt.strftime(_IN_JSON)))
    return text.to_series(), doubt


def _days_and_instants(cells: pl.Series, clock: Clock, *, is_deadline: bool) -> tuple[pl.Series, pl.Series]:
    """Date, where a date is what is meant; and Datetime in UTC, where an instant is."""
    no_day, no_instant = (constant(None, len(cells), kind) for kind in (pl.Date, INSTANT))
    kind = cells.dtype
    if isinstance(kind, pl.Datetime):
        if kind.time_zone is not None:
            return no_day, cells.dt.replace_time_zone(None)
        return no_day, clocks.in_utc(cells, clock.zone, clock.fold) if clock.zone else no_instant
    if kind == pl.Date:
        if clock.time is not None and clock.zone:
            return no_day, clocks.in_utc(_at_time(cells.cast(INSTANT), clock), clock.zone, clock.fold)
        return cells if is_deadline else no_day, no_instant
    if kind != pl.String:
        return no_day, no_instant
    if clock.form is not None:
        wall, offset = clocks.parsed(cells, clock.form)
        if not clock.form.has_time and clock.time is None:
            return wall.cast(pl.Date) if is_deadline else no_day, no_instant
        wall = wall if clock.form.has_time else _at_time(wall, clock)
        return no_day, wall - offset if clock.form.has_offset else clocks.in_utc(wall, clock.zone or "UTC", clock.fold)
    return _iso(cells, clock, is_deadline=is_deadline)


def _iso(cells: pl.Series, clock: Clock, *, is_deadline: bool) -> tuple[pl.Series, pl.Series]:
    """RFC 3339, whose offset may be missing where there is a zone, and whose time where there is one to take."""
    at, day = instants(cells), cells.to_frame("text").select(dates(pl.col("text"))).to_series()
    left = at.is_null() & cells.is_not_null()
    if clock.time is not None and clock.zone and left.any():
        local = clocks.in_utc(_at_time(day.cast(INSTANT), clock), clock.zone, clock.fold)
        at, day = _first(at, local), constant(None, len(cells), pl.Date)
    if clock.zone and left.any():
        wall, _ = clocks.parsed(cells, clocks.ISO_LOCAL)
        at = _first(at, clocks.in_utc(wall, clock.zone, clock.fold))
    return (day if is_deadline else constant(None, len(cells), pl.Date)), at


def _first(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.DataFrame({"one": one, "other": other}).select(pl.coalesce("one", "other")).to_series()


def _at_time(days: pl.Series, clock: Clock) -> pl.Series:
    if clock.time is None:
        return days
    since = datetime.combine(datetime.min, clock.time) - datetime.min
    return days + since
