"""Instants and dates in the writings of other programs, one at a time and in columns, by one and the same pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from punctilio.tables.constant import constant
from punctilio.tables.schemas import INSTANT
from punctilio.zones import with_instant, with_local, zone_info

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_TWO: Final = "[0-9]{1,2}"
_EXACTLY_TWO: Final = "[0-9]{2}"
DIRECTIVES: Final[Mapping[str, str]] = {
    "Y": "[0-9]{4}",
    "m": _TWO,
    "d": _TWO,
    "b": "(?i:" + "|".join(_MONTHS) + ")",
    "B": "(?i:" + "|".join(_NAMES) + ")",
    "H": _TWO,
    "I": _TWO,
    "p": "(?i:am|pm)",
    "M": "[0-9]{2}",
    "S": "[0-9]{2}",
    "f": "[0-9]{1,9}",
    "z": "[Zz]|[+-][0-9]{2}:?[0-9]{2}",
}
"""What can stand in a format, and the texts that it fits. Names of months are English."""
_NUMBERS: Final = frozenset("YmdHIMSf")
_SAME: Final = (("m", "b", "B"), ("H", "I"))
_FAR: Final = (datetime(1900, 1, 1), datetime(2200, 1, 1))
"""Between these, columns are read without care."""


class Form(NamedTuple):
    """A format such as ``%d.%m.%Y %H:%M``, as a pattern with one group for each directive."""

    format: str
    pattern: str
    directives: tuple[str, ...]

    @property
    def has_time(self) -> bool:
        return "H" in self.directives or "I" in self.directives

    @property
    def has_offset(self) -> bool:
        return "z" in self.directives


class FormError(ValueError):
    """A format that cannot be used. The text is a sentence."""


class ClockError(ValueError):
    """A text that is no instant or date in its format. The text goes on from the name of its column."""


def form(written: str) -> Form:
    """Digits that touch others are of a fixed width, or else it would be guessed where one number ends. Raises
    FormError."""
    pattern, found = list[str](), list[str]()
    parts: list[str] = re.findall("%.?|[^%]+", written, re.DOTALL)
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        touches = _is_digit(before, -1) or _is_digit(after, 0)
        if part == "%%":
            pattern.append("%")
        elif not part.startswith("%"):
            pattern.append(re.escape(part))
        elif part[1:] in DIRECTIVES:
            found.append(part[1:])
            digits = DIRECTIVES[part[1:]]
            pattern.append(f"(?P<{part[1:]}>{_EXACTLY_TWO if touches and digits == _TWO else digits})")
        else:
            raise FormError(_unknown(part))
    for same in ("Y", "d", *_SAME, "p", "M", "S", "f", "z"):
        if sum(found.count(each) for each in same) > 1:
            raise FormError(f"A format can have only one of {' and '.join('%' + each for each in same)}.")
    _require_whole(found)
    return Form(written, f"^{''.join(pattern)}$", tuple(found))


def _is_digit(part: str, end: int) -> bool:
    """Whether a part of a format has a digit at this end."""
    return part[1:] in _NUMBERS if part.startswith("%") else part[end:][:1].isdigit()


def _unknown(part: str) -> str:
    if part == "%y":
        return "%y leaves the century to be guessed: write years with four digits, %Y."
    return f"{part} is none of {', '.join('%' + each for each in DIRECTIVES)} and %%."


def _require_whole(found: list[str]) -> None:
    if "Y" not in found or "d" not in found or not {"m", "b", "B"} & set(found):
        raise FormError("A format needs a year (%Y), a month (%m, %b or %B) and a day (%d).")
    if ("I" in found) != ("p" in found):
        raise FormError("%I and %p belong together: the hour to twelve, and which half of the day.")
    hours = {"H", "I"} & set(found)
    finer = [part for part in ("M", "S", "f", "z") if part in found]
    if (finer and not hours) or ("S" in found and "M" not in found) or ("f" in found and "S" not in found):
        raise FormError("A format that has a smaller part of the time needs the greater ones too.")


ISO_LOCAL: Final = form("%Y-%m-%dT%H:%M:%S")._replace(
    pattern=r"^(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})[Tt ](?P<H>[0-9]{2}):(?P<M>[0-9]{2}):(?P<S>[0-9]{2})"
    r"(?:\.(?P<f>[0-9]{1,9}))?$",
    directives=("Y", "m", "d", "H", "M", "S", "f"),
)
ISO_DATE: Final = form("%Y-%m-%d")._replace(pattern="^(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})$")


# ── one at a time ─────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.removeprefix("^").removesuffix("$"), re.ASCII)


def fits(text: str, form: Form) -> bool:
    return _compiled(form.pattern).fullmatch(text) is not None


def parse(text: str, form: Form) -> tuple[datetime, timedelta | None]:
    """The wall time, midnight for a date, and its offset from UTC if it says one. Raises ClockError."""
    found = _compiled(form.pattern).fullmatch(text)
    if found is None:
        raise ClockError(f"is not written as {form.format}.")
    part = {name: value for name, value in found.groupdict().items() if value is not None}
    try:
        clock = datetime(int(part["Y"]), _month(part), int(part["d"]), _hour(part), int(part.get("M", 0)))
        clock += timedelta(seconds=_second(part), microseconds=int(part.get("f", "0").ljust(6, "0")[:6]))
        return clock, _offset(part["z"]) if "z" in part else None
    except ValueError:
        raise ClockError("names a day or a time that there is not.") from None


def _month(part: Mapping[str, str]) -> int:
    return int(part["m"]) if "m" in part else _MONTHS.index(part.get("b", part.get("B", ""))[:3].lower()) + 1


def _hour(part: Mapping[str, str]) -> int:
    if "I" not in part:
        return int(part.get("H", 0))
    hour = int(part["I"])
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if part["p"].lower() == "pm" else 0)


def _second(part: Mapping[str, str]) -> int:
    second = int(part.get("S", 0))
    if second > 59:
        raise ValueError
    return second


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def at_offset(clock: datetime, offset: timedelta) -> datetime:
    """Raises ClockError."""
    try:
        return clock.replace(tzinfo=timezone(offset)).astimezone(UTC)
    except OverflowError:
        raise ClockError("lies outside the years 1 to 9999.") from None


def in_zone(clock: datetime, zone: str, fold: str | None) -> datetime:
    """The instant of a wall time, in UTC. Raises ClockError where there is none, or two and ``fold`` chooses none."""
    info = zone_info(zone)
    try:
        early, late = (clock.replace(tzinfo=info, fold=turn).astimezone(UTC) for turn in (0, 1))
        back = early.astimezone(info).replace(tzinfo=None)
    except OverflowError:
        raise ClockError("lies outside the years 1 to 9999.") from None
    if back != clock:
        raise ClockError(f"is a time that there is not in {zone}: the clocks went forward over it.")
    if early != late and fold is None:
        raise ClockError(
            f"is a time that there was twice in {zone}, when the clocks went back: say in the map which is meant, with "
            "`fold: first` or `fold: second`, or write times with their offset."
        )
    return late if fold == "second" else early


# ── in columns ────────────────────────────────────────────────────────────────────────────────────────────────────


def parsed(text: pl.Series, form: Form) -> tuple[pl.Series, pl.Series]:
    """The wall times (Datetime, null where they are not plainly right), and their offsets (Duration, null likewise)."""
    part = pl.DataFrame(text.str.extract_groups(form.pattern).struct.unnest())
    number = {name: pl.col(name).cast(pl.Int64) for name in part.columns if name in "YmdHIMSf"}
    year, day = number["Y"], number["d"]
    month = number.get("m", pl.lit(0, pl.Int64))
    for name in ("b", "B"):
        if name in part.columns:
            names = pl.col(name).str.to_lowercase().str.slice(0, 3)
            month = names.replace_strict(list(_MONTHS), list(range(1, 13)), default=None, return_dtype=pl.Int64)
    hour = number.get("H", pl.lit(0, pl.Int64))
    if "I" in number:
        half = pl.when(pl.col("p").str.to_lowercase() == "pm").then(12).otherwise(0)
        hour = pl.when(number["I"].is_between(1, 12)).then(number["I"] % 12 + half)
    minute, second = (number.get(name, pl.lit(0, pl.Int64)) for name in "MS")
    years = year.is_between(_FAR[0].year, _FAR[1].year - 1)
    ok = years & month.is_between(1, 12) & day.is_between(1, 31) & (hour < 24) & (minute < 60) & (second < 60)
    begun = pl.datetime(*(pl.when(ok).then(each) for each in (year, month, pl.lit(1), hour, minute, second)))
    clock = begun + pl.duration(days=day - 1)  # in the next month, where there is no such day
    micro = pl.lit(0, pl.Int64)
    if "f" in part.columns:
        micro = pl.col("f").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0)
    clock = pl.when(ok & (clock.dt.month() == month)).then(clock + pl.duration(microseconds=micro)).cast(INSTANT)
    offset = _offset_column() if "z" in part.columns else pl.lit(None, pl.Duration("us"))
    read = part.select(clock.alias("clock"), offset.alias("offset"))
    return read["clock"], read["offset"]


def _offset_column() -> pl.Expr:
    hours, minutes = (pl.col("z").str.slice(*part).cast(pl.Int64, strict=False) for part in ((1, 2), (-2, 2)))
    minutes = hours * 60 + minutes
    signed = pl.when(pl.col("z").str.starts_with("-")).then(-minutes).otherwise(minutes)
    ok = (hours < 24) & (minutes - hours * 60 < 60)
    return (
        pl.when(pl.col("z").str.to_uppercase() == "Z")
        .then(pl.duration(minutes=0))
        .when(ok)
        .then(pl.duration(minutes=signed))
    )


def in_utc(clock: pl.Series, zone: str, fold: str | None) -> pl.Series:
    """The instants of wall times, null where there is none, or two and ``fold`` chooses none."""
    frame = pl.DataFrame({"clock": clock, "zone": constant(zone, len(clock), pl.String)})
    near = frame.with_columns(pl.when(pl.col("clock").is_between(*_FAR)).then("clock"))
    early = with_instant(near, "clock", "zone", "first", "first")
    both = with_local(with_instant(early, "clock", "zone", "second", "second"), "first", "zone", "back")
    is_there = pl.col("back") == pl.col("clock")
    once = is_there & (pl.col("first") == pl.col("second")) if fold is None else is_there
    return both.select(pl.when(once).then("second" if fold == "second" else "first").alias("at"))["at"]
