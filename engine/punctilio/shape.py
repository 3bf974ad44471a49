"""Reading nodes: is it a mapping, is it a number. What does not fit is reported, once, and read as None."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from punctilio.duration_text import parse_duration
from punctilio.location import Location
from punctilio.model.window import Duration
from punctilio.problems import Problem, closest
from punctilio.yaml_source import SPOILT, Entry, ListNode, MapNode, Node, ScalarNode


@dataclass(frozen=True, slots=True)
class Report:
    """Collects what is wrong."""

    problems: list[Problem] = field(default_factory=list[Problem])

    def add(self, code: str, message: str, at: Node | Location, suggestion: str | None = None) -> None:
        location = at if isinstance(at, Location) else at.location
        self.problems.append(Problem(code, message, location, suggestion))


def is_spoilt(node: Node) -> bool:
    """Whether a mistake in this value was reported where it was made."""
    return isinstance(node, ScalarNode) and node.parameter == SPOILT


def is_empty(node: Node) -> bool:
    """Whether nothing (or null) was written."""
    return isinstance(node, ScalarNode) and node.value is None and not is_spoilt(node)


def is_put_in(node: Node) -> bool:
    """Whether the value is that of a parameter, and so can be another one elsewhere."""
    return isinstance(node, ScalarNode) and node.parameter is not None


# ── mappings and lists ────────────────────────────────────────────────────────────────────────────────────────────


def keys_of(
    node: Node, known: Collection[str], report: Report, what: str, required: Collection[str] = ()
) -> dict[str, Node] | None:
    """The values by key. A misspelt key is reported, and read as what was meant, so that its value is checked too."""
    entries = entries_of(node, report, what)
    if entries is None:
        return None
    written = {entry.key for entry in entries}
    found = {entry.key: entry.value for entry in entries if entry.key in known}
    for entry in entries:
        if entry.key not in known:
            meant = closest(entry.key, set(known) - written) or closest(entry.key, known)
            listed = "" if meant else f" It can have {listing(known)}."
            report.add("UNKNOWN-KEY", f"{what} has no key `{entry.key}`.{listed}", entry.location, meant)
            found.setdefault(meant or entry.key, entry.value)
    for key in required:
        if key not in found:
            report.add("MISSING-KEY", f"{what} needs the key `{key}`.", node)
    return found


def entries_of(node: Node, report: Report, what: str) -> tuple[Entry, ...] | None:
    """The entries of a mapping."""
    if isinstance(node, MapNode):
        return node.entries
    wrong(node, report, what, "a mapping (`key: value`)")
    return None


def section(node: Node | None, report: Report, what: str) -> Iterator[Entry]:
    """The entries of a mapping that may be left empty."""
    if node is not None and not is_empty(node):
        yield from entries_of(node, report, what) or ()


def items_of(node: Node, report: Report, what: str) -> tuple[Node, ...] | None:
    """The items of a list."""
    if isinstance(node, ListNode):
        return node.items
    wrong(node, report, what, "a list (`[a, b]`)")
    return None


# ── scalars ───────────────────────────────────────────────────────────────────────────────────────────────────────


def text(node: Node, report: Report, what: str) -> str | None:
    """A text that says something."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value.strip():
        return node.value
    if isinstance(node, ScalarNode) and not isinstance(node.value, str) and node.value is not None:
        wrong(node, report, what, f'a text; put it in quotation marks ("{node.text}")')
        return None
    wrong(node, report, what, "a text")
    return None


def one_line(node: Node, report: Report, what: str) -> str | None:
    """A text on one line, every character of which can be seen."""
    found = text(node, report, what)
    if found is not None and not found.isprintable():
        report.add("BAD-NAME", f"{what} holds a character that cannot be seen. Write it in plain letters.", node)
        return None
    return found


def texts(node: Node, report: Report, what: str) -> tuple[str, ...] | None:
    """A list of texts; None where one of them is none."""
    items = items_of(node, report, what)
    if items is None:
        return None
    read = [text(item, report, f"An entry of {what}") for item in items]
    return None if None in read else tuple(t for t in read if t is not None)


def integer(node: Node, report: Report, what: str, minimum: int = 0) -> int | None:
    """A whole number that is not below ``minimum``."""
    if not isinstance(node, ScalarNode) or not isinstance(node.value, int) or isinstance(node.value, bool):
        wrong(node, report, what, "a whole number")
        return None
    if node.value < minimum:
        report.add("BAD-VALUE", f"{what} must be at least {minimum}; {node.value} is less.", node)
        return None
    return node.value


def boolean(node: Node, report: Report, what: str) -> bool | None:
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return node.value
    wrong(node, report, what, "`true` or `false`")
    return None


def choice(node: Node, report: Report, what: str, values: Collection[str]) -> str | None:
    """One of the values; a misspelt one is reported, and read as what was meant."""
    found = text(node, report, what)
    if found is None or found in values:
        return found
    meant = closest(found, values)
    listed = "" if meant else f" Write {listing(values)}."
    report.add("BAD-VALUE", f"{what} cannot be `{shortened(found)}`.{listed}", node, meant)
    return meant


def duration(node: Node, report: Report, what: str) -> Duration | None:
    """A length of time."""
    if isinstance(node, ScalarNode) and not isinstance(node.value, bool) and node.value is not None:
        try:
            return parse_duration(node.text) if not is_spoilt(node) else None
        except ValueError as error:
            report.add("BAD-DURATION", str(error), node)
            return None
    wrong(node, report, what, "a length of time such as `24 hours`")
    return None


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def wrong(node: Node, report: Report, what: str, wanted: str) -> None:
    """Reports a value of the wrong type."""
    if not is_spoilt(node):
        report.add("WRONG-TYPE", f"{what} must be {wanted}; this is {_said(node)}.", node)


def _said(node: Node) -> str:
    match node:
        case MapNode():
            return "a mapping"
        case ListNode():
            return "a list"
        case ScalarNode(value=None):
            return "empty"
        case ScalarNode(value=bool()):
            return f"`{node.text}`"
        case ScalarNode(value=int() | float()):
            return f"the number {node.text}"
        case ScalarNode():
            return f"the text `{shortened(node.text)}`" if node.text.strip() else "an empty text"


def listing(words: Collection[str], most: int = 20) -> str:
    """``a``, ``b`` or ``c``."""
    shown = [f"`{word}`" for word in list(words)[:most]]
    if len(words) > most:
        return ", ".join(shown) + ", …"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1] if shown else "nothing"


def shortened(words: str, most: int = 60) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def written(node: Node) -> str:
    """The node as it could be written in one line."""
    match node:
        case ScalarNode():
            return node.text
        case ListNode():
            return "[" + ", ".join(written(item) for item in node.items) + "]"
        case MapNode():
            return "{" + ", ".join(f"{e.key}: {written(e.value)}" for e in node.entries) + "}"
