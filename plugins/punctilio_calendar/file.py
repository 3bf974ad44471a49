"""One file with all items, to be imported or subscribed to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from icalendar import Calendar, Component

from punctilio.contracts import Outcome
from punctilio.errors import UsageError
from punctilio_calendar.atomic import replace
from punctilio_calendar.entries import PRODUCT, blank
from punctilio_calendar.items import calendars_in, is_ours, items_in, uid_of
from punctilio_calendar.merging import Effect


class File:
    """Items are changed in memory, and written at once by ``save``."""

    is_synced = False

    def __init__(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise UsageError(f"There is no folder {path.parent}. Make it, or name another.")
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is no file, and only a file can be brought up to date. Name another.")
        self._shown = str(path)
        self._path = path.resolve()
        self._calendar = _read(self._path, self._shown)
        self._items = {uid_of(item): item for item in items_in(self._calendar) if is_ours(item)}
        self._is_changed = False

    def items(self) -> Mapping[str, Component]:
        return dict(self._items)

    def put(self, item: Component) -> Effect:
        uid = uid_of(item)
        outcome = Outcome.REPLACED if uid in self._items else Outcome.CREATED
        self._items[uid] = item
        self._is_changed = True
        return Effect(outcome, self._shown)

    def take_out(self, item: Component) -> Effect:
        del self._items[uid_of(item)]
        self._is_changed = True
        return Effect(Outcome.CANCELLED, self._shown)

    def where(self, uid: str) -> str:
        return self._shown

    def save(self) -> None:
        """Write the file, if something changed: what is not ours as it is, then our items by UID."""
        if self._is_changed:
            others = [part for part in self._calendar.subcomponents if not is_ours(part)]
            self._calendar.subcomponents = [*others, *(self._items[uid] for uid in sorted(self._items))]
            replace(self._path, self._calendar.to_ical())


def _read(path: Path, shown: str) -> Calendar:
    """What stands in the file: an empty calendar where there is none.

    Raises UsageError for something else, and for a calendar of another program, which would be written anew.
    """
    data = path.read_bytes() if path.exists() else b""
    if not data.strip():
        return blank()
    try:
        [calendar] = calendars_in(data.decode())
    except ValueError:
        raise UsageError(f"{shown} is there, and is not one calendar. Name another file, or remove it.") from None
    if str(calendar.get("PRODID", "")) != PRODUCT and not any(map(is_ours, items_in(calendar))):
        raise UsageError(f"{shown} is a calendar of another program. Name another file.")
    return calendar
