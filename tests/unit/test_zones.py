"""Columns of wall clocks and instants against the standard library, one value at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources

import polars as pl
import pytest

from punctilio.zones import with_instant, with_local, zone_info

ZONES = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
CLOCKS = [
    ("America/New_York", datetime(2026, 3, 8, 2, 30)),  # does not exist
    ("America/New_York", datetime(2026, 11, 1, 1, 30)),  # exists twice
    ("Africa/Casablanca", datetime(2026, 2, 15, 2, 30)),  # Ramadan: back
    ("Africa/Casablanca", datetime(2026, 3, 22, 2, 30)),  # and forth
    ("Australia/Lord_Howe", datetime(2026, 4, 5, 1, 45)),  # half an hour, twice
    ("America/Sao_Paulo", datetime(2018, 11, 4, 0, 0)),  # no midnight
    ("Pacific/Apia", datetime(2011, 12, 30, 12, 0)),  # a day that never was
]


def local_of(instant: datetime, zone: str) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(zone_info(zone)).replace(tzinfo=None)


def test_every_zone_reads_every_month_as_the_standard_library_does() -> None:
    instants = [datetime(1990 + n // 12, n % 12 + 1, 7 + n % 20, n % 24, 30) for n in range(12 * 50)]
    rows = pl.DataFrame({"zone": zone, "at": instant} for zone in ZONES[::7] for instant in instants)
    found = with_local(rows, "at", "zone", "local")["local"].to_list()
    assert found == [local_of(at, zone) for zone, at in rows.rows()]


@pytest.mark.parametrize(("zone", "clock"), CLOCKS)
def test_a_clock_that_is_missing_or_doubled_is_read_as_promised(zone: str, clock: datetime) -> None:
    rows = pl.DataFrame({"zone": [zone], "clock": [clock]})
    first, second = (with_instant(rows, "clock", "zone", "at", fold)["at"].item() for fold in ("first", "second"))
    exact = clock.replace(tzinfo=zone_info(zone))
    assert first == exact.astimezone(UTC).replace(tzinfo=None)
    exists = local_of(first, zone) == clock
    assert second == (exact.replace(fold=1).astimezone(UTC).replace(tzinfo=None) if exists else first)
    if not exists:
        gap = local_of(first, zone) - clock
        assert gap > timedelta(0)


def test_rows_of_many_zones_and_nothing_at_all_keep_their_order() -> None:
    rows = pl.DataFrame(
        {"zone": ["Asia/Tokyo", "Europe/Paris", "Asia/Tokyo"], "at": [datetime(2026, 7, 1), None, datetime(1, 1, 1)]}
    )
    found = with_local(rows, "at", "zone", "local")
    assert found["local"].to_list()[:2] == [datetime(2026, 7, 1, 9), None]
    assert found.columns == ["zone", "at", "local", "local_offset"]


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(OSError, match="Nowhere"):
        zone_info("Mars/Nowhere")
