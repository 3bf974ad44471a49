"""The keys of a map that say how instants and dates are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Final, cast

from punctilio.logs.mapping.clocks import Form, FormError, form
from punctilio.logs.mapping.model import Clock, Turn
from punctilio.logs.values import zones
from punctilio.model.vocabulary import FieldType
from punctilio.problems import closest
from punctilio.shape import Report, choice, shortened, text
from punctilio.yaml_source import Node

CLOCK_KEYS: Final = ("format", "zone", "fold", "time")
_TURNS: Final = ("first", "second")


def clock_of(keys: Mapping[str, Node], name: str, kind: FieldType, general: Clock, report: Report) -> Clock | None:
    """How the instants or dates of the field of this name and kind are written, where nothing else is said as in
    general."""
    written = _form(keys["format"], report) if "format" in keys else None
    if "format" in keys and written is None:
        return None
    zone = zone_of(keys.get("zone"), report) or general.zone
    fold = fold_of(keys.get("fold"), report) or general.fold
    at = _time(keys["time"], report) if "time" in keys else None
    if written is not None and not written.has_offset and zone is None and (written.has_time or kind == "instant"):
        message = f"`{name}` is written without an offset from UTC: name the `zone` of its times."
        report.add("NEEDS-KEY", message, keys["format"])
    if at is not None and zone is None:
        report.add("NEEDS-KEY", "`time` is a time of day, and no `zone` says where: name it.", keys["time"])
    if written is not None and written.has_time and at is not None:
        report.add("NEEDS-KEY", "`time` is for dates alone, and this `format` has a time: take one out.", keys["time"])
    if written is not None and not written.has_time and at is None and kind == "instant":
        message = f"`{name}` is an instant, and this `format` a date alone: add the `time` of day to take, as in 12:00."
        report.add("NEEDS-KEY", message, keys["format"])
    return Clock(written, zone, fold, at)


def _form(node: Node, report: Report) -> Form | None:
    written = text(node, report, "`format`")
    try:
        return form(written) if written is not None else None
    except FormError as error:
        report.add("BAD-VALUE", str(error), node)
        return None


def _time(node: Node, report: Report) -> time | None:
    written = text(node, report, "`time`")
    try:
        found = time.fromisoformat(written) if written is not None else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        if written is not None:
            report.add(
                "BAD-VALUE", f"`time` must be a time of day such as 12:00; this is `{shortened(written)}`.", node
            )
        return None
    return found


def fold_of(node: Node | None, report: Report) -> Turn | None:
    return None if node is None else cast("Turn | None", choice(node, report, "`fold`", _TURNS))


def zone_of(node: Node | None, report: Report) -> str | None:
    name = None if node is None else text(node, report, "`zone`")
    if node is None or name is None or name in zones():
        return name
    message = f"The time-zone data has no zone `{shortened(name)}`. A zone is written like America/New_York."
    report.add("UNKNOWN-ZONE", message, node, closest(name, zones()))
    return None
