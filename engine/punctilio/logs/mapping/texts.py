"""What a cell says as a text, by which maps compare it: one at a time and in columns, by one and the same writing."""

from __future__ import annotations

import math

import polars as pl

from punctilio.tables.constant import constant


def text_of(cell: object) -> str | None:
    """Truth values and numbers of tables that have types are written as in JSON, 1.0 with its point. An empty cell is
    an empty text; lists, mappings and what is no number have none."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(cell + 0.0) if math.isfinite(cell) else None  # there is no -0.0
    return str(cell) if isinstance(cell, str | int) else None


def has_texts(kind: pl.DataType) -> bool:
    """Whether ``texts`` knows a column of this type. Dates and timestamps are written in rows only."""
    return kind == pl.String or kind == pl.Boolean or kind.is_integer() or kind == pl.Float64


def texts(cells: pl.Series) -> pl.Series:
    """Null where the cell is empty, and where it has no text or one that is not known here."""
    kind = cells.dtype
    if kind == pl.String:
        return cells
    if kind == pl.Boolean or kind.is_integer():
        return cells.cast(pl.String)
    each = cells.unique().drop_nulls() if kind == pl.Float64 else cells.clear()
    if each.is_empty():
        return constant(None, len(cells), pl.String).alias(cells.name)
    said = pl.Series([text_of(cell) for cell in each.to_list()], dtype=pl.String)
    return cells.replace_strict(each, said, default=None, return_dtype=pl.String)
