"""What is written otherwise: two effective rulebooks, field by field, with the place of each field in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from punctilio.difference.values import Change
from punctilio.location import Location
from punctilio.rulebook.load import Loaded
from punctilio.rulebook.merge import OFF, RuleNode
from punctilio.rulebook.parameters import Parameter
from punctilio.shape import written
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

NOWHERE: Final = Location("")
_UTC: Final = ScalarNode("UTC", "UTC", NOWHERE)
_CALENDAR: Final = {
    "weekend": ListNode(tuple(ScalarNode(day, day, NOWHERE) for day in ("saturday", "sunday")), NOWHERE),
    "holidays": ListNode((), NOWHERE),
}
"""What holds where nothing is written."""
_ORDERED: Final = frozenset({"parties", "vocabulary"})
"""The sections in which the order of a list says something."""


def changes(old: Loaded, new: Loaded) -> tuple[Change, ...]:
    """Every field that is different, in the order of the sections; rules by id."""
    sides = (_sections(old), _sections(new))
    found = [
        change
        for section in sides[0]
        for change in _of_maps((section,), sides[0][section], sides[1][section], (None, None), (old, new))
    ]
    return tuple(found)


def _sections(loaded: Loaded) -> Mapping[str, MapNode]:
    """The effective rulebook as mappings, by section."""
    merged = loaded.merged
    return {
        "": _mapping({"zone": merged.zone or _UTC}),
        "calendar": _mapping({**_CALENDAR, **merged.calendar}),
        "parameters": MapNode(tuple(_parameter(one) for one in loaded.parameters.values()), NOWHERE),
        **{name: MapNode(tuple(merged.named[name].values()), NOWHERE) for name in ("define", "parties", "phrases")},
        "vocabulary": _vocabulary(loaded),
        "rules": MapNode(tuple(_rule(rule) for _, rule in sorted(merged.rules.items())), NOWHERE),
    }


def _mapping(nodes: Mapping[str, Node]) -> MapNode:
    return MapNode(tuple(Entry(key, node.location, node) for key, node in nodes.items()), NOWHERE)


def _parameter(parameter: Parameter) -> Entry:
    """A parameter as its value, where that was set."""
    value = parameter.value
    assert value is not None  # else the rulebook was not built
    return Entry(parameter.name, value.location, value)


def _rule(rule: RuleNode) -> Entry:
    inner = tuple(entry for entry in rule.node.entries if entry.key != "id")
    return Entry(rule.id, rule.location, MapNode(inner, rule.location))


def _vocabulary(loaded: Loaded) -> MapNode:
    """The sections of the vocabulary, the later over the earlier."""
    whole = MapNode((), NOWHERE)
    for _, layer in loaded.layers:
        if isinstance(layer, MapNode):
            whole = _over(whole, layer)
    return MapNode(tuple(e for e in whole.entries if e.key not in ("extends", "about", "name")), NOWHERE)


def _over(base: MapNode, layer: MapNode) -> MapNode:
    entries = {entry.key: entry for entry in base.entries}
    for entry in layer.entries:
        known = entries.get(entry.key)
        if known is not None and isinstance(known.value, MapNode) and isinstance(entry.value, MapNode):
            entry = entry._replace(value=_over(known.value, entry.value))
        entries[entry.key] = entry
    return MapNode(tuple(entries.values()), layer.location)


# ── node by node ──

_Places = tuple[Location | None, Location | None]
_Sides = tuple[Loaded, Loaded]


def _of_maps(path: tuple[str, ...], old: MapNode, new: MapNode, at: _Places, sides: _Sides) -> Iterator[Change]:
    olds, news = ({entry.key: entry for entry in side.entries} for side in (old, new))
    for key in dict.fromkeys((*olds, *news)):
        one, other = olds.get(key), news.get(key)
        inner = (*path, key) if path != ("",) else (key,)
        places = (
            one.location if one else at[0] or _switched_off(inner, sides[0]),
            other.location if other else at[1] or _switched_off(inner, sides[1]),
        )
        yield from _of_nodes(inner, one and one.value, other and other.value, places, sides)


def _of_nodes(
    path: tuple[str, ...], old: Node | None, new: Node | None, at: _Places, sides: _Sides
) -> Iterator[Change]:
    if isinstance(old, MapNode) and isinstance(new, MapNode):
        yield from _of_maps(path, old, new, at, sides)
    elif isinstance(old, ListNode) and isinstance(new, ListNode):
        yield from _of_lists(path, old, new, at, sides)
    elif old is None or new is None or not _says_the_same(old, new):
        yield _change(path, old, new, at, sides)


def _of_lists(path: tuple[str, ...], old: ListNode, new: ListNode, at: _Places, sides: _Sides) -> Iterator[Change]:
    olds, news = ([written(item) for item in side.items] for side in (old, new))
    if sorted(olds) == sorted(news):
        if olds != news and path[0] in _ORDERED:
            yield _change(path, old, new, at, sides)
        return
    for kind, a, b, c, d in SequenceMatcher(a=olds, b=news, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from _of_items(path, old.items[a:b], new.items[c:d], at, sides)


def _of_items(
    path: tuple[str, ...], olds: Sequence[Node], news: Sequence[Node], at: _Places, sides: _Sides
) -> Iterator[Change]:
    """Items in the place of others: what both sides have in that place is compared, the rest came or went."""
    for number in range(max(len(olds), len(news))):
        old, new = (side[number] if number < len(side) else None for side in (olds, news))
        places = (old.location if old else at[0], new.location if new else at[1])
        yield from _of_nodes(path, old, new, places, sides)


def _says_the_same(old: Node, new: Node) -> bool:
    if isinstance(old, ScalarNode) and isinstance(new, ScalarNode):
        return type(old.value) is type(new.value) and old.value == new.value
    return False


def _change(path: tuple[str, ...], old: Node | None, new: Node | None, at: _Places, sides: _Sides) -> Change:
    said = [None if node is None else _said(node, side) for node, side in zip((old, new), sides, strict=True)]
    old_at, new_at = (place if place != NOWHERE else None for place in at)
    return Change(path=path, old=said[0], new=said[1], old_at=old_at, new_at=new_at)


def _said(node: Node, side: Loaded) -> str:
    """The node in one line; for a parameter, what it stands for too."""
    words = written(node)
    known = side.parameters.get(words[1:]) if words.startswith("$") else None
    return f"{words} ({known.value.text})" if known is not None and known.value is not None else words


def _switched_off(path: tuple[str, ...], side: Loaded) -> Location | None:
    """Where a rule was switched off."""
    if path[0] != "rules" or len(path) != 2:
        return None
    for file in reversed(side.files):
        overrides = file.sections.get("overrides")
        entry = overrides.entry(path[1]) if isinstance(overrides, MapNode) else None
        if entry is not None and isinstance(entry.value, ScalarNode) and entry.value.value == OFF:
            return entry.location
    return None
