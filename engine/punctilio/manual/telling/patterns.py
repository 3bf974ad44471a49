"""What events fit, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from punctilio.manual.telling.words import Words, code, joined, say
from punctilio.shape import written
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode

_JOINTS: Final = ("type", "all", "any", "not")
_COMPARED: Final = MappingProxyType(
    {"lt": "is less than ", "lte": "is at most ", "gt": "is more than ", "gte": "is at least "}
)
_COUNTED: Final = MappingProxyType({"lt": "fewer than ", "lte": "at most ", "gt": "more than ", "gte": "at least "})


def event_words(node: Node) -> Words:
    """Such as ``message.sent`` whose `purpose` is ``inquiry``."""
    match node:
        case ScalarNode():
            return (code(node.text),)
        case ListNode():
            return joined([event_words(item) for item in node.items])
        case MapNode():
            return _mapping(node)


def _mapping(node: MapNode) -> Words:
    written_type = node.get("type")
    subject = _type(written_type) if written_type is not None else ("an event",)
    fields = [condition_words(entry.key, entry.value) for entry in node.entries if entry.key not in _JOINTS]
    joints = [_joint(entry.key, entry.value) for entry in node.entries if entry.key in _JOINTS[1:]]
    if written_type is None and not fields and len(joints) == 1 and "not" not in {e.key for e in node.entries}:
        return joints[0]
    parts = [say("whose ", joined(fields, "and"))] if fields else []
    parts.extend(say("that is ", joint) for joint in joints)
    return say(subject, " ", joined(parts, "and")) if parts else subject


def _type(node: Node) -> Words:
    match node:
        case ScalarNode():
            return (code(node.text),)
        case ListNode():
            return joined([(code(written(item)),) for item in node.items])
        case MapNode():
            return say("an event whose ", condition_words("type", node))


def _joint(key: str, node: Node) -> Words:
    if key == "not":
        return say("not ", event_words(node))
    parts = [event_words(item) for item in node.items] if isinstance(node, ListNode) else [event_words(node)]
    return joined(parts, "and at once" if key == "all" else "or")


# ── conditions on one field ───────────────────────────────────────────────────────────────────────────────────────


def condition_words(field: str, node: Node) -> Words:
    """Such as `purpose` is ``inquiry`` or ``reply``."""
    match node:
        case ScalarNode():
            return say(code(field), " is ", code(node.text))
        case ListNode():
            return say(code(field), " is ", joined([(code(written(item)),) for item in node.items]))
        case MapNode():
            return joined([_operator(field, entry.key, entry.value) for entry in node.entries], "and whose")


def _operator(field: str, operator: str, node: Node) -> Words:
    if operator in OPERATORS:
        return say(code(field), " ", OPERATORS[operator](node))
    return say(code(field), " is somebody whose ", condition_words(operator, node))


def asked_words(operator: str, node: Node) -> Words:
    """What an operator asks, after must or should: have at most ``200`` words."""
    first, *others = OPERATORS[operator](node)
    verb, space, rest = first.partition(" ") if isinstance(first, str) else ("", "", "")
    return (f"{_INFINITIVES[verb]}{space}{rest}", *others)


_INFINITIVES: Final = MappingProxyType(
    {"is": "be", "has": "have", "says": "say", "matches": "match", "begins": "begin"}
)


def phrase_words(node: Node) -> Words:
    """A named list of phrases, or the phrases themselves."""
    if isinstance(node, ListNode):
        return say("the phrases ", joined([(code(written(item)),) for item in node.items]))
    return say("the phrases of ", code(written(node)))


def range_words(node: Node, noun: str) -> Words:
    """Such as at most ``200`` words."""
    if isinstance(node, MapNode):
        bounds = [e for e in node.entries if e.key in _COUNTED]
        return say(joined([say(_COUNTED[e.key], code(written(e.value))) for e in bounds], "and"), f" {noun}s")
    return say("exactly ", code(written(node)), f" {noun}" if written(node) == "1" else f" {noun}s")


def _values(node: Node) -> Words:
    items = node.items if isinstance(node, ListNode) else (node,)
    return joined([(code(written(item)),) for item in items])


def _not(node: Node) -> Words:
    if isinstance(node, MapNode):
        parts = [OPERATORS[e.key](e.value) for e in node.entries if e.key in OPERATORS]
        return say("is none that ", joined(parts, "and"))
    return say("is not ", _values(node))


def _exists(node: Node) -> Words:
    return ("is not written",) if isinstance(node, ScalarNode) and node.value is False else ("is written",)


def _compared(words: str) -> Callable[[Node], Words]:
    return lambda node: say(words, code(written(node)))


OPERATORS: Final[Mapping[str, Callable[[Node], Words]]] = MappingProxyType(
    {
        "in": lambda node: say("is ", _values(node)),
        "not": _not,
        **{key: _compared(words) for key, words in _COMPARED.items()},
        "matches": lambda node: say("matches ", code(written(node))),
        "mentions": lambda node: say("says one of ", phrase_words(node)),
        "exists": _exists,
        "words": lambda node: say("has ", range_words(node, "word")),
        "chars": lambda node: say("has ", range_words(node, "character")),
        "starts_with": lambda node: say("begins with ", code(written(node))),
    }
)
