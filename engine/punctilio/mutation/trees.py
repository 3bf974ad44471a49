"""Trees of YAML nodes, and the same with something else at one place. Places are ways: keys and indices, from the
root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from punctilio.yaml_source import Entry, ListNode, MapNode, Node

Way: TypeAlias = tuple[str | int, ...]


def ways(node: Node) -> Iterator[Way]:
    """The way to everything in a node."""
    for step, inner in _steps(node):
        yield (step,)
        yield from ((step, *way) for way in ways(inner))


def at(node: Node, way: Way) -> Node:
    """What stands at the end of the way. Raises KeyError where nothing does."""
    for step in way:
        node = dict(_steps(node))[step]
    return node


def without(node: Node, way: Way) -> Node:
    """The node without what stands at the end of the way, which is not empty."""
    return _changed(node, way, None)


def replaced_at(node: Node, way: Way, new: Node) -> Node:
    """The node with another one at the end of the way."""
    return _changed(node, way, new) if way else new


def _steps(node: Node) -> list[tuple[str | int, Node]]:
    match node:
        case MapNode():
            return [(entry.key, entry.value) for entry in node.entries]
        case ListNode():
            return list(enumerate(node.items))
        case _:
            return []


def _changed(node: Node, way: Way, new: Node | None) -> Node:
    step, rest = way[0], way[1:]
    if isinstance(node, MapNode):
        entries = (_entry(entry, rest, new) if entry.key == step else entry for entry in node.entries)
        return node._replace(entries=tuple(entry for entry in entries if entry is not None))
    if isinstance(node, ListNode):
        items = (_inner(item, rest, new) if place == step else item for place, item in enumerate(node.items))
        return node._replace(items=tuple(item for item in items if item is not None))
    raise KeyError(step)


def _entry(entry: Entry, rest: Way, new: Node | None) -> Entry | None:
    value = _inner(entry.value, rest, new)
    return None if value is None else entry._replace(value=value)


def _inner(node: Node, rest: Way, new: Node | None) -> Node | None:
    return _changed(node, rest, new) if rest else new
