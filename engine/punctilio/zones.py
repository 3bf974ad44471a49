"""Wall clocks and instants, for whole columns at once.

Time-zone data comes from one source, the pinned ``tzdata`` package, through ``zoneinfo``;
Polars' own copy is not used, so that one version can be printed. A column may mix zones: offsets
are looked up in a small table of their changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

import polars as pl

from punctilio.tables.joining import without
from punctilio.tables.schemas import INSTANT, Schema

Fold = Literal["first", "second"]
"""Which of the two instants a wall time means that exists twice."""
Scale = Literal["utc"] | Fold

END_OF_TIME: Final = datetime(9999, 12, 31, 23, 59, 59, 999999)
_STEP: Final = timedelta(days=6)
"""The shortest time that any zone keeps an offset is just under seven days (America/Noronha in 2000; tzdata 2026.6)."""
_FAR: Final = timedelta(days=1)
_YEAR_US: Final = 366 * 86_400_000_000
_LAST_US: Final = 9990 * 365 * 86_400_000_000  # some years before the last that Python knows
_EPOCH_US: Final = 719_162 * 86_400_000_000
"""From the first day of the year 1 to 1970, in microseconds."""
_LENGTH: Final = pl.Duration("us")
_ALL_TIME_S: Final = 1 << 45
"""More seconds than any column can tell apart."""
_ZONE, _OFFSET, _AXIS, _PLACE, _NUMBER = "_zone", "_offset", "_axis", "_place", "_number"


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
    return changes.with_columns_seq(
        first=pl.col("utc") + pl.max_horizontal("before", _OFFSET),
        second=pl.col("utc") + pl.col(_OFFSET),
    )


def with_offset(frame: pl.DataFrame, clock: str, zone: str, scale: Scale) -> tuple[pl.DataFrame, pl.Expr]:
    """The frame, in its order, and the UTC offset (Duration) that holds at ``clock`` in the zone of the column
    ``zone``: a constant, or the frame's new column ``offset_column(scale)``.

    ``clock`` is an instant with the scale "utc", else a wall time, of which the fold is meant where it exists twice.
    A wall time that does not exist has the offset from before the gap, by which it moves forward.
    """
    constant = _constant_offset(frame[clock], frame[zone])
    if constant is not None:
        return frame, pl.lit(constant, dtype=_LENGTH)
    years, names = _years(frame[clock]), frame[zone].unique().drop_nulls().sort()
    if not years or names.is_empty():
        return frame, pl.lit(None, dtype=_LENGTH)
    asked = _on_axis(frame, zone, clock, names)
    table = _table(names, years)
    turns = _on_axis(table, _ZONE, scale, names).hstack([table[_OFFSET]]).sort(_AXIS)
    places = turns[_AXIS].search_sorted(asked[_AXIS], side="right").cast(pl.Int64) - 1
    known = asked.select_seq(_NUMBER, pl.when(places >= 0).then(places).alias(_PLACE))
    is_own = pl.lit(turns[_NUMBER]).gather(_PLACE) == pl.col(_NUMBER)
    offset = pl.when(is_own & asked[_AXIS].is_not_null()).then(pl.lit(turns[_OFFSET]).gather(_PLACE))
    offsets = known.select_seq(offset.alias(offset_column(scale))).to_series()
    return frame.with_columns_seq(offsets), pl.col(offset_column(scale))


def _years(clock: pl.Series) -> Sequence[int]:
    """The years of a clock: where they are few, all between the first and the last."""
    first, last = (cast("int | None", clock.cast(pl.Int64).min()), cast("int | None", clock.cast(pl.Int64).max()))
    if first is None or last is None:
        return ()
    if last - first > 8 * _YEAR_US:
        return clock.dt.year().unique().drop_nulls().to_list()
    low, high = pl.Series([first, last]).cast(INSTANT).dt.year()
    return range(low, high + 1)


def _on_axis(frame: pl.DataFrame, zone: str, clock: str, names: pl.Series) -> pl.DataFrame:
    """The number of each row's zone, and its place on one line of numbers for the seconds of all zones, one zone after
    the other, so that one look finds both."""
    number = pl.col(zone).cast(pl.Enum(names)).to_physical().cast(pl.Int64).alias(_NUMBER)
    seconds = (pl.col(clock).cast(pl.Int64) // 1_000_000).alias(_AXIS)
    numbered = frame.select_seq(number, seconds)
    return numbered.with_columns_seq((pl.col(_NUMBER) * _ALL_TIME_S + pl.col(_AXIS)).alias(_AXIS))


def offset_column(scale: Scale) -> str:
    return f"_offset_{scale}"


def _constant_offset(clock: pl.Series, zone: pl.Series) -> timedelta | None:
    """The offset of all rows, where they are of one zone that changes nothing near them. Most small logs are so."""
    if zone.n_unique() != 1 or zone[0] is None or clock.null_count() == len(clock):
        return None
    # By their numbers: Python cannot hold every instant that Polars can.
    numbers = clock.cast(pl.Int64)
    first, last = _EPOCH_US + cast(int, numbers.min()), _EPOCH_US + cast(int, numbers.max())
    if first < _YEAR_US or last > _LAST_US or last - first > _YEAR_US:
        return None
    low, high = cast(datetime, clock.min()) - 2 * _FAR, cast(datetime, clock.max()) + 2 * _FAR
    changes = [change for year in range(low.year - 1, high.year + 1) for change in _changes(str(zone[0]), year)]
    before = [offset for at, _, offset in changes if at <= low]
    return before[-1] if all(offset == before[-1] for at, _, offset in changes if low < at <= high) else None


def with_local(frame: pl.DataFrame, instant: str, zone: str, into: str) -> pl.DataFrame:
    """Add the wall time of the column ``instant`` in the zone of the column ``zone`` as ``into``, and its UTC offset
    (Duration) as ``into + "_offset"``."""
    shifted, offset = with_offset(frame, instant, zone, "utc")
    added = shifted.with_columns_seq((pl.col(instant) + offset).alias(into), offset.alias(f"{into}_offset"))
    return without(added, offset_column("utc"))


def with_instant(frame: pl.DataFrame, local: str, zone: str, into: str, fold: Fold) -> pl.DataFrame:
    """Add the instant of the wall time in the column ``local``. A time that does not exist moves forward by the gap."""
    shifted, offset = with_offset(frame, local, zone, fold)
    return shifted.with_columns_seq((pl.col(local) - offset).alias(into)).pipe(without, offset_column(fold))
