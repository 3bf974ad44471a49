"""Instants as written in logs: RFC 3339, strictly. Read to microseconds since 1970 in UTC; finer digits are cut off."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final

_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_OFFSET: Final = rf"(?:[Zz]|[+-]{_CLOCK})"
_WRITTEN: Final = re.compile(rf"{_DATE}[Tt ]{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,9}})?{_OFFSET}")
_WRITTEN_DATE: Final = re.compile(_DATE)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND
_FIRST: Final = (date.min.toordinal() - _EPOCH.toordinal()) * _DAY
_LAST: Final = (date.max.toordinal() - _EPOCH.toordinal() + 1) * _DAY - 1

_NO_DAY: Final = "names a day that no calendar has: correct the date."
_NO_INSTANT: Final = "is not an instant: write it as 2026-03-03T16:00:00-05:00 or 2026-03-03T21:00:00Z."
_NO_DEADLINE: Final = "is neither a date nor an instant: write 2026-03-06, or 2026-03-06T17:00:00-05:00."


class InstantError(ValueError):
    """The text goes on from the name of a field; ``suggestion`` is what was meant perhaps."""

    def __init__(self, sentence: str, suggestion: str | None = None) -> None:
        super().__init__(sentence)
        self.suggestion = suggestion


def parse_instant(text: str, *, otherwise: str = _NO_INSTANT) -> int:
    """Microseconds since 1970 in UTC. Raises InstantError, which says ``otherwise`` where no slip is known."""
    if _WRITTEN.fullmatch(text) is None:
        raise _slip(text, otherwise)
    try:
        since = datetime.fromisoformat(text if text[-1] != "z" else text.upper()) - _EPOCH
    except ValueError:
        raise InstantError(_NO_DAY) from None
    instant = (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds
    if not _FIRST <= instant <= _LAST:
        raise InstantError("lies outside the years 1 to 9999 in UTC: correct the date.")
    return instant


def parse_deadline(text: str) -> int | str:
    """An instant as above, or the text of a date (``2026-03-06``) itself. Raises InstantError."""
    if _WRITTEN_DATE.fullmatch(text) is None:
        return parse_instant(text, otherwise=_NO_DEADLINE)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise InstantError(_NO_DAY) from None
    return text


_SLIPS: Final = (
    (
        rf"{_DATE}[Tt ]{_CLOCK}(?::[0-5][0-9](?:\.[0-9]+)?)?",
        "has no offset from UTC: say which instant it is, with Z or an offset such as -05:00 at its end.",
    ),
    (_DATE, "is a date and no instant: add the time and the offset, as in 2026-03-03T16:00:00-05:00."),
    (rf"{_DATE}[Tt ]{_CLOCK}{_OFFSET}", "has no seconds: write 16:00:00 for 16:00."),
    (rf"{_DATE}[Tt ]{_CLOCK}:60(?:\.[0-9]+)?{_OFFSET}", "is a leap second, which nobody here counts: write 59."),
    (rf"{_DATE}[Tt ]24:00:00(?:\.0+)?{_OFFSET}", "is a midnight as 24:00: write 00:00:00 of the next day."),
    (rf"{_DATE}[Tt ]{_CLOCK}:[0-5][0-9]\.[0-9]{{10,}}{_OFFSET}", "has over nine digits after the point: cut some off."),
)


def _slip(text: str, otherwise: str) -> InstantError:
    """What is wrong with a text that is not an instant, as a person would say it."""
    for shape, sentence in _SLIPS:
        if re.fullmatch(shape, text):
            return InstantError(sentence, _suggestion(text))
    return InstantError(otherwise)


def _suggestion(text: str) -> str | None:
    """The text with seconds put in, where nothing but they are missing."""
    minutes = re.fullmatch(rf"({_DATE}[Tt ]{_CLOCK})({_OFFSET})", text)
    return f"{minutes[1]}:00{minutes[2]}" if minutes else None
