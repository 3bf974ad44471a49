"""Instants and dates in columns, in the shapes that nearly all logs use. What stays null, ``instants.py`` looks at."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from punctilio.tables.schemas import INSTANT

_DATE: Final = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SHAPE: Final = rf"^{_DATE}[T ]{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,9}})?(?:[Zz]|[+-]{_CLOCK})$"
_WALL: Final = len("2026-03-03T16:00:00")
_IN_UTC: Final = _WALL + len("Z")
_OFFSET: Final = len("-05:00")


def instants(text: pl.Expr) -> pl.Expr:
    """Datetime("us") in UTC of texts such as 2026-03-03T16:00:00-05:00.

    Texts of one width are read by it, and their offsets subtracted: a quarter of what a general format costs.
    """
    wall = text.str.slice(0, _WALL)
    read = pl.coalesce(wall.str.to_datetime(f"%Y-%m-%d{between}%H:%M:%S", strict=False) for between in "T ")
    shaped = pl.when(text.str.contains(_SHAPE)).then(read.cast(INSTANT))
    longer = text.str.len_bytes() > _IN_UTC
    exact = pl.when(longer).then(shaped + _fraction(text) - _offset(text)).otherwise(shaped)
    return within_bounds(exact)


def within_bounds(at: pl.Expr) -> pl.Expr:
    """Instants of the years 1 to 9999; null for others, which Polars can hold."""
    return pl.when(at.is_between(datetime.min, datetime.max)).then(at)


def dates(text: pl.Expr) -> pl.Expr:
    """Date of texts such as 2026-03-06."""
    return pl.when(text.str.contains(f"^{_DATE}$")).then(text.str.to_date("%Y-%m-%d", strict=False))


def _fraction(text: pl.Expr) -> pl.Expr:
    """What is said behind the second; finer digits than the sixth are cut off."""
    digits = text.str.extract(r"\.([0-9]{1,6})").str.pad_end(6, "0")
    return pl.duration(microseconds=digits.cast(pl.Int64, strict=False).fill_null(0))


def _offset(text: pl.Expr) -> pl.Expr:
    """How far the clock is before UTC."""
    offset = text.str.slice(-_OFFSET)
    hours, minutes = (part.cast(pl.Int64, strict=False) for part in (offset.str.slice(0, 3), offset.str.slice(4)))
    signed = pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.duration(minutes=(hours * 60 + signed).fill_null(0))
