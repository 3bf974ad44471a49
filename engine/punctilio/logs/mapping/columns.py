"""Rows to events in columns, as far as they are plainly right. What is doubtful is left to ``rows.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import polars as pl

from punctilio.logs.cells import column_of
from punctilio.logs.instant_columns import dates, instants
from punctilio.logs.mapping import clocks
from punctilio.logs.mapping.model import Clock, Condition, Event, From, Map
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES
from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.schemas import INSTANT, ColumnType

_DOUBT: Final = "doubt"
_IN_JSON: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"


def events_in(rows: pl.DataFrame, rules: Map) -> tuple[pl.DataFrame, list[int]]:
    """The events (as ``Chunk.written``, in order of lines and of the map) of the rows that are plainly right, and the
    lines of the others."""
    skipped = [_fits(condition, rows) for condition in rules.skip]
    kept = rows.filter(~pl.any_horizontal(skipped)) if skipped else rows
    fitting = [kept.filter(_fits(event.when, rows)) if event.when else kept for event in rules.events]
    parts = [_events(part, event) for part, event in zip(fitting, rules.events, strict=True)]
    lines = pl.concat([part[c.LINE] for part in fitting])
    lost = kept.filter(~pl.col(c.LINE).is_in(lines.implode()) | _says_too_much(rules, rows))[c.LINE]
    doubtful = [part.filter(_DOUBT)[c.LINE] for part in parts]
    odd = pl.concat([lost, *doubtful]).unique().sort()
    written = pl.concat([part.drop(_DOUBT) for part in parts], how="diagonal_relaxed")
    if len(odd):
        written = written.filter(~pl.col(c.LINE).is_in(odd.implode()))
    written = written.filter(pl.col(c.TYPE).is_not_null())
    return (written.sort(c.LINE, maintain_order=True) if len(parts) > 1 else written), odd.to_list()


def _says_too_much(rules: Map, rows: pl.DataFrame) -> pl.Expr:
    """Whether a cell may say something of an event that its row does not give, for want of another cell."""
    found = pl.lit(False)
    for event in rules.events:
        needed = [name for name, values in event.when.items() if values is None]
        for name in {field.column for field in event.fields if field.column is not None} if needed else ():
            readers = [other.when for other in rules.events if name in other.columns]
            if all(readers) and name not in needed:  # a condition of nothing fits every row
                is_read = pl.any_horizontal(_fits(condition, rows) for condition in readers)
                is_missing = pl.any_horizontal(pl.col(each).is_null() for each in needed)
                found = found | (is_missing & pl.col(name).is_not_null() & ~is_read)
    return found


def _fits(condition: Condition, rows: pl.DataFrame) -> pl.Expr:
    """Whether the rows hold what a condition asks for."""
    return pl.all_horizontal(
        pl.col(name).is_not_null() if values is None else _text(pl.col(name), rows[name].dtype).is_in(sorted(values))
        for name, values in condition.items()
    ).fill_null(False)


def _text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind == pl.String:
        return column
    return column.cast(pl.String) if kind.is_integer() or kind == pl.Boolean else pl.lit(None, pl.String)


def _events(rows: pl.DataFrame, event: Event) -> pl.DataFrame:
    """One event a row: its fields, and ``doubt``, whether it is to be looked at with care."""
    read = [(field, *_field(rows, field)) for field in event.fields]
    doubts = [doubt for _, _, doubt in read if doubt is not None]
    columns = [value.alias(field.field) for field, value, _ in read]
    found = rows.select(c.LINE).with_columns(columns)
    doubt = constant(False, len(rows), pl.Boolean)
    for each in doubts:
        doubt = doubt | each
    return found.with_columns(doubt.alias(_DOUBT))


def _field(rows: pl.DataFrame, field: From) -> tuple[pl.Series, pl.Series | None]:
    """The values of a field, and the rows in which they are doubtful, if that can be."""
    if field.column is None:
        return _said(field, len(rows)), None
    cells = rows[field.column]
    if field.table is not None:
        return _meant(cells, field, field.table)
    if field.kind in INSTANT_TYPES:
        return _instants(cells, field)
    if cells.dtype != pl.String:
        is_number = cells.dtype.is_integer() and field.kind in ("string", "text", "person", "enum")
        return (cells.cast(pl.String) if is_number else cells), None
    if field.decimal == ",":
        value = rows.select(pl.col(field.column).str.replace(",", ".", literal=True)).to_series()
        return value, cells.str.contains(".", literal=True).fill_null(False)
    value = rows.select(column_of(pl.col(field.column), field.kind, field.separator)).to_series()
    return value, (value.is_null() & cells.is_not_null() if field.kind in ("boolean", *LIST_TYPES) else None)


def _said(field: From, length: int) -> pl.Series:
    return constant(field.value, length, _kind_said(field.value, field.kind))


def _kind_said(value: object, kind: str) -> ColumnType | None:
    if isinstance(value, list):
        return pl.List(pl.String)
    return pl.Float64 if kind == "number" and isinstance(value, int) and not isinstance(value, bool) else None


def _meant(cells: pl.Series, field: From, table: Mapping[str, str | None]) -> tuple[pl.Series, pl.Series | None]:
    frame = pl.DataFrame({"text": cells}).select(_text(pl.col("text"), cells.dtype).alias("text"))
    text = pl.col("text")
    listed = text.replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.String)
    known = text.is_in(list(table))
    meant = pl.when(known).then(listed).otherwise(text) if field.others == "keep" else listed
    value = column_of(meant, field.kind, field.separator)
    doubt = ~known if field.others == "refuse" else pl.lit(False)
    if field.kind == "boolean":
        doubt = doubt | (value.is_null() & meant.is_not_null())
    if cells.dtype != pl.String:
        doubt = doubt | text.is_null()
    read = frame.select(value.alias("value"), (doubt.fill_null(False)).alias("doubt"))
    return read["value"], read["doubt"] & cells.is_not_null()


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
