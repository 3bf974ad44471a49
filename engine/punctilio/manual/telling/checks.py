"""What a check asks of an event, a sentence for each condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from punctilio.manual.telling.patterns import (
    OPERATORS,
    asked_words,
    condition_words,
    event_words,
    phrase_words,
    range_words,
)
from punctilio.manual.telling.words import Words, code, joined, say, sentence
from punctilio.shape import written
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

_BREACH: Final = MappingProxyType(
    {"must": "Each that is not so is an error.", "should": "Each that is not so is a warning."}
)
_MODAL: Final = MappingProxyType({"must": "must", "should": "should", "may": "may"})


def check(node: MapNode, force: str) -> Iterator[Words]:
    """The sentences of a check."""
    keys = {entry.key: entry.value for entry in node.entries}
    field = code(written(keys["field"])) if "field" in keys else "text"
    subject = say("the ", field, " of each ", event_words(keys["of"]))
    whole = say("each ", event_words(keys["of"]))
    modal = _MODAL.get(force, "may")
    for key, value in keys.items():
        if _is_off(value) and key in ("separate", "distinct"):
            continue
        if key in OPERATORS:
            yield sentence(subject, f" {modal} ", asked_words(key, value))
        elif key in _ON_TEXT:
            yield sentence(subject, f" {modal} ", _ON_TEXT[key](value))
        elif key in _ON_EVENT:
            yield sentence(whole, f" {modal} ", _ON_EVENT[key](value))
        elif key == "where" and isinstance(value, MapNode):
            yield from (_where(whole, modal, entry) for entry in value.entries)
    yield (_BREACH.get(force, "What is not so is worth a word of advice, and no finding."),)


def _where(whole: Words, modal: str, entry: Entry) -> Words:
    if entry.key == "not":
        return sentence(whole, f" {modal} not be ", event_words(entry.value))
    if entry.key in ("any", "all"):
        return sentence(whole, f" {modal} be ", event_words(MapNode((entry,), entry.location)))
    return sentence(whole, f" {modal} be one whose ", condition_words(entry.key, entry.value))


def _is_off(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is False


def _bullets(node: Node) -> Words:
    if not isinstance(node, MapNode) or not {"count", "each"} & {entry.key for entry in node.entries}:
        return say("have ", range_words(node, "bullet"))
    count, each = node.get("count"), node.get("each")
    number = range_words(count, "bullet") if count is not None else ("bullets",)
    asks = [OPERATORS[e.key](e.value) for e in each.entries] if isinstance(each, MapNode) else []
    return say("have ", number, say(", each of which ", joined(asks, "and")) if asks else ())


def _passes(node: Node) -> Words:
    items = node.items if isinstance(node, ListNode) else (node,)
    return say("pass the check ", joined([(code(written(item)),) for item in items], "and"))


_ON_TEXT: Final[Mapping[str, Callable[[Node], Words]]] = MappingProxyType(
    {
        "avoids": lambda node: say("say none of ", phrase_words(node)),
        "bullets": _bullets,
        "distinct": lambda _: ("say something else than those before, names and greetings aside",),
        "cites": lambda node: say("cite the ", code(written(node))),
        "passes": _passes,
        "recent": lambda node: say("be at most ", code(written(node)), " earlier"),
    }
)
_ON_EVENT: Final[Mapping[str, Callable[[Node], Words]]] = MappingProxyType(
    {
        "separate": lambda _: ("go to one person alone",),
        "addressed_to": lambda node: say("go to the ", code(written(node))),
    }
)
