"""Instants as people read them, wherever and whenever they are."""

from __future__ import annotations

from datetime import datetime

import pytest

from punctilio.explanation import Instant, Person


@pytest.mark.parametrize(
    ("utc", "zone", "local"),
    [
        (datetime(2026, 3, 4, 16), "America/New_York", "Wed 4 Mar 2026 11:00 EST"),
        (datetime(2026, 3, 8, 6, 59, 59), "America/New_York", "Sun 8 Mar 2026 01:59:59 EST"),
        (datetime(2026, 3, 8, 7), "America/New_York", "Sun 8 Mar 2026 03:00 EDT"),
        (datetime(2026, 11, 1, 5, 30), "America/New_York", "Sun 1 Nov 2026 01:30 EDT"),
        (datetime(2026, 11, 1, 6, 30), "America/New_York", "Sun 1 Nov 2026 01:30 EST"),
        (datetime(2026, 1, 1, 0, 0, 0, 1), "UTC", "Thu 1 Jan 2026 00:00 UTC"),
        (datetime(2026, 1, 1), "Asia/Kathmandu", "Thu 1 Jan 2026 05:45 +0545"),
        (datetime(9999, 12, 31, 23, 59), "Asia/Tokyo", "Fri 31 Dec 9999 23:59 UTC"),
        (datetime(1, 1, 1), "America/New_York", "Mon 1 Jan 1 00:00 UTC"),
    ],
)
def test_an_instant_is_read_in_its_zone_with_its_weekday(utc: datetime, zone: str, local: str) -> None:
    assert Instant(utc, zone).local == local


def test_an_instant_is_written_in_utc() -> None:
    assert Instant(datetime(2026, 3, 4, 16), "Asia/Tokyo").iso == "2026-03-04T16:00:00Z"
    assert Instant(datetime(2026, 3, 4, 16, 0, 0, 1), "Asia/Tokyo").iso == "2026-03-04T16:00:00.000001Z"


@pytest.mark.parametrize(
    ("person", "words", "called"),
    [
        (Person("ann", "Ann Lee"), "Ann Lee (ann)", "Ann Lee"),
        (Person("ann"), "ann", "ann"),
        (Person("ann", "ann"), "ann", "ann"),
        (Person("ann", "A\x1bnn"), "A\\x1bnn (ann)", "A\\x1bnn"),
    ],
)
def test_a_person_is_called_by_name_where_there_is_one(person: Person, words: str, called: str) -> None:
    assert (person.words, person.called) == (words, called)
