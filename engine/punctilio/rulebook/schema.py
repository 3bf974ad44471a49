"""The JSON Schema of rule files as a second opinion on what the loader accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from punctilio import resources
from punctilio.location import Location
from punctilio.problems import Problem
from punctilio.yaml_source import Document, ListNode, MapNode, Node, plain

RULES_SCHEMA = "rules.schema.json"


def rules_schema() -> dict[str, Any]:
    """The published schema."""
    schema: dict[str, Any] = json.loads((resources.bundled("schemas") / RULES_SCHEMA).read_text(encoding="utf-8"))
    return schema


def schema_problems(document: Document) -> tuple[Problem, ...]:
    """What the schema does not allow, each at its place. No reference leaves the schema."""
    from jsonschema import Draft202012Validator  # 150 ms: only a person's own files pay for it
    from referencing import Registry

    if document.root is None:
        return ()
    registry: Registry[Any] = Registry()
    validator: Any = Draft202012Validator(rules_schema(), registry=registry)
    return tuple(_problem(error, document.root) for error in validator.iter_errors(plain(document.root)))


def _problem(error: Any, root: Node) -> Problem:
    message = f"The schema of rule files does not allow this: {str(error.message)[:200]}."
    return Problem("SCHEMA", message, place_of(root, error.absolute_path))


def place_of(root: Node, path: Iterable[str | int]) -> Location:
    """Where the value under a path of keys and indices stands."""
    node = root
    for step in path:
        if isinstance(node, MapNode):
            node = node.get(str(step)) or node
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
    return node.location
