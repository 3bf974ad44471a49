"""REDUNDANT-PHRASE: a phrase in which another one of its list stands as whole words, so that this one finds both."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from punctilio.linting.values import Book, Slip, slip
from punctilio.patterns import mentions
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode

CODE = "REDUNDANT-PHRASE"
_KEYS = frozenset({"mentions", "avoids"})


def redundant_phrases(book: Book) -> Iterator[Slip]:
    """Such phrases in the lists of the own files, with a name and without."""
    for file in book.own:
        section = file.sections.get("phrases")
        named = [entry.value for entry in section.entries] if isinstance(section, MapNode) else []
        others = [file.sections[key] for key in ("define", "rules", "overrides") if key in file.sections]
        for node in (*named, *(found for other in others for found in _in_place(other))):
            if isinstance(node, ListNode):
                yield from _redundant(node)


def _in_place(node: Node) -> Iterator[Node]:
    """The lists that stand in conditions."""
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _in_place(item)
    elif isinstance(node, MapNode):
        for entry in node.entries:
            yield from (entry.value,) if entry.key in _KEYS else _in_place(entry.value)


def _redundant(node: ListNode) -> Iterator[Slip]:
    items = [item for item in node.items if isinstance(item, ScalarNode) and isinstance(item.value, str)]
    phrases = [item.text for item in items]
    if len(phrases) < 2:
        return
    frame = pl.DataFrame({"phrase": phrases})
    found = frame.select(mentions(pl.col("phrase"), (phrase,)).alias(str(n)) for n, phrase in enumerate(phrases))
    for place, item in enumerate(items):
        finder = next((other for other in range(len(items)) if _is_found_by(place, other, found)), None)
        if finder is not None:
            message = f"Where `{item.text}` stands, `{phrases[finder]}` of this list is found too. Take the longer out."
            yield slip(CODE, message, item.location, item.text)


def _is_found_by(place: int, other: int, found: pl.DataFrame) -> bool:
    """Whether the other phrase is found in the one at the place; of two that are found in each other, the first."""
    return place != other and found[place, other] and (other < place or not found[other, place])
