"""Expectations: which keys each sort of line has, and what each can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from punctilio.casefiles.clocks import Clock
from punctilio.casefiles.model import Line
from punctilio.location import Location
from punctilio.model.decision import Level, Next, Verdict
from punctilio.shape import Report, choice, integer, is_empty, items_of, keys_of, text, texts, wrong
from punctilio.yaml_source import MapNode, Node, ScalarNode, plain

Read: TypeAlias = Callable[[Node, Report, str, Clock], Any]

ENDED_BY: Final = ("cancel", "void", "close", "restart")


def _text(node: Node, report: Report, what: str, _: Clock) -> str | None:
    return text(node, report, what)


def _time(node: Node, report: Report, what: str, clock: Clock) -> Any:
    return clock.instant(node, report, what)


def _number(node: Node, report: Report, what: str, _: Clock) -> int | None:
    return integer(node, report, what)


def _texts(node: Node, report: Report, what: str, _: Clock) -> tuple[str, ...] | None:
    return texts(node, report, what)


def _event(node: Node, report: Report, what: str, _: Clock) -> str | int | None:
    if isinstance(node, ScalarNode) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return integer(node, report, what, 1)
    return text(node, report, what)


def _events(node: Node, report: Report, what: str, clock: Clock) -> tuple[str | int | None, ...]:
    items = items_of(node, report, what) or ()
    return tuple(_event(item, report, f"An event of {what}", clock) for item in items)


def _choice(values: tuple[str, ...]) -> Read:
    def read(node: Node, report: Report, what: str, _: Clock) -> str | None:
        return choice(node, report, what, values)

    return read


def _or_null(read: Read) -> Read:
    def either(node: Node, report: Report, what: str, clock: Clock) -> Any:
        return None if is_empty(node) else read(node, report, what, clock)

    return either


def _mapping(node: Node, report: Report, what: str, _: Clock) -> Any:
    if not isinstance(node, MapNode):
        wrong(node, report, what, "a mapping (`key: value`)")
    return plain(node)


_NAME: Final = _or_null(_text)
_AT: Final = _or_null(_time)
_EVENT: Final = _or_null(_event)
_COUNT: Final = _or_null(_number)

SECTIONS: Final[Mapping[str, tuple[str, str, Mapping[str, Read]]]] = {
    "decisions": (
        "A decision",
        "verdict",
        {
            "rule": _text, "case": _text, "person": _NAME, "verdict": _choice(tuple(Verdict)), "trigger": _EVENT,
            "trigger_at": _AT, "from_at": _AT, "opens_at": _AT, "due_at": _AT, "expires_at": _AT, "done": _EVENT,
            "done_at": _AT, "ended": _EVENT, "ended_at": _AT, "ended_by": _or_null(_choice(ENDED_BY)),
            "waiver": _EVENT, "blocked_by": _NAME, "blocked_until": _AT, "to": _NAME, "through": _NAME,
            "warned_by": _or_null(_texts), "near": _or_null(_events), "finding_at": _AT, "do": _or_null(_mapping),
        },
    ),
    "findings": (
        "A finding",
        "rule",
        {
            "rule": _text, "case": _text, "level": _choice((Level.ERROR, Level.WARNING)), "person": _NAME,
            "people": _or_null(_texts), "at": _time, "event": _EVENT, "events": _or_null(_events), "used": _COUNT,
            "allowed": _COUNT, "message": _text,
        },
    ),
    "statuses": (
        "A status",
        "status",
        {
            "status": _text, "since_at": _AT, "rule": _NAME, "event": _EVENT, "zone": _NAME, "waits_for": _NAME,
            "waits_until": _AT,
        },
    ),
    "allowances": (
        "An allowance",
        "rule",
        {
            "rule": _text, "case": _text, "person": _NAME, "key": _text, "used": _COUNT, "left": _COUNT,
            "next": _choice(tuple(Next)), "next_at": _AT,
        },
    ),
    "notes": (
        "A note",
        "note",
        {
            "note": _text, "case": _NAME, "rule": _NAME, "person": _NAME, "events": _or_null(_events),
            "message": _text,
        },
    ),
}  # fmt: skip
"""By section: what a line is called, the key that a bare word stands for, and what each key is read by."""


def lines_of(section: str, node: Node | None, report: Report, clock: Clock) -> tuple[Line, ...]:
    """The lines of a section."""
    if node is None or is_empty(node):
        return ()
    if section != "statuses":
        items = items_of(node, report, f"`{section}`") or ()
        return tuple(_line(section, item, report, clock) for item in items)
    if not isinstance(node, MapNode):
        wrong(node, report, "`statuses`", "a mapping of cases (`acme: open`)")
        return ()
    return tuple(_of_case(entry.key, _line(section, entry.value, report, clock)) for entry in node.entries)


def _of_case(case: str, line: Line) -> Line:
    return Line(values={"case": case, **line.values}, places=line.places, location=line.location)


def _line(section: str, node: Node, report: Report, clock: Clock) -> Line:
    what, shorthand, readers = SECTIONS[section]
    nodes: Mapping[str, Node] = {shorthand: node}
    if not isinstance(node, ScalarNode):
        nodes = keys_of(node, readers, report, what) or {}
    values = {k: readers[k](n, report, f"The `{k}` of {what[:1].lower()}{what[1:]}", clock) for k, n in nodes.items()}
    places: dict[str, Location] = {key: child.location for key, child in nodes.items()}
    return Line(values=values, places=places, location=node.location)
