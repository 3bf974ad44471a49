"""Columns of one value."""

from __future__ import annotations

import polars as pl

from punctilio.tables.schemas import ColumnType


def constant(value: object, height: int, kind: ColumnType | None = None) -> pl.Series:
    """So many rows with this value, of this type or of its own. ``pl.repeat`` makes a query for it, which costs twenty
    times as much."""
    return pl.Series([value], dtype=kind).new_from_index(0, height)
