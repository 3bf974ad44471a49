"""How a rule file can be changed at one place: another number, unit, bound, scope, role, force or pattern, or nothing
where something was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from punctilio.location import Location
from punctilio.model.rule import Force
from punctilio.mutation.trees import Way, at, replaced_at, ways, without
from punctilio.value import Value
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

SECTIONS: Final = ("parameters", "define", "parties", "phrases", "rules", "overrides", "calendar")
"""Where a rule file says what is judged."""
FOR_PEOPLE: Final = frozenset({"title", "about", "cite", "id", "template"})
_FORCES: Final = {Force.MUST: (Force.SHOULD,), Force.SHOULD: (Force.MAY, Force.MUST), Force.MAY: (Force.SHOULD,)}
_BOUNDS: Final = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
_WORDS: Final = {"restart": "stack", "stack": "restart"}
_EVENTS: Final = frozenset({"when", "until", "of", "after", "since", "cancel", "unless", "reopen", "before"})
"""Keys that name an event, or a definition."""
_LENGTH: Final = re.compile(
    r"(\d+)(\s*)(seconds?|minutes?|hours?|business days?|days?|weeks?|months?|years?)( to midnight)?"
)
_UNITS: Final = {
    "second": "minute",
    "minute": "hour",
    "hour": "day",
    "day": "business day",
    "business day": "day",
    "week": "day",
    "month": "week",
    "year": "month",
}
NOTHING: Final = "left out"


class Mutant(Value, kw_only=True):
    """A rule file with one change. ``place`` names where, such as ``rules.first-inquiry.expect.window.opens``;
    ``change`` says what, such as ``2 -> 3``; ``root`` is the file with it."""

    place: str
    change: str
    location: Location
    root: Node
    way: Way


def mutants(root: Node) -> Iterator[Mutant]:
    """Every change of the file, in the order of its lines."""
    for way in ways(root):
        if way[0] in SECTIONS and len(way) > 1 and _bears(way):
            yield from _changes(root, way)


def _bears(way: Way) -> bool:
    """Whether what stands there can bear on a verdict."""
    if way[0] == "parameters":  # what a parameter may be set to is another matter than what it is
        return len(way) == 2 or (way[2:] == ("default",))
    is_of_people = any(step in FOR_PEOPLE for step in way[2:]) if way[0] in ("rules", "overrides") else False
    return not is_of_people


def _changes(root: Node, way: Way) -> Iterator[Mutant]:
    node, key = at(root, way), way[-1]
    if isinstance(node, ScalarNode):
        if key in _EVENTS and (other := _other_definition(root, node)) is not None:
            yield _mutant(root, way, f"{node.text} -> {other}", replaced_at(root, way, _scalar(node, other, other)))
        for new in _other_values(node, way):
            yield _mutant(root, way, f"{node.text} -> {new.text}", replaced_at(root, way, new))
    if key in _BOUNDS:
        other = _BOUNDS[str(key)]
        yield _mutant(root, way, f"{key} -> {other}", _renamed(root, way, other))
    if key == "not":
        yield _mutant(root, way, "not -> all", _unwrapped(root, way, node))
    if key == "per" and isinstance(node, ListNode):
        yield from _other_keys(root, way, node)
    if _may_be_left_out(way, node):
        yield _mutant(root, way, NOTHING, without(root, way))


def _mutant(root: Node, way: Way, change: str, new: Node) -> Mutant:
    return Mutant(place=_place(root, way), change=change, location=at(root, way).location, root=new, way=way)


def _place(root: Node, way: Way) -> str:
    """The way in words: a rule by its id, other entries of lists by what they are."""
    words: list[str] = []
    node = root
    for step in way:
        inner = at(node, (step,))
        words.append(str(step) if isinstance(step, str) else _entry_name(inner, step))
        node = inner
    return ".".join(words)


def _entry_name(node: Node, number: int) -> str:
    if isinstance(node, ScalarNode):
        return f"[{node.text}]"
    name = node.get("id") if isinstance(node, MapNode) else None
    return name.text if isinstance(name, ScalarNode) else f"[{number + 1}]"


# ── values ──


def _other_values(node: ScalarNode, way: Way) -> Iterator[ScalarNode]:
    value, key = node.value, way[-1]
    if isinstance(value, bool):
        yield _scalar(node, not value, str(not value).lower())
    elif isinstance(value, int):
        yield from (_scalar(node, value + step, str(value + step)) for step in (1, -1) if value + step >= 0)
    elif isinstance(value, str) and value in _FORCES and key == "force":
        yield from (_scalar(node, str(force), str(force)) for force in _FORCES[Force(value)])
    elif isinstance(value, str) and key == "renew" and value in _WORDS:
        yield _scalar(node, _WORDS[value], _WORDS[value])
    elif isinstance(value, str) and (length := _LENGTH.fullmatch(value)) and way[0] != "phrases":
        yield from (_scalar(node, text, text) for text in _other_lengths(length))


def _scalar(node: ScalarNode, value: str | int | bool, text: str) -> ScalarNode:
    return ScalarNode(value, text, node.location)


def _other_lengths(length: re.Match[str]) -> Iterator[str]:
    """One more, one less, and as many of another unit."""
    number, unit, tail = int(length[1]), length[3].removesuffix("s"), length[4] or ""
    yield _length(number + 1, unit, tail)
    if number:
        yield _length(number - 1, unit, tail)
        if not (tail and unit == "hour"):
            yield _length(number, _UNITS[unit], tail)


def _length(number: int, unit: str, tail: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}{tail}"


def _other_definition(root: Node, node: ScalarNode) -> str | None:
    """The first definition of the file that is not the one named."""
    define = root.get("define") if isinstance(root, MapNode) else None
    names = [entry.key for entry in define.entries] if isinstance(define, MapNode) else []
    return next((name for name in names if name != node.text), None)


# ── structure ──


def _renamed(root: Node, way: Way, key: str) -> Node:
    """The mapping that holds the value under another key."""
    holder = at(root, way[:-1])
    assert isinstance(holder, MapNode)
    entries = tuple(entry._replace(key=key) if entry.key == way[-1] else entry for entry in holder.entries)
    return replaced_at(root, way[:-1], holder._replace(entries=entries))


def _unwrapped(root: Node, way: Way, node: Node) -> Node:
    """The opposite of a `not`: `{all: [pattern]}`, or the plain value."""
    holder = at(root, way[:-1])
    assert isinstance(holder, MapNode)
    if isinstance(node, MapNode):
        inner: Node = ListNode((node,), node.location)
        entries = (Entry("all", entry.location, inner) if entry.key == "not" else entry for entry in holder.entries)
        return replaced_at(root, way[:-1], holder._replace(entries=tuple(entries)))
    entries = (Entry("in", e.location, _listed(node)) if e.key == "not" else e for e in holder.entries)
    return replaced_at(root, way[:-1], holder._replace(entries=tuple(entries)))


def _listed(node: Node) -> ListNode:
    return node if isinstance(node, ListNode) else ListNode((node,), node.location)


def _other_keys(root: Node, way: Way, node: ListNode) -> Iterator[Mutant]:
    """A `per` with the person, where it has none."""
    if not any(isinstance(item, ScalarNode) and item.value == "person" for item in node.items):
        person = ScalarNode("person", "person", node.location)
        new = node._replace(items=(*node.items, person))
        yield _mutant(root, way, "also person", replaced_at(root, way, new))


def _may_be_left_out(way: Way, node: Node) -> bool:
    """Not what others refer to by name, nor `case` in `per`, which goes without saying."""
    if way[0] in ("parameters", "define", "phrases", "parties") and len(way) == 2:
        return False
    if way[0] == "parameters":
        return False
    return not (way[-2:-1] == ("per",) and isinstance(node, ScalarNode) and node.value == "case")
