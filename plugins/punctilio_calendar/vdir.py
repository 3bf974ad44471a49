"""A folder with a file for each item, as khal, todoman and vdirsyncer read it (a vdir)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from icalendar import Component

from punctilio.contracts import Outcome
from punctilio_calendar.atomic import replace
from punctilio_calendar.entries import OURS
from punctilio_calendar.items import calendars_in, is_ours, items_in, uid_of, written
from punctilio_calendar.merging import Effect


class Vdir:
    """Each item is written by itself. A program may keep an item under another name, and it is found there."""

    is_synced = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, tuple[Path, bytes]] = {}

    def items(self) -> Mapping[str, Component]:
        found: dict[str, Component] = {}
        for file in sorted(self._folder.glob("*.ics")):
            data = _content(file) or b""
            for item in _ours(data):
                found[uid_of(item)] = item
                self._files[uid_of(item)] = (file, data)
        return found

    def put(self, item: Component) -> Effect:
        file, before = self._files.get(uid_of(item), (self._folder / f"{uid_of(item)}.ics", None))
        if _content(file) != before:
            return _overtaken(file)
        replace(file, written(item))
        return Effect(Outcome.CREATED if before is None else Outcome.REPLACED, str(file))

    def take_out(self, item: Component) -> Effect:
        file, before = self._files[uid_of(item)]
        if _content(file) != before:
            return _overtaken(file)
        file.unlink()
        return Effect(Outcome.CANCELLED, str(file))

    def where(self, uid: str) -> str:
        return str(self._files[uid][0]) if uid in self._files else ""


def _content(file: Path) -> bytes | None:
    """What stands there: nothing in a pipe, a device or a folder, None where there is none of all that."""
    if file.is_file():
        return file.read_bytes()
    return b"" if file.exists() else None


def _ours(data: bytes) -> list[Component]:
    """Our items of a file. One that cannot be read is none of ours."""
    if OURS.encode() not in data:
        return []
    try:
        return [item for calendar in calendars_in(data.decode()) for item in items_in(calendar) if is_ours(item)]
    except ValueError:
        return []


def _overtaken(file: Path) -> Effect:
    return Effect(Outcome.KEPT, str(file), "Something else stands there. Look at it, and export again.")
