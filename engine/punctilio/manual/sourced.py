"""A tree as JSON: each value with the place that it comes from."""

from __future__ import annotations

import json
from typing import Any

from punctilio.manual.effective import Effective, place
from punctilio.rulebook.parameters import Parameter
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode


def sourced(shown: Effective) -> str:
    """One object. In ``effective`` each value is ``{"value": …, "source": "file:line"}``, with the ``parameter`` that
    it was put in for; mappings and lists are as in a rule file."""
    book = shown.loaded.rulebook
    whole = {
        "rulebook": {"name": book.name, "hash": book.hash},
        "files": [file.name for file in shown.loaded.files],
        "parameters": {one.name: _parameter(one) for one in shown.parameters},
        "off": {name: place(at) for name, at in sorted(shown.off.items())},
        "effective": _told(shown.root),
    }
    return json.dumps(whole, indent=2, ensure_ascii=True) + "\n"


def _parameter(parameter: Parameter) -> dict[str, Any]:
    value = parameter.value
    return {
        "value": value.value if value else None,
        "source": place(value.location) if value else None,
        "is_default": parameter.is_default,
        "type": parameter.type,
        "about": parameter.about,
        "declared_in": parameter.file,
    }


def _told(node: Node) -> Any:
    match node:
        case ScalarNode():
            put_in = {"parameter": node.parameter} if node.parameter else {}
            return {"value": node.value, "source": place(node.location), **put_in}
        case ListNode():
            return [_told(item) for item in node.items]
        case MapNode():
            return {entry.key: _told(entry.value) for entry in node.entries}
