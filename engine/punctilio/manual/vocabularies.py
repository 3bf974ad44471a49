"""The vocabulary of one's own as one section: what is bundled is named, all else is written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from punctilio.location import Location
from punctilio.rulebook.load import Loaded
from punctilio.rulebook.vocabulary import DEFAULT
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

_BY_NAME = ("citable", "facts")
"""Parts that are named one by one; the others are replaced whole."""

Over = Callable[[Entry, Entry], Entry]


def vocabulary_entry(loaded: Loaded) -> Iterator[Entry]:
    """The section, where it says more than that the vocabulary is the one that is meant anyway."""
    bundled = [file for file, _ in loaded.layers if file.is_bundled]
    own = [node for file, node in loaded.layers if not file.is_bundled and isinstance(node, MapNode)]
    if not own and [file.path.stem for file in bundled] == [DEFAULT]:
        return
    end = Location(loaded.files[-1].name)
    name = loaded.rulebook.vocabulary.name
    parts = [_last(own, "name") or Entry("name", end, ScalarNode(name, name, end))]
    if bundled:
        names = (ScalarNode(file.path.stem, file.path.stem, Location(file.name)) for file in bundled)
        parts.append(Entry("extends", end, ListNode(tuple(names), end)))
    if (about := _last(own, "about")) is not None:
        parts.append(about)
    parts.extend(_merged(own, "events", _over_event))
    parts.extend(_merged(own, "parts", _over_part))
    yield Entry("vocabulary", end, MapNode(tuple(parts), end))


def _last(layers: Iterable[MapNode], key: str) -> Entry | None:
    found = [entry for layer in layers if (entry := layer.entry(key)) is not None]
    return found[-1] if found else None


def _merged(layers: Iterable[MapNode], key: str, over: Over) -> Iterator[Entry]:
    """One section of all layers, the later over the earlier."""
    found = [node for layer in layers if isinstance(node := layer.get(key), MapNode)]
    if found:
        yield Entry(key, found[0].location, _over(found, over))


def _over(nodes: Iterable[MapNode], over: Over) -> MapNode:
    entries: dict[str, Entry] = {}
    location = Location("")
    for node in nodes:
        location = node.location
        for entry in node.entries:
            known = entries.get(entry.key)
            entries[entry.key] = over(known, entry) if known is not None else entry
    return MapNode(tuple(entries.values()), location)


def _replaced(_: Entry, later: Entry) -> Entry:
    return later


def _over_event(known: Entry, later: Entry) -> Entry:
    """Of an event type what is said again is replaced, and fields are added."""
    return _over_mapping(known, later, lambda one, other: _over_mapping(one, other, _over_field))


def _over_field(known: Entry, later: Entry) -> Entry:
    """A field is replaced whole, unless it only adds to what it can be."""
    more = later.value.get("also") if isinstance(later.value, MapNode) else None
    if not isinstance(more, ListNode) or not isinstance(known.value, MapNode) or not isinstance(later.value, MapNode):
        return later
    added = [entry for entry in known.value.entries if entry.key in ("values", "also")]
    before = (item for entry in added if isinstance(entry.value, ListNode) for item in entry.value.items)
    whole = {entry.key: entry for entry in (*known.value.entries, *later.value.entries) if entry.key != "also"}
    key = "values" if "values" in whole else "also"
    whole[key] = Entry(key, more.location, more._replace(items=(*before, *more.items)))
    return later._replace(value=later.value._replace(entries=tuple(whole.values())))


def _over_part(known: Entry, later: Entry) -> Entry:
    return _over_mapping(known, later, _replaced) if later.key in _BY_NAME else later


def _over_mapping(known: Entry, later: Entry, over: Over) -> Entry:
    nodes: list[Node] = [known.value, later.value]
    maps = [node for node in nodes if isinstance(node, MapNode)]
    if not maps:
        return later
    return later._replace(value=_over(maps, over)) if isinstance(later.value, MapNode) or not maps[1:] else later
