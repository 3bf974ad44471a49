"""Which of two lengths of time is certainly the longer, whatever the month, the zone and the holidays."""

from __future__ import annotations

from typing import Final

from punctilio.model.rule import Calendar
from punctilio.model.window import Duration

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_SHIFT: Final = 26 * _HOUR
"""By how much a civil length can be off: no two offsets of a zone lie further apart."""
_WEEK: Final = 7


def is_longer(one: Duration, other: Duration, calendar: Calendar) -> bool:
    """Whether it certainly is."""
    return (_parts(one) != _parts(other) and _has_no_less(one, other)) or _least(one) > _most(other, calendar)


def is_as_long(one: Duration, other: Duration, calendar: Calendar) -> bool:
    """Whether it certainly is as long, or longer."""
    return _has_no_less(one, other) or _least(one) >= _most(other, calendar)


def _parts(length: Duration) -> tuple[int, ...]:
    return (length.months, length.days, length.business_days, length.seconds, int(length.to_midnight))


def _has_no_less(one: Duration, other: Duration) -> bool:
    """Part by part. A midnight comes after what it ends, and by how much depends on the start."""
    *parts, midnight = _parts(one)
    *others, other_midnight = _parts(other)
    return midnight >= other_midnight and all(a >= b for a, b in zip(parts, others, strict=True))


def _least(length: Duration) -> int:
    days = length.months * 28 + length.days + length.business_days
    return days * _DAY + length.seconds - (_SHIFT if days else 0)


def _most(length: Duration, calendar: Calendar) -> int:
    days = length.months * 31 + length.days + _calendar_days(length.business_days, calendar)
    is_civil = bool(days or length.to_midnight)
    return days * _DAY + length.seconds + (_DAY if length.to_midnight else 0) + (_SHIFT if is_civil else 0)


def _calendar_days(business_days: int, calendar: Calendar) -> int:
    """The most days that so many business days can take: each holiday may lie among them."""
    if not business_days:
        return 0
    working = _WEEK - len(calendar.weekend)
    weeks = -(-(business_days + 1 + len(calendar.holidays)) // working)
    return (weeks + 1) * _WEEK
