"""Wall clocks and instants, for whole columns at once.

Time-zone data comes from one source, the pinned ``tzdata`` package, through ``zoneinfo``;
Polars' own copy is not used, so that one version can be printed. A column may mix zones: offsets
are looked up in a small table of their changes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

import polars as pl

from punctilio.tables.schemas import INSTANT, Schema
from punctilio.value import Value

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
_FIRST_TIME: Final = datetime(1, 1, 1)
_ALL_TIME_US: Final = (END_OF_TIME - _FIRST_TIME) // timedelta(microseconds=1)
_LENGTH: Final = pl.Duration("us")
_ALL_TIME_S: Final = 1 << 45
"""More seconds than any column can tell apart."""
_OFFSET, _AXIS, _NUMBER = "_offset", "_axis", "_number"


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


class Clocks(Value):
    """Whose wall clock each row goes by: ``numbers`` (Int64, null where none) count through the ``names`` of zones."""

    names: tuple[str, ...]
    numbers: pl.Series

    def of(self, rows: pl.Series) -> Clocks:
        """The clocks of the rows with these numbers."""
        return Clocks(self.names, self.numbers.gather(rows))


def clocks(zones: pl.Series) -> Clocks:
    """The clocks of zones by their names."""
    names = zones.unique().drop_nulls().sort()
    return Clocks(tuple(names), zones.cast(pl.Enum(names)).to_physical().cast(pl.Int64))


class _Turns(Value):
    """The places on the axis (``_on_axis``) from which each ``offset`` (Duration) holds."""

    places: pl.Series
    offsets: pl.Series


@lru_cache(maxsize=64)
def _turns(zones: tuple[str, ...], years: tuple[int, ...], scale: Scale) -> _Turns:
    """Every turn of these zones in and around these years. Before the first of its zone, nothing is known."""
    near = sorted({min(max(y + d, 1), END_OF_TIME.year) for y in years for d in (-1, 0, 1)})
    rows = [(number, *change) for number, zone in enumerate(zones) for year in near for change in _changes(zone, year)]
    schema: Schema = {_NUMBER: pl.Int64, "utc": INSTANT, "before": _LENGTH, _OFFSET: _LENGTH}
    changes = pl.DataFrame(rows, schema=schema, orient="row")
    turned = pl.max_horizontal("before", _OFFSET) if scale == "first" else pl.col(_OFFSET)
    clock = changes.select_seq(pl.col("utc") if scale == "utc" else pl.col("utc") + turned).to_series()
    known = pl.DataFrame({_AXIS: _on_axis(clock, changes[_NUMBER]), _OFFSET: changes[_OFFSET]})
    unknown = pl.DataFrame(
        {_AXIS: pl.int_range(len(zones), eager=True) * _ALL_TIME_S - _ALL_TIME_S // 2, _OFFSET: None},
        schema={_AXIS: pl.Int64, _OFFSET: _LENGTH},
    )
    in_order = pl.concat([unknown, known], rechunk=True).sort(_AXIS, maintain_order=True)
    return _Turns(in_order[_AXIS], in_order[_OFFSET])


def offset_at(clock: pl.Series, by: Clocks, scale: Scale) -> pl.Expr:
    """The UTC offset (Duration) that holds at each ``clock``, as a column beside it or a constant.

    ``clock`` is an instant with the scale "utc", else a wall time, of which the fold is meant where it exists twice.
    A wall time that does not exist has the offset from before the gap, by which it moves forward.
    """
    constant = _constant_offset(clock, by)
    if constant is not None:
        return pl.lit(constant, dtype=_LENGTH)
    years = _years(clock)
    if not years or not by.names:
        return pl.lit(None, dtype=_LENGTH)
    turns = _turns(by.names, years, scale)
    asked = _on_axis(clock, by.numbers)
    places = turns.places.search_sorted(asked, side="right").cast(pl.Int64) - 1
    if asked.null_count():
        places = places.zip_with(asked.is_not_null(), pl.Series([None], dtype=pl.Int64))
    return pl.lit(turns.offsets.gather(places))


def _years(clock: pl.Series) -> tuple[int, ...]:
    """The years of a clock: where they are few, all between the first and the last."""
    numbers = clock.cast(pl.Int64)
    first, last = cast("int | None", numbers.min()), cast("int | None", numbers.max())
    if first is None or last is None:
        return ()
    if last - first > 8 * _YEAR_US:
        return tuple(clock.dt.year().unique().drop_nulls().sort())
    return tuple(range(_year(first), _year(last) + 1))


def _year(microseconds: int) -> int:
    """The year of an instant, since 1970; of one that Python cannot hold, the nearest that it can."""
    return (_FIRST_TIME + timedelta(microseconds=min(max(0, microseconds + _EPOCH_US), _ALL_TIME_US))).year


def _on_axis(clock: pl.Series, zone: pl.Series) -> pl.Series:
    """The place of each clock on one line of numbers for the seconds of all zones, one zone after the other, so that
    one look finds both."""
    return zone * _ALL_TIME_S + clock.cast(pl.Int64) // 1_000_000


def _constant_offset(clock: pl.Series, by: Clocks) -> timedelta | None:
    """The offset of all rows, where they are of one zone that changes nothing near them. Most small logs are so."""
    if len(by.names) != 1 or by.numbers.null_count() or clock.null_count() == len(clock):
        return None
    # By their numbers: Python cannot hold every instant that Polars can.
    numbers = clock.cast(pl.Int64)
    first, last = _EPOCH_US + cast(int, numbers.min()), _EPOCH_US + cast(int, numbers.max())
    if first < _YEAR_US or last > _LAST_US or last - first > _YEAR_US:
        return None
    low, high = cast(datetime, clock.min()) - 2 * _FAR, cast(datetime, clock.max()) + 2 * _FAR
    changes = [change for year in range(low.year - 1, high.year + 1) for change in _changes(by.names[0], year)]
    before = [offset for at, _, offset in changes if at <= low]
    return before[-1] if all(offset == before[-1] for at, _, offset in changes if low < at <= high) else None


def with_local(frame: pl.DataFrame, instant: str, zone: str, into: str) -> pl.DataFrame:
    """Add the wall time of the column ``instant`` in the zone of the column ``zone`` as ``into``, and its UTC offset
    (Duration) as ``into + "_offset"``."""
    offset = offset_at(frame[instant], clocks(frame[zone]), "utc")
    return frame.with_columns_seq((pl.col(instant) + offset).alias(into), offset.alias(f"{into}_offset"))


def with_instant(frame: pl.DataFrame, local: str, zone: str, into: str, fold: Fold) -> pl.DataFrame:
    """Add the instant of the wall time in the column ``local``. A time that does not exist moves forward by the gap."""
    offset = offset_at(frame[local], clocks(frame[zone]), fold)
    return frame.with_columns_seq((pl.col(local) - offset).alias(into))
