"""Rows to columns. Rows are gathered in batches, so that a large log is never in memory as Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from punctilio.logs.events import Row
from punctilio.model.vocabulary import INSTANT_TYPES, FieldType
from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.schemas import INSTANT, column_type

BATCH: Final = 50_000


class ReadEvent(NamedTuple):
    """An event with its line."""

    line: int
    row: Row


def batch_frame(batch: Sequence[ReadEvent], file: int, fields: Mapping[str, FieldType]) -> pl.DataFrame:
    """The events of one file in the order read; without the hash of their content."""
    written = frozenset[str]().union(*(event.row for event in batch))
    rows = [event.row for event in batch]
    length = len(batch)
    base = [
        pl.Series(c.CASE, [row[c.CASE] for row in rows], pl.String),
        pl.Series(c.TYPE, [row[c.TYPE] for row in rows], pl.String),
        pl.Series(c.AT, [row[c.AT] for row in rows], pl.Int64).cast(INSTANT),
        pl.Series(c.ID, [row.get(c.ID) for row in rows], pl.String),
        constant(file, length, pl.UInt32).alias(c.FILE),
        pl.Series(c.LINE, [event.line for event in batch], pl.UInt32),
        constant(None, length, pl.String).alias(c.IDENTITY),
        pl.Series(c.RECORDED_AT, [row.get(c.RECORDED_AT) for row in rows], pl.Int64).cast(INSTANT),
    ]
    own = [
        series
        for name, field_type in fields.items()
        for series in (_columns(name, field_type, rows) if name in written else _empty(name, field_type, length))
    ]
    return pl.DataFrame(base + own)


def _columns(name: str, field_type: FieldType, rows: Sequence[Row]) -> list[pl.Series]:
    column = c.field(name)
    cells = [row.get(name) for row in rows]
    if field_type not in INSTANT_TYPES:
        return [pl.Series(column, cells, column_type(field_type))]
    instants = [cell if isinstance(cell, int) else None for cell in cells]
    found = [pl.Series(column, instants, pl.Int64).cast(INSTANT)]
    if field_type == "deadline":
        dates = pl.Series(c.date_of(name), [cell if isinstance(cell, str) else None for cell in cells], pl.String)
        found.append(dates.str.to_date("%Y-%m-%d"))
    return found


def _empty(name: str, field_type: FieldType, length: int) -> list[pl.Series]:
    dates = [constant(None, length, pl.Date).alias(c.date_of(name))] if field_type == "deadline" else []
    return [constant(None, length, column_type(field_type)).alias(c.field(name)), *dates]
