"""How a length of time is written: in words (``2 weeks``) or as ISO 8601 has it (``P14D``, ``PT24H``)."""

from __future__ import annotations

import re

from punctilio.model.window import Duration
from punctilio.problems import closest

_YEARS = 9_999
_UNITS: dict[str, tuple[str, int, int]] = {
    # unit: part of a Duration, how many of it, and the most of the unit that fit into 9,999 years
    "second": ("seconds", 1, _YEARS * 366 * 86_400),
    "minute": ("seconds", 60, _YEARS * 366 * 1_440),
    "hour": ("seconds", 3_600, _YEARS * 366 * 24),
    "day": ("days", 1, _YEARS * 366),
    "week": ("days", 7, _YEARS * 53),
    "month": ("months", 1, _YEARS * 12),
    "year": ("months", 12, _YEARS),
    "business day": ("business_days", 1, _YEARS * 366),
}
_ABBREVIATIONS = {
    **dict.fromkeys(("s", "sec", "secs"), "second"),
    **dict.fromkeys(("min", "mins"), "minute"),
    **dict.fromkeys(("h", "hr", "hrs"), "hour"),
    **dict.fromkeys(("d",), "day"),
    **dict.fromkeys(("w", "wk"), "week"),
    **dict.fromkeys(("mo",), "month"),
    **dict.fromkeys(("y", "yr"), "year"),
}
_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_ISO_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
_PART = re.compile(r"([-+]?[\d.,]*)\s*([^\W\d_]+(?:\s+days?(?![^\W\d_]))?)", re.ASCII)
_MIDNIGHT = " to midnight"
_HELP = "Write a length of time such as `24 hours`, `14 days`, `3 business days` or `PT24H`."


def parse_duration(text: str) -> Duration:
    """The length of time that ``text`` says. Raises ValueError with a sentence that says how to write it."""
    written = " ".join(text.split())
    if written.startswith("P"):
        return _duration(_iso_parts(written), written)
    lowered = written.lower()
    to_midnight = lowered.endswith(_MIDNIGHT)
    parts = _word_parts(lowered.removesuffix(_MIDNIGHT) if to_midnight else lowered)
    if to_midnight and any(_UNITS[unit][0] == "seconds" for _, unit in parts):
        raise ValueError("`to midnight` goes with days, weeks, months, years and business days, not with elapsed time.")
    return _duration(parts, written, to_midnight=to_midnight)


def _iso_parts(written: str) -> list[tuple[int, str]]:
    found = _ISO.fullmatch(written)
    parts = [(_count(n), unit) for n, unit in zip(found.groups(), _ISO_UNITS, strict=True) if n] if found else []
    if not parts or written.endswith("T"):
        raise ValueError(f"`{_short(written)}` is no duration of ISO 8601, such as `P14D` or `PT24H`.")
    return parts


def _word_parts(written: str) -> list[tuple[int, str]]:
    parts: list[tuple[int, str]] = []
    rest = written
    while rest:
        found = _PART.match(rest)
        if not found:
            raise ValueError(_advice(written))
        parts.append((_number(found[1], found[2]), _unit(found[1], found[2])))
        rest = rest[found.end() :].lstrip(" ,")
    if not parts:
        raise ValueError(_HELP)
    return parts


def _advice(written: str) -> str:
    if written.isascii() and written.isdigit():
        number = _short(written)
        return f"`{number}` of what? Write `{number} hours`, `{number} days` or `{number} business days`."
    return f"`{_short(written)}` is no length of time. {_HELP}"


def _number(digits: str, unit: str) -> int:
    if digits.startswith("-"):
        raise ValueError("A length of time cannot be negative.")
    if digits and not digits.isdigit():
        raise ValueError(f"Write whole numbers only, in a smaller unit than `{_short(unit)}` if need be.")
    if not digits:
        raise ValueError(f"`{_short(unit)}` needs a number before it. {_HELP}")
    return _count(digits)


def _count(digits: str) -> int:
    if len(digits) > 15:
        raise ValueError(_too_long())
    return int(digits)


def _unit(digits: str, word: str) -> str:
    singular = " ".join(word.split()).removesuffix("s") if len(word) > 1 else word
    if singular in _UNITS:
        return singular
    meant = _ABBREVIATIONS.get(word) or closest(singular, _UNITS)
    if meant is None:
        raise ValueError(f"`{_short(word)}` is no unit of time. {_HELP}")
    plural = "" if digits == "1" else "s"
    raise ValueError(f"`{_short(word)}` is no unit of time. Did you mean `{digits} {meant}{plural}`?")


def _duration(parts: list[tuple[int, str]], written: str, *, to_midnight: bool = False) -> Duration:
    units = [unit for _, unit in parts]
    if len(set(units)) < len(units):
        raise ValueError(f"`{_short(written)}` says the same unit twice. Add the two numbers up.")
    sums = {"months": 0, "days": 0, "business_days": 0, "seconds": 0}
    for count, unit in parts:
        part, size, most = _UNITS[unit]
        if count > most:
            raise ValueError(_too_long())
        sums[part] += count * size
    return Duration(**sums, to_midnight=to_midnight, text=written)


def _too_long() -> str:
    return f"A length of time has at most {_YEARS:,} years."


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
