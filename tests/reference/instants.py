"""Chapter 3 of docs/language.md: time, one instant after the other."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from importlib import resources
from zoneinfo import ZoneInfo

from punctilio.model.rule import Calendar
from punctilio.model.window import Duration

END = datetime.max.replace(tzinfo=UTC)
TICK = timedelta(microseconds=1)


def parsed(text: str) -> datetime:
    return utc(datetime.fromisoformat(text))


def utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def zone_named(name: str) -> ZoneInfo:
    """The zone as the pinned package has it, whatever the system has."""
    with resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def just_after(instant: datetime) -> datetime:
    return instant if instant == END else instant + TICK


def resolved(wall: datetime, zone: tzinfo, *, second: bool) -> datetime:
    """The instant of a wall time: forward by the gap where there is none, the first or second where there are two."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    exists = first.astimezone(zone).replace(tzinfo=None) == wall
    return wall.replace(tzinfo=zone, fold=1).astimezone(UTC) if exists and second else first


def midnight_after(day: date, zone: tzinfo, *, second: bool) -> datetime:
    """The midnight that ends the day."""
    return resolved(datetime.combine(day + timedelta(days=1), time()), zone, second=second)


def added(start: datetime, length: Duration, zone: tzinfo, calendar: Calendar, *, second: bool) -> datetime:
    """``start`` plus months, then days, then business days, then elapsed time, then on to midnight."""
    try:
        end = _civil(start, length, zone, calendar, second=second) + timedelta(seconds=length.seconds)
        return midnight_after(end.astimezone(zone).date(), zone, second=second) if length.to_midnight else end
    except OverflowError:
        return END


def _civil(start: datetime, length: Duration, zone: tzinfo, calendar: Calendar, *, second: bool) -> datetime:
    if not (length.months or length.days or length.business_days):
        return start
    wall = start.astimezone(zone).replace(tzinfo=None, fold=0)
    wall = _months_later(wall, length.months) + timedelta(days=length.days)
    if length.business_days:
        wall = datetime.combine(_business_days_later(wall.date(), length.business_days, calendar), wall.time())
    return resolved(wall, zone, second=second)


def _months_later(wall: datetime, months: int) -> datetime:
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    if year > END.year:
        raise OverflowError
    return wall.replace(year=year, month=month + 1, day=min(wall.day, monthrange(year, month + 1)[1]))


def _business_days_later(day: date, count: int, calendar: Calendar) -> date:
    day = _rolled_forward(day, calendar)
    for _ in range(count):
        day = _rolled_forward(day + timedelta(days=1), calendar)
    return day


def _rolled_forward(day: date, calendar: Calendar) -> date:
    while day.weekday() in calendar.weekend or day in calendar.holidays:
        day += timedelta(days=1)
    return day
