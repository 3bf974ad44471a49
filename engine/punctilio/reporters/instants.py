"""Instants as text, in columns."""

from __future__ import annotations

import polars as pl

from punctilio.tables.schemas import INSTANT


def as_text() -> pl.Expr:
    """Every column of instants, such as ``2026-03-04T09:00:00Z``: six digits of a second, or none."""
    return pl.col(INSTANT).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").str.replace(".000000Z", "Z", literal=True)
