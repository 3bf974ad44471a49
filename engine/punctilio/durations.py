"""Instants that lie a duration after others: elapsed, civil
and business time, for whole columns (docs/language.md, 3)."""

from __future__ import annotations

from typing import Final

import polars as pl

from punctilio import zones
from punctilio.model.rule import Calendar
from punctilio.model.window import Duration
from punctilio.tables.schemas import INSTANT

_MIDNIGHT: Final = "_midnight"


def with_later(
    frame: pl.DataFrame,
    start: str,
    duration: Duration,
    into: str,
    *,
    clocks: zones.Clocks,
    fold: zones.Fold,
    calendar: Calendar,
) -> pl.DataFrame:
    """Add the instant ``duration`` after the column ``start`` as ``into``, by the ``clocks`` of the rows.

    Civil parts move the wall clock, then elapsed time is added. Nothing lies beyond the end of the year 9999.
    """
    if duration.is_elapsed:
        return frame.with_columns_seq(_capped(pl.col(start), duration).alias(into))
    there = zones.offset_at(frame[start], clocks, "utc")
    moved = frame.select_seq(_civil(pl.col(start) + there, duration, calendar)).to_series()
    back = zones.offset_at(moved, clocks, fold)
    return frame.with_columns_seq(_capped(pl.lit(moved) - back, duration).alias(into))


def deadlines(dates: pl.Series, clocks: zones.Clocks) -> pl.Series:
    """The instants at which dates have passed, by the ``clocks`` of the rows."""
    midnights = dates.cast(INSTANT).dt.offset_by("1d").alias(_MIDNIGHT)
    there = zones.offset_at(midnights, clocks, "second")
    return midnights.to_frame().select_seq(_capped(pl.col(_MIDNIGHT) - there, Duration())).to_series()


def _civil(local: pl.Expr, duration: Duration, calendar: Calendar) -> pl.Expr:
    if duration.months:
        local = local.dt.offset_by(f"{duration.months}mo")
    if duration.days:
        local = local.dt.offset_by(f"{duration.days}d")
    if duration.business_days:
        week = tuple(day not in calendar.weekend for day in range(7))
        local = local.dt.add_business_days(
            duration.business_days, week_mask=week, holidays=calendar.holidays, roll="forward"
        )
    if duration.to_midnight:
        local = local.dt.truncate("1d") + pl.duration(days=1)
    return local


def _capped(instant: pl.Expr, duration: Duration) -> pl.Expr:
    later = instant + pl.duration(seconds=duration.seconds) if duration.seconds else instant
    end = pl.lit(zones.END_OF_TIME, dtype=INSTANT)
    return pl.when(later > end).then(end).otherwise(later)
