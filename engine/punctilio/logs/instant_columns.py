"""Instants and dates in columns, in the shapes that nearly all logs use. What stays null, ``instants.py`` looks at."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from punctilio.tables.constant import constant
from punctilio.tables.schemas import INSTANT

_DATE: Final = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SHAPE: Final = rf"^{_DATE}[T ]{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,9}})?(?:[Zz]|[+-]{_CLOCK})$"
_WALL: Final = len("2026-03-03T16:00:00")
_IN_UTC: Final = _WALL + len("Z")
_OFFSET: Final = len("-05:00")


def instants(written: pl.Series) -> pl.Series:
    """Datetime("us") in UTC of texts such as 2026-03-03T16:00:00-05:00.

    Texts of one width are read by it, and their offsets subtracted: a sixth of what a general format costs. What few
    logs write is looked for before it is read.
    """
    if 2 * written.null_count() > len(written):
        there = written.is_not_null().arg_true()
        nothing = constant(None, len(written), INSTANT).alias(written.name)
        return nothing.scatter(there, instants(written.gather(there))) if len(there) else nothing
    text, clock, is_shaped = pl.col(written.name), pl.col("clock"), pl.col("is_shaped")
    read = written.to_frame().select_seq(
        text,
        text.str.contains(_SHAPE).alias("is_shaped"),
        _wall(text, "T").alias("clock"),
        (text.str.len_bytes() > _IN_UTC).any().alias("is_long"),
    )
    if (read["is_shaped"] & read["clock"].is_null()).any():
        clock = pl.coalesce(clock, _wall(text, " "))
    if read["is_long"].any():
        clock = clock + pl.lit(_beyond(written))
    return read.select_seq(pl.when(is_shaped).then(within_bounds(clock)).alias(written.name))[written.name]


def _wall(text: pl.Expr, between: str) -> pl.Expr:
    """The clock where it was written."""
    return text.str.slice(0, _WALL).str.to_datetime(f"%Y-%m-%d{between}%H:%M:%S", strict=False).cast(INSTANT)


def within_bounds(at: pl.Expr) -> pl.Expr:
    """Instants of the years 1 to 9999; null for others, which Polars can hold."""
    return pl.when(at.is_between(datetime.min, datetime.max)).then(at)


def dates(text: pl.Expr) -> pl.Expr:
    """Date of texts such as 2026-03-06."""
    return pl.when(text.str.contains(f"^{_DATE}$")).then(text.str.to_date("%Y-%m-%d", strict=False))


def _beyond(written: pl.Series) -> pl.Series:
    """What is to be added to the clock, for what stands behind it: few texts in a log, each of which is read once."""
    ends = written.str.slice(_WALL).alias("end")
    each = pl.DataFrame({"end": ends.unique().drop_nulls()})
    text = pl.col("end")
    known = each.with_columns_seq((_fraction(text) - _offset(text)).alias("beyond"))
    return ends.replace_strict(known["end"], known["beyond"], default=None, return_dtype=pl.Duration("us"))


def _fraction(text: pl.Expr) -> pl.Expr:
    """What is said behind the second; finer digits than the sixth are cut off."""
    digits = text.str.extract(r"\.([0-9]{1,6})").str.pad_end(6, "0")
    return pl.duration(microseconds=digits.cast(pl.Int64, strict=False).fill_null(0))


def _offset(text: pl.Expr) -> pl.Expr:
    """How far the clock is before UTC."""
    offset = text.str.slice(-_OFFSET)
    hours, minutes = (part.cast(pl.Int64, strict=False) for part in (offset.str.slice(0, 3), offset.str.slice(4)))
    signed = pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)
    in_utc = text.str.ends_with("Z") | text.str.ends_with("z")
    return pl.duration(minutes=pl.when(in_utc).then(0).otherwise(hours * 60 + signed))
