"""Which rules of a file may look at what it names: a parameter, a definition, a party, a list of phrases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from punctilio.mutation.operators import FOR_PEOPLE
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

NAMED: Final = ("parameters", "define", "parties", "phrases")
"""The sections whose entries have names."""


def users(root: Node) -> Mapping[str, frozenset[int]]:
    """The places, in the list of rules, of those that may look at each name, by way of others too. A name that stands
    in any value is taken for a use: no rule is left out that looks at one, and some are in that do not."""
    said = {name: _texts(value) for name, value in _entries(root)}
    rules = [_texts(rule) for rule in _rules(root)]
    return {name: _users(name, said, rules) for name in said}


def _users(name: str, said: Mapping[str, str], rules: list[str]) -> frozenset[int]:
    names, new = {name}, {name}
    while new:
        new = {other for other, text in said.items() if any(one in text for one in new)} - names
        names |= new
    return frozenset(place for place, text in enumerate(rules) if any(one in text for one in names))


def trimmed(root: Node, places: Collection[int], name: str | None) -> Node:
    """The file with the rules at these places alone, with all parties, which stand in a rulebook by themselves, with
    this name, and with what all these may look at."""
    assert isinstance(root, MapNode)
    said = {other: _texts(value) for other, value in _entries(root)}
    rules = tuple(rule for place, rule in enumerate(_rules(root)) if place in places)
    parties = root.get("parties")
    texts = [_texts(node) for node in (*rules, *([parties] if parties else []))] + ([name] if name else [])
    names = _looked_at(texts, said)
    return root._replace(entries=tuple(_trimmed(root.entries, names, rules)))


def _looked_at(texts: list[str], said: Mapping[str, str]) -> frozenset[str]:
    names, new = set[str](), set(texts)
    while new:
        found = {name for name in said if any(name in text for text in new)} - names
        names |= found
        new = {said[name] for name in found}
    return frozenset(names)


def _trimmed(entries: Iterable[Entry], names: Collection[str], rules: tuple[Node, ...]) -> Iterator[Entry]:
    for entry in entries:
        if isinstance(entry.value, ListNode) and entry.key == "rules":
            yield entry._replace(value=entry.value._replace(items=rules))
        elif isinstance(entry.value, MapNode) and entry.key in NAMED:
            kept = tuple(one for one in entry.value.entries if one.key in names)
            if kept:
                yield entry._replace(value=entry.value._replace(entries=kept))
        else:
            yield entry


def _entries(root: Node) -> Iterator[tuple[str, Node]]:
    for section in NAMED:
        node = root.get(section) if isinstance(root, MapNode) else None
        yield from ((entry.key, entry.value) for entry in node.entries) if isinstance(node, MapNode) else ()


def _rules(root: Node) -> tuple[Node, ...]:
    node = root.get("rules") if isinstance(root, MapNode) else None
    return node.items if isinstance(node, ListNode) else ()


def rule_ids(root: Node) -> tuple[str, ...]:
    """The ids of the rules, in their order. They were read without a mistake."""
    found = (rule.get("id") for rule in _rules(root) if isinstance(rule, MapNode))
    return tuple(node.text for node in found if isinstance(node, ScalarNode))


def _texts(node: Node) -> str:
    """Everything that a node says, but for what it says to people."""
    match node:
        case ScalarNode():
            return node.text
        case ListNode():
            return "\n".join(map(_texts, node.items))
        case MapNode():
            return "\n".join(f"{e.key}\n{_texts(e.value)}" for e in node.entries if e.key not in FOR_PEOPLE)
