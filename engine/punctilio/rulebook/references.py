"""What a rule or a definition refers to by name. Where a parameter stands, ``meant`` says which names it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from punctilio.rulebook.merge import KINDS
from punctilio.rulebook.parameters import Parameter
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode

_EVENTS: Final = frozenset({"when", "until", "since", "before", "cancel", "of", "after", "unless", "reopen"})
_PARTIES: Final = frozenset({"to", "through", "addressed_to"})
_PHRASES: Final = frozenset({"mentions", "avoids"})
_JOINTS: Final = frozenset({"all", "any", "not"})

Meant = Callable[[str], Iterable[str]]


class Reference(NamedTuple):
    """``section`` is define, parties, phrases or templates."""

    section: str
    name: str


def put_in_by(parameters: Mapping[str, Parameter]) -> Meant:
    """A name as it stands, and the value of a parameter for its name."""

    def meant(text: str) -> Iterable[str]:
        known = parameters.get(text[1:]) if text.startswith("$") else None
        return (known.value.text,) if known is not None and known.value is not None else (text,)

    return meant


def possible_by(parameters: Mapping[str, Parameter]) -> Meant:
    """The same, and whatever else the parameter can be."""
    by_value = put_in_by(parameters)

    def meant(text: str) -> Iterable[str]:
        known = parameters.get(text[1:]) if text.startswith("$") else None
        return (*by_value(text), *(str(value) for value in (known.values if known else ())))

    return meant


def of_rule(keys: Mapping[str, Node], meant: Meant) -> Iterator[Reference]:
    """What a rule refers to; ``keys`` are those of the rule as written."""
    for kind in KINDS:
        body = keys.get(kind)
        if isinstance(body, MapNode):
            yield from _of_kind(body, meant)


def of_event(node: Node, meant: Meant) -> Iterator[Reference]:
    """What stands in the place of an event refers to."""
    match node:
        case ScalarNode():
            yield from (Reference("define", name) for name in meant(node.text) if "." not in name)
        case ListNode():
            for item in node.items:
                yield from of_event(item, meant)
        case MapNode():
            for entry in node.entries:
                inner = of_event if entry.key in _JOINTS else _of_condition
                yield from inner(entry.value, meant)


def parameters_in(node: Node) -> Iterator[str]:
    """The names of the parameters that are put in somewhere."""
    match node:
        case ScalarNode():
            if isinstance(node.value, str) and node.text.startswith("$"):
                yield node.text[1:]
        case ListNode():
            for item in node.items:
                yield from parameters_in(item)
        case MapNode():
            for entry in node.entries:
                yield from parameters_in(entry.value)


def _of_kind(body: MapNode, meant: Meant) -> Iterator[Reference]:
    for entry in body.entries:
        if entry.key in _EVENTS or entry.key == "where":
            yield from of_event(entry.value, meant)
        elif entry.key == "while":
            if isinstance(entry.value, MapNode):
                yield from _of_kind(entry.value, meant)
        elif entry.key == "do":
            yield from _of_action(entry.value, meant)
        elif entry.key in _PARTIES:
            yield from _named("parties", entry.value, meant)
        else:
            yield from _of_condition(MapNode((entry,), entry.location), meant)


def _of_action(node: Node, meant: Meant) -> Iterator[Reference]:
    for entry in node.entries if isinstance(node, MapNode) else ():
        if entry.key in _PARTIES:
            yield from _named("parties", entry.value, meant)
        elif entry.key == "template":
            yield from _named("templates", entry.value, meant)


def _of_condition(node: Node, meant: Meant) -> Iterator[Reference]:
    """A condition on a field refers to phrase lists alone, however deep in it they stand."""
    for entry in node.entries if isinstance(node, MapNode) else ():
        if entry.key in _PHRASES:
            yield from _named("phrases", entry.value, meant)
        else:
            yield from _of_condition(entry.value, meant)


def _named(section: str, node: Node, meant: Meant) -> Iterator[Reference]:
    if isinstance(node, ScalarNode):
        yield from (Reference(section, name) for name in meant(node.text))
