"""Parameters: declared with a type, set by files that extend, and put in wherever ``$name`` stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from punctilio.duration_text import parse_duration
from punctilio.location import Location
from punctilio.problems import closest
from punctilio.rulebook.files import RuleFile
from punctilio.shape import (
    Report,
    choice,
    is_empty,
    items_of,
    keys_of,
    listing,
    section,
    shortened,
    text,
    wrong,
)
from punctilio.value import Value, replaced
from punctilio.yaml_source import SPOILT, Entry, ListNode, MapNode, Node, Plain, ScalarNode, scalar_value

TYPES = ("duration", "integer", "number", "boolean", "string")
KEYS = ("type", "default", "about", "minimum", "maximum", "values")
_USE = re.compile(r"\$([A-Za-z_][\w-]*)", re.ASCII)


class Parameter(Value):
    """A declared parameter and what it is set to; ``value`` is None where a mistake in it was reported."""

    name: str
    type: str
    about: str
    file: str
    value: ScalarNode | None = None
    is_default: bool = True
    values: tuple[Plain, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


# ── declaring and setting ─────────────────────────────────────────────────────────────────────────────────────────


def parameters_of(files: tuple[RuleFile, ...], overrides: Mapping[str, str], report: Report) -> dict[str, Parameter]:
    """The parameters of the files, in order; ``overrides`` are set last, from outside."""
    found: dict[str, Parameter] = {}
    for file in files:
        inherited = {other.name for other in file.inherited()}
        visible = {name for name, one in found.items() if one.file in inherited}
        for entry in section(file.sections.get("parameters"), report, "`parameters`"):
            if isinstance(entry.value, MapNode):
                _declare(entry, file, found, report)
            else:
                _set(entry, file, found, visible, report)
    for name, value in sorted(overrides.items()):
        _set_from_outside(name, value, found, report)
    return found


def _declare(entry: Entry, file: RuleFile, found: dict[str, Parameter], report: Report) -> None:
    name = entry.key
    if not _USE.fullmatch(f"${name}"):
        message = f"`{shortened(name)}` cannot be referred to. Use letters, digits, `_` and `-` only."
        report.add("BAD-NAME", message, entry.location)
    elif name in found:
        message = f"`{name}` is declared in {found[name].file} already. Write `{name}: value` to set it."
        report.add("DUPLICATE-PARAMETER", message, entry.location)
    else:
        found[name] = _declared(entry, file, report)


def _declared(entry: Entry, file: RuleFile, report: Report) -> Parameter:
    what = f"The parameter `{entry.key}`"
    keys = keys_of(entry.value, KEYS, report, what, ("type", "default")) or {}
    kind = choice(keys["type"], report, f"The type of `{entry.key}`", TYPES) if "type" in keys else None
    about = text(keys["about"], report, f"The `about` of `{entry.key}`") if "about" in keys else None
    bare = Parameter(name=entry.key, type=kind or "", about=about or "", file=file.name)
    low = _limit(keys["minimum"], bare, report) if "minimum" in keys else None
    high = _limit(keys["maximum"], bare, report) if "maximum" in keys else None
    allowed = _values(keys["values"], bare, report) if "values" in keys else ()
    bounded = replaced(bare, values=allowed, minimum=low, maximum=high)
    return replaced(bounded, value=_checked(keys["default"], bounded, report) if "default" in keys else None)


def _values(node: Node, parameter: Parameter, report: Report) -> tuple[Plain, ...]:
    """All that the parameter can be."""
    items = items_of(node, report, "`values`")
    if items is not None and not items:
        report.add("BAD-VALUE", "`values` is empty, so the parameter could be nothing. Write at least one.", node)
    found = [_checked(item, parameter, report) for item in items or ()]
    return tuple(item.value for item in found if item is not None)


def _limit(node: Node, parameter: Parameter, report: Report) -> float | None:
    if parameter.type not in ("integer", "number"):
        report.add("BAD-VALUE", "Only an integer or a number has a `minimum` or `maximum`.", node)
    elif isinstance(node, ScalarNode) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    else:
        wrong(node, report, "A bound", "a number")
    return None


def _set(entry: Entry, file: RuleFile, found: dict[str, Parameter], visible: set[str], report: Report) -> None:
    known = found.get(entry.key)
    if known is not None and known.name in visible:
        found[known.name] = replaced(known, value=_checked(entry.value, known, report), is_default=False)
    elif is_empty(entry.value):
        report.add("WRONG-TYPE", f"The parameter `{entry.key}` is empty. Write its value.", entry.location)
    else:
        message = f"Nothing that this file extends declares a parameter `{entry.key}`."
        meant = closest(entry.key, visible)
        hint = "" if meant else " A new one is declared with `{type: …, default: …, about: …}`."
        report.add("UNKNOWN-PARAMETER", message + hint, entry.location, meant)
        if meant:
            _checked(entry.value, found[meant], report)


def _set_from_outside(name: str, value: str, found: dict[str, Parameter], report: Report) -> None:
    at = Location(f"parameter {name}")
    known = found.get(name)
    if known is None:
        report.add("UNKNOWN-PARAMETER", f"The rules have no parameter `{name}`.", at, closest(name, found))
        return
    try:
        read = value if known.type in ("string", "duration") else scalar_value(value)
    except ValueError:
        read = value
    node = ScalarNode(read, value, at)
    found[name] = replaced(known, value=_checked(node, known, report), is_default=False)


def _checked(node: Node, parameter: Parameter, report: Report) -> ScalarNode | None:
    """The value, if it is one that the parameter can have."""
    what = f"The parameter `{parameter.name}`"
    if not parameter.type:
        return None
    if not isinstance(node, ScalarNode) or not _is_of(node, parameter.type):
        wrong(node, report, what, _WANTED[parameter.type])
        return None
    if parameter.type == "duration":
        try:
            parse_duration(node.text)
        except ValueError as error:
            report.add("BAD-DURATION", str(error), node)
            return None
    if parameter.values and node.value not in parameter.values:
        known = [str(v) for v in parameter.values]
        meant = closest(node.text, known)
        report.add("BAD-VALUE", f"{what} must be {listing(known)}; it is `{shortened(node.text)}`.", node, meant)
        return None
    return node if _is_within(node, parameter, report, what) else None


_WANTED = {
    "duration": "a length of time such as `24 hours`",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "string": "a text",
}


def _is_of(node: ScalarNode, kind: str) -> bool:
    match node.value:
        case bool():
            return kind == "boolean"
        case int():
            return kind in ("integer", "number", "duration")  # a bare number gets the advice of a duration
        case float():
            return kind == "number"
        case str():
            return kind in ("string", "duration")
        case _:
            return False


def _is_within(node: ScalarNode, parameter: Parameter, report: Report, what: str) -> bool:
    number = node.value
    if not isinstance(number, int | float):
        return True
    if parameter.minimum is not None and number < parameter.minimum:
        report.add("BAD-VALUE", f"{what} must be at least {parameter.minimum}; it is {node.text}.", node)
        return False
    if parameter.maximum is not None and number > parameter.maximum:
        report.add("BAD-VALUE", f"{what} must be at most {parameter.maximum}; it is {node.text}.", node)
        return False
    return True


# ── putting in ────────────────────────────────────────────────────────────────────────────────────────────────────


def put_in(node: Node, parameters: Mapping[str, Parameter], report: Report) -> Node:
    """The node with the values of the parameters in the places of their names."""
    match node:
        case ScalarNode(value=str()):
            return _put_in(node, parameters, report)
        case ScalarNode():
            return node
        case ListNode():
            return ListNode(tuple(put_in(item, parameters, report) for item in node.items), node.location)
        case MapNode():
            entries = (e._replace(value=put_in(e.value, parameters, report)) for e in node.entries)
            return MapNode(tuple(entries), node.location)


def _put_in(node: ScalarNode, parameters: Mapping[str, Parameter], report: Report) -> ScalarNode:
    use = _USE.fullmatch(node.text)
    if not use:
        return node
    known = parameters.get(use[1])
    if known is None:
        hint = "" if parameters else " This file declares none and inherits none."
        message = f"There is no parameter `{use[1]}`.{hint}"
        report.add("UNKNOWN-PARAMETER", message, node, closest(use[1], parameters))
    if known is None or known.value is None:
        return node._replace(value=None, parameter=SPOILT)
    place = node.location if known.is_default else known.value.location  # what was set is told where it was set
    return ScalarNode(known.value.value, known.value.text, place, known.name)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Notes which parameters go into what is being built, a page for each thing within another."""

    pages: list[set[str]] = field(default_factory=list[set[str]])

    @contextmanager
    def page(self) -> Generator[set[str]]:
        """A new page; it holds what is noted until the block ends."""
        used: set[str] = set()
        self.pages.append(used)
        yield used
        self.pages.pop()

    def note(self, names: Collection[str]) -> None:
        if self.pages:
            self.pages[-1].update(names)


def used_in(node: Node) -> Iterator[str]:
    """The names of the parameters that were put into a node."""
    match node:
        case ScalarNode():
            if node.parameter:
                yield node.parameter
        case ListNode():
            for item in node.items:
                yield from used_in(item)
        case MapNode():
            for entry in node.entries:
                yield from used_in(entry.value)
