"""Wall clocks and instants, for whole columns at once.

Time-zone data comes from one source, the pinned ``tzdata`` package, through ``zoneinfo``;
Polars' own copy is not used, so that one version can be printed. A column may mix zones: offsets
are looked up by as-of joins on a small table of their changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

import polars as pl

from punctilio.tables.schemas import INSTANT, Schema

Fold = Literal["first", "second"]
"""Which of the two instants a wall time means that exists twice."""

END_OF_TIME: Final = datetime(9999, 12, 31, 23, 59, 59, 999999)
_STEP: Final = timedelta(days=6)
"""The shortest time that any zone keeps an offset is just under seven days (America/Noronha in 2000; tzdata 2026.6)."""
_FAR: Final = timedelta(days=1)
_YEARS_WITH_NEIGHBOURS: Final = (2, 9998)
_LENGTH: Final = pl.Duration("us")
_ROW, _ZONE, _OFFSET, _CLOCK = "_row", "_zone", "_offset", "_clock"


@lru_cache(maxsize=512)
def zone_info(name: str) -> ZoneInfo:
    """The zone from the pinned data. Raises ``KeyError``-like ``ZoneInfoNotFoundError`` for an unknown name."""
    path = resources.files("tzdata.zoneinfo").joinpath(*name.split("/"))
    with path.open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


@lru_cache(maxsize=4096)
def _changes(zone: str, year: int) -> tuple[tuple[datetime, timedelta, timedelta], ...]:
    """(instant, offset before, offset from then on): the start of the year, then every change in it.

    A look every ``_STEP`` finds every change.
    """
    info = zone_info(zone)
    instant = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    before = _offset(info, instant)
    changes = [(instant.replace(tzinfo=None), before, before)]
    while instant < end:
        later = instant + _STEP if end - instant > _STEP else end
        after = _offset(info, later)
        if after != before:
            changes.append((_turn(info, instant, later), before, after))
        instant, before = later, after
    return tuple(changes)


def _offset(info: ZoneInfo, instant: datetime) -> timedelta:
    if (instant.year, instant.month, instant.day) == (1, 1, 1):
        instant += _STEP  # before the year 1 there is no wall clock in Python; nothing changed then
    if (instant.year, instant.month, instant.day) == (END_OF_TIME.year, 12, 31):
        instant -= _STEP  # and none after 9999
    return instant.astimezone(info).utcoffset() or timedelta(0)


def _turn(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second in (low, high] with the offset of ``high``."""
    wanted = _offset(info, high)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (low, middle) if _offset(info, middle) == wanted else (middle, high)
    return high.replace(tzinfo=None)


def _table(zones: Iterable[str], years: Iterable[int]) -> pl.DataFrame:
    """Offsets with the instant, and the two wall times, from which each holds."""
    near = sorted({min(max(y + d, 1), END_OF_TIME.year) for y in years for d in (-1, 0, 1)})
    rows = [(zone, *change) for zone in sorted(set(zones)) for year in near for change in _changes(zone, year)]
    schema: Schema = {_ZONE: pl.String, "utc": INSTANT, "before": _LENGTH, _OFFSET: _LENGTH}
    changes = pl.DataFrame(rows, schema=schema, orient="row")
    return changes.with_columns(
        first=pl.col("utc") + pl.max_horizontal("before", _OFFSET),
        second=pl.col("utc") + pl.col(_OFFSET),
    )


def _with_offset(frame: pl.DataFrame, clock: str, zone: str, threshold: str) -> tuple[pl.DataFrame, pl.Expr]:
    """The frame, in its order, and the offset that holds at ``clock`` on the
    scale of ``threshold``: a column of it, or a constant."""
    constant = _constant_offset(frame, clock, zone)
    if constant is not None:
        return frame, pl.lit(constant, dtype=_LENGTH)
    known = frame.select(pl.col(clock).alias(_CLOCK), pl.col(zone).alias(_ZONE)).with_row_index(_ROW).drop_nulls()
    years = known[_CLOCK].dt.year().unique().to_list()
    table = _table(known[_ZONE].unique().to_list(), years).sort(threshold)
    found = known.sort(_CLOCK).join_asof(
        table.select(_ZONE, threshold, _OFFSET),
        left_on=_CLOCK,
        right_on=threshold,
        by=_ZONE,
        check_sortedness=False,
    )
    shifted = frame.with_row_index(_ROW).join(found.select(_ROW, _OFFSET), on=_ROW, how="left", maintain_order="left")
    return shifted.drop(_ROW), pl.col(_OFFSET)


def _constant_offset(frame: pl.DataFrame, clock: str, zone: str) -> timedelta | None:
    """The offset of all rows, where they are of one zone that changes
    nothing near them. Most small logs are so, and quick."""
    times, zones = frame[clock], frame[zone]
    if zones.n_unique() != 1 or zones[0] is None:
        return None
    first, last = frame.select(
        pl.col(clock).dt.year().min().alias("first"), pl.col(clock).dt.year().max().alias("last")
    ).row(0)
    if first is None:
        return None
    if not _YEARS_WITH_NEIGHBOURS[0] <= first <= last <= min(first + 1, _YEARS_WITH_NEIGHBOURS[1]):
        return None
    low, high = cast(datetime, times.min()), cast(datetime, times.max())
    changes = [change for year in range(low.year - 1, high.year + 2) for change in _changes(zones[0], year)]
    offsets = {after for at, _, after in changes if low - 2 * _FAR <= at <= high + 2 * _FAR}
    offsets |= {[after for at, _, after in changes if at <= low - 2 * _FAR][-1]}
    return offsets.pop() if len(offsets) == 1 else None


def with_local(frame: pl.DataFrame, instant: str, zone: str, into: str) -> pl.DataFrame:
    """Add the wall time of the column ``instant`` in the zone of the column ``zone`` as ``into``, and its UTC offset
    (Duration) as ``into + "_offset"``."""
    shifted, offset = _with_offset(frame, instant, zone, "utc")
    added = shifted.with_columns((pl.col(instant) + offset).alias(into), offset.alias(f"{into}_offset"))
    return added.drop(_OFFSET) if _OFFSET in added.columns else added


def with_instant(frame: pl.DataFrame, local: str, zone: str, into: str, fold: Fold) -> pl.DataFrame:
    """Add the instant of the wall time in the column ``local``. A time that does not exist moves forward by the gap:
    the offset before the gap is taken for it."""
    shifted, offset = _with_offset(frame, local, zone, fold)
    added = shifted.with_columns((pl.col(local) - offset).alias(into))
    return added.drop(_OFFSET) if _OFFSET in added.columns else added
