"""Instants as written: RFC 3339 and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.logs.instants import InstantError, parse_deadline, parse_instant


def micros(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, micro: int = 0) -> int:
    since = datetime(year, month, day, hour, minute, second, micro, UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-03T21:00:00Z", micros(2026, 3, 3, 21)),
        ("2026-03-03t21:00:00z", micros(2026, 3, 3, 21)),
        ("2026-03-03 21:00:00z", micros(2026, 3, 3, 21)),
        ("2026-03-03T16:00:00-05:00", micros(2026, 3, 3, 21)),
        ("2026-03-04T02:30:00+05:30", micros(2026, 3, 3, 21)),
        ("2026-03-03T21:00:00-00:00", micros(2026, 3, 3, 21)),
        ("2026-03-03T21:00:00.5Z", micros(2026, 3, 3, 21, micro=500_000)),
        ("2026-03-03T21:00:00.123456999Z", micros(2026, 3, 3, 21, micro=123_456)),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("0001-01-01T00:00:00Z", micros(1, 1, 1)),
        ("9999-12-31T23:59:59.999999Z", micros(9999, 12, 31, 23, 59, 59, 999_999)),
    ],
)
def test_an_instant_is_read_to_microseconds_in_utc(text: str, instant: int) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-03-03T21:00:00", "no offset"),
        ("2026-03-03 21:00", "no offset"),
        ("2026-03-03", "is a date"),
        ("2026-03-03T21:00Z", "no seconds"),
        ("2026-12-31T23:59:60Z", "leap second"),
        ("2026-03-03T24:00:00Z", "next day"),
        ("2026-03-03T21:00:00.1234567891Z", "nine digits"),
        ("2026-02-30T21:00:00Z", "no calendar"),
        ("0000-01-01T00:00:00Z", "no calendar"),
        ("0001-01-01T00:00:00+00:01", "outside the years"),
        ("9999-12-31T23:59:59-00:01", "outside the years"),
        ("2026-03-03T21:00:00+5", "is not an instant"),
        ("2026-03-03T21:00:00+05:30:15", "is not an instant"),
        ("20260303T210000Z", "is not an instant"),
        ("2026-W10-2T21:00:00Z", "is not an instant"),
        ("٢٠٢٦-03-03T21:00:00Z", "is not an instant"),
        ("2026-03-03T21:00:00Z\n", "is not an instant"),
        ("", "is not an instant"),
    ],
)
def test_what_is_no_instant_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(InstantError, match=reason):
        parse_instant(text)


def test_missing_seconds_are_suggested() -> None:
    with pytest.raises(InstantError) as slip:
        parse_instant("2026-03-03T21:00-05:00")
    assert slip.value.suggestion == "2026-03-03T21:00:00-05:00"


def test_a_deadline_is_a_date_or_an_instant() -> None:
    assert parse_deadline("2026-03-06") == "2026-03-06"
    assert parse_deadline("2026-03-03T21:00:00Z") == micros(2026, 3, 3, 21)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-3-6", "0000-01-01", "Friday"])
def test_what_is_no_deadline_is_refused(text: str) -> None:
    with pytest.raises(InstantError):
        parse_deadline(text)


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
@settings(max_examples=200, derandomize=True)
def test_the_offset_of_an_instant_does_not_matter(moment: datetime, minutes: int) -> None:
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_instant(there.isoformat()) == parse_instant(moment.isoformat() + "Z")
