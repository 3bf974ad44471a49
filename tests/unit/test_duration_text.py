"""Lengths of time in words and in ISO 8601."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.duration_text import parse_duration
from punctilio.model.window import Duration

DAY = 86_400


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("24 hours", Duration(seconds=DAY)),
        ("1 hour", Duration(seconds=3600)),
        ("90 Seconds", Duration(seconds=90)),
        ("14 days", Duration(days=14)),
        ("2 weeks", Duration(days=14)),
        ("1 month", Duration(months=1)),
        ("2 years", Duration(months=24)),
        ("3 business days", Duration(business_days=3)),
        ("1 business day", Duration(business_days=1)),
        ("1 year 2 months, 1 week 3 days 5 minutes", Duration(months=14, days=10, seconds=300)),
        ("14 days to midnight", Duration(days=14, to_midnight=True)),
        ("0 days", Duration()),
        ("PT24H", Duration(seconds=DAY)),
        ("P14D", Duration(days=14)),
        ("P1Y2M3W4DT5H6M7S", Duration(months=14, days=25, seconds=5 * 3600 + 367)),
        ("9999 years", Duration(months=9999 * 12)),
    ],
)
def test_what_a_length_of_time_means(text: str, meant: Duration) -> None:
    found = parse_duration(text)
    assert found == Duration(
        months=meant.months,
        days=meant.days,
        business_days=meant.business_days,
        seconds=meant.seconds,
        to_midnight=meant.to_midnight,
        text=text,
    )


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("24", "`24 hours`"),
        ("24h", "`24 hours`"),
        ("1 hr", "`1 hour`"),
        ("24 huors", "`24 hours`"),
        ("3 buisness days", "`3 business days`"),
        ("-3 days", "negative"),
        ("1.5 hours", "whole numbers"),
        ("hours", "number before it"),
        ("2 fortnights", "no unit of time"),
        ("1 day 2 days", "twice"),
        ("10000 years", "9,999 years"),
        ("P99999999999999999999D", "9,999 years"),
        ("24 hours to midnight", "not with elapsed time"),
        ("P", "ISO 8601"),
        ("PT", "ISO 8601"),
        ("P1DT", "ISO 8601"),
        ("P-1D", "ISO 8601"),
        ("٣ days", "no length of time"),
        ("", "such as `24 hours`"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=r"[.?]$") as raised:
        parse_duration(text)
    assert advice in str(raised.value)


@settings(derandomize=True, max_examples=300)
@given(st.text("0123456789 PTYMWDHSdayshourbinetkmf-+.,", max_size=30))
def test_any_text_is_read_or_answered_with_a_sentence(text: str) -> None:
    try:
        found = parse_duration(text)
    except ValueError as error:
        found = Duration(seconds=0 if str(error).endswith((".", "?")) else -1)
    assert min(found.months, found.days, found.business_days, found.seconds) >= 0
