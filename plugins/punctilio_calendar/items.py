"""Items as they stand in a calendar: which are ours, what they say, and whether a person changed them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Final

from punctilio_calendar.entries import CASE, OURS, blank
from punctilio_calendar.library import missing

try:
    from icalendar import Calendar, Component
except ModuleNotFoundError as error:
    raise missing("icalendar") from error

SEAL: Final = "X-PUNCTILIO-CONTENT"
"""The hash of what we wrote. Where an item no longer has it, somebody else wrote there."""
_BOOKKEEPING: Final = ("CREATED", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
_OF_PROGRAMS: Final = ("ACKNOWLEDGED", "UID")
"""What programs add to an alarm by themselves."""
_SORTS: Final = ("VEVENT", "VTODO")


def calendars_in(text: str) -> list[Calendar]:
    """The calendars of a text. Raises ValueError for what is none."""
    found = Calendar.from_ical(text, multiple=True)
    if any(one.name != "VCALENDAR" for one in found):
        raise ValueError("it begins with something else than a calendar")
    return found


def items_in(calendar: Component) -> Iterator[Component]:
    """The tasks and events."""
    return (component for component in calendar.subcomponents if component.name in _SORTS)


def uid_of(item: Component) -> str:
    return str(item.get("UID", ""))


def is_ours(item: Component) -> bool:
    return uid_of(item).startswith(OURS)


def decision_of(item: Component) -> str:
    return uid_of(item).removeprefix(OURS).rpartition("-")[0]


def case_of(item: Component) -> str:
    """The mark of its case; empty where it has none."""
    return str(item.get(CASE, ""))


def status_of(item: Component) -> str:
    return str(item.get("STATUS", "")).upper()


def sequence_of(item: Component) -> int:
    with suppress(ValueError, TypeError):
        return int(item.get("SEQUENCE", 0))
    return 0


def content(item: Component) -> str:
    """A hash of what the item says, however a program wrote it down."""
    alarms = sorted(_said(part, _OF_PROGRAMS) for part in item.subcomponents)
    return hashlib.sha256(json.dumps([_said(item), alarms]).encode()).hexdigest()[:32]


def is_untouched(item: Component) -> bool:
    """Whether it says what we wrote."""
    return str(item.get(SEAL, "")) == content(item)


def sealed(item: Component, sequence: int) -> Component:
    """The item as it is written: with its number and its seal."""
    own = item.copy()
    own.subcomponents = list(item.subcomponents)
    for name in ("SEQUENCE", SEAL):
        own.pop(name, None)
    own.add("sequence", sequence)
    own.add(SEAL, content(own))
    return own


def written(item: Component) -> bytes:
    """A calendar with this item alone."""
    calendar = blank()
    calendar.add_component(item)
    return bytes(calendar.to_ical())


# ── what is said ──


def _said(item: Component, left_out: tuple[str, ...] = ()) -> list[list[str]]:
    without = (*_BOOKKEEPING, *left_out)
    return sorted(
        [name, _value(value)]
        for name, value in item.property_items(recursive=False, sorted=True)
        if name not in (*without, "BEGIN", "END") and not name.startswith("X-")
    )


def _value(value: object) -> str:
    """What a property says: instants in UTC, and other values as they are written."""
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat() if moment.tzinfo else moment.isoformat()
    if isinstance(moment, date):
        return moment.isoformat()
    if moment is not None:  # a duration, and from where it runs
        params = getattr(value, "params", {})
        return f"{moment.total_seconds()} {params.get('RELATED', 'START')}"
    if isinstance(value, str):
        return str(value)
    as_written = getattr(value, "to_ical", None)
    raw: object = as_written() if as_written else value
    return raw.decode() if isinstance(raw, bytes) else str(raw)
