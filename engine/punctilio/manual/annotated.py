"""A tree as YAML, each value followed by the place that it comes from, as a comment."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

import yaml

from punctilio.inert import inert
from punctilio.manual.effective import Effective, place
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode, scalar_value

_WIDTH: Final = 100
_SHORT: Final = 72
_COLUMN: Final = 64
"""Where comments stand, unless what they are about is longer."""

Event = tuple[Any, str | None]
"""An event of the emitter, and the comment on the line where it ends."""


def annotated(shown: Effective) -> str:
    """The effective rules as a rule file. Whoever takes the comments out has one that judges the same."""
    head = f"# The rules in force, by {', '.join(file.name for file in shown.loaded.files)}."
    off = [f"# Switched off: {name} ({place(at)})." for name, at in sorted(shown.off.items())]
    return "\n".join([*map(inert, [head, *off]), _commented(list(_document(shown.root)))]) + "\n"


def _commented(events: list[Event]) -> str:
    out = StringIO()
    yaml.emit([event for event, _ in events], out, width=_WIDTH, allow_unicode=True)
    text = out.getvalue()
    lines = text.rstrip("\n").split("\n")
    comments: dict[int, str] = {}
    parsed: Any = yaml.parse(text, Loader=yaml.SafeLoader)
    for (_, comment), found in zip(events, parsed, strict=True):
        if comment is not None:
            comments.setdefault(_line_of(found), comment)
    column = min(_COLUMN, max((len(lines[number]) for number in comments), default=0)) + 2
    return "\n".join(
        f"{line.ljust(max(column, len(line) + 2))}# {comments[number]}" if number in comments else line
        for number, line in enumerate(lines)
    )


def _line_of(event: Any) -> int:
    """The line on which a comment can stand: of a text in block style the one that begins it, else the last."""
    is_block = getattr(event, "style", None) in ("|", ">")
    return int(event.start_mark.line if is_block else event.end_mark.line)


# ── from nodes to events ──────────────────────────────────────────────────────────────────────────────────────────


def _document(root: Node) -> Iterator[Event]:
    yield yaml.StreamStartEvent(), None
    yield yaml.DocumentStartEvent(explicit=False), None
    yield from _events(root)
    yield yaml.DocumentEndEvent(explicit=False), None
    yield yaml.StreamEndEvent(), None


def _events(node: Node, *, in_flow: bool = False) -> Iterator[Event]:
    comment = None if in_flow else _one_comment(node)
    is_flow = in_flow or comment is not None
    match node:
        case ScalarNode():
            yield _scalar(node, is_folded=not in_flow), comment
        case ListNode():
            yield yaml.SequenceStartEvent(None, None, True, flow_style=is_flow), None
            yield from (event for item in node.items for event in _events(item, in_flow=is_flow))
            yield yaml.SequenceEndEvent(), comment
        case MapNode():
            yield yaml.MappingStartEvent(None, None, True, flow_style=is_flow), None
            for entry in node.entries:
                yield _text(entry.key), None
                yield from _events(entry.value, in_flow=is_flow)
            yield yaml.MappingEndEvent(), comment


def _one_comment(node: Node) -> str | None:
    """What stands beside the node as a whole: where all of it comes from one place and fits on a line."""
    if isinstance(node, ScalarNode):
        return _source(node)
    sources = {_source(leaf) for leaf in _leaves(node)}
    if not sources:
        return inert(place(node.location))
    return sources.pop() if len(sources) == 1 and _length(node) <= _SHORT else None


def _source(node: ScalarNode) -> str:
    told = f" ({node.parameter}{_left(node)})" if node.parameter else ""
    return inert(f"{place(node.location)}{told}")


def _left(node: ScalarNode) -> str:
    """A parameter whose `$name` is left switches something off."""
    return " is nothing" if node.text == f"${node.parameter}" else ""


def _leaves(node: Node) -> Iterator[ScalarNode]:
    match node:
        case ScalarNode():
            yield node
        case ListNode():
            yield from (leaf for item in node.items for leaf in _leaves(item))
        case MapNode():
            yield from (leaf for entry in node.entries for leaf in _leaves(entry.value))


def _length(node: Node) -> int:
    match node:
        case ScalarNode():
            return len(node.text)
        case ListNode():
            return sum(_length(item) + 2 for item in node.items)
        case MapNode():
            return sum(len(entry.key) + _length(entry.value) + 4 for entry in node.entries)


def _scalar(node: ScalarNode, *, is_folded: bool) -> Any:
    if isinstance(node.value, str):
        return _text(node.value, is_folded=is_folded)
    return yaml.ScalarEvent(None, None, (True, False), node.text or "null", style=None)


def _text(text: str, *, is_folded: bool = False) -> Any:
    """A text, quoted where it would be read as something else: here, or by what reads YAML as it was before 1.2."""
    style = ">" if is_folded and len(text) > _WIDTH - 20 and text == " ".join(text.split()) else None
    return yaml.ScalarEvent(None, None, (_is_plain(text), True), text, style=style)


def _is_plain(text: str) -> bool:
    try:
        is_text_here = scalar_value(text) == text
    except ValueError:
        return False
    resolver: Any = yaml.resolver.Resolver()
    tag = resolver.resolve(yaml.ScalarNode, text, (True, False))
    return is_text_here and tag == "tag:yaml.org,2002:str"
