"""Times in case files: on the clock of the file's zone (``2026-03-03 11:00``), or with an offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from punctilio.casefiles import codes
from punctilio.logs.instants import InstantError, parse_instant
from punctilio.problems import closest
from punctilio.shape import Report, is_spoilt, shortened, text
from punctilio.value import Value
from punctilio.yaml_source import Node, ScalarNode
from punctilio.zones import zone_info

_WALL: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1)
_HELP: Final = "Write a time such as `2026-03-03 11:00`, or with an offset, `2026-03-03T11:00:00-05:00`."


class Clock(Value):
    """The clocks of a case file: their ``zone``."""

    zone: str

    def instant(self, node: Node, report: Report, what: str) -> datetime | None:
        """The instant that is written, in UTC without a zone."""
        if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value.strip():
            try:
                return _on_wall(node.value, self.zone) if _WALL.fullmatch(node.value) else _with_offset(node.value)
            except ValueError as slip:
                report.add(codes.BAD_TIME, f"{what}: {slip}", node)
                return None
        if not is_spoilt(node):
            report.add(codes.BAD_TIME, f"{what} must be a time. {_HELP}", node)
        return None

    def shown(self, instant: datetime) -> str:
        """An instant as it could be written in the file."""
        there = instant.replace(tzinfo=UTC).astimezone(zone_info(self.zone))
        wall = there.replace(tzinfo=None)
        try:
            is_plain = _on_wall(wall.isoformat(" "), self.zone) == instant
        except ValueError:  # the clocks show it twice
            is_plain = False
        spec = "microseconds" if wall.microsecond else "seconds" if wall.second or not is_plain else "minutes"
        return wall.isoformat(" ", spec) if is_plain else there.isoformat(timespec=spec)


def is_wall(written: str) -> bool:
    """Whether a text is a time without an offset."""
    return _WALL.fullmatch(written) is not None


def clock_of(node: Node | None, report: Report) -> Clock:
    """The clock of the zone that a file names; UTC where it names none."""
    name = text(node, report, "`zone`") if node is not None else None
    if name is None or node is None:
        return Clock("UTC")
    try:
        zone_info(name)
    except (KeyError, ValueError, OSError):
        from importlib import resources  # only for a slip of the pen

        known = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
        meant = closest(name, known)
        hint = "" if meant else " Write one such as `America/New_York`."
        report.add("UNKNOWN-ZONE", f"The time-zone data has no zone `{shortened(name)}`.{hint}", node, meant)
        return Clock("UTC")
    return Clock(name)


def _on_wall(written: str, zone: str) -> datetime:
    """Raises ValueError for a time that the clocks there do not show, or show twice."""
    try:
        wall = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"`{shortened(written)}` is no day and time of any calendar. Correct it.") from None
    info = zone_info(zone)
    try:
        first, second = (wall.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first.astimezone(info).replace(tzinfo=None) != wall:
            message = f"The clocks of {zone} never show `{written}`, because they are put forward then."
            raise ValueError(f"{message} Write another time.")
    except OverflowError:
        raise ValueError(f"`{written}` lies outside the years 1 to 9999. Correct it.") from None
    if first != second:
        offsets = " or ".join(f"`{wall.replace(tzinfo=info, fold=fold).isoformat()}`" for fold in (0, 1))
        raise ValueError(f"The clocks of {zone} show `{written}` twice. Say which one is meant: {offsets}.")
    return first.replace(tzinfo=None)


def _with_offset(written: str) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=parse_instant(written))
    except InstantError as slip:
        meant = f" Did you mean `{slip.suggestion}`?" if slip.suggestion else ""
        hint = _HELP if not re.match(r"\d{4}-", written) else ""
        raise ValueError(f"`{shortened(written)}` {hint and 'is no time. '}{hint or f'{slip}{meant}'}") from None
