"""The published JSON Schemas of the files that people write, as a second opinion on what the loaders accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from punctilio import resources
from punctilio.location import Location
from punctilio.problems import Problem
from punctilio.yaml_source import Document, ListNode, MapNode, Node, plain


class Published(NamedTuple):
    """A schema by its file, and what the files are called that it describes."""

    file: str
    describes: str


RULES: Final = Published("rules.schema.json", "rule files")
CASES: Final = Published("case.schema.json", "case files")
EVALUATIONS: Final = Published("evaluation.schema.json", "evaluations")
MAPS: Final = Published("map.schema.json", "maps")


def schema_of(published: Published) -> dict[str, Any]:
    """The JSON Schema itself."""
    schema: dict[str, Any] = json.loads((resources.bundled("schemas") / published.file).read_text(encoding="utf-8"))
    return schema


def schema_problems(document: Document, published: Published) -> tuple[Problem, ...]:
    """What the schema does not allow, each at its place. No reference leaves the schema."""
    from jsonschema import Draft202012Validator  # 150 ms: only a person's own files pay for it
    from referencing import Registry

    root = document.root
    if root is None:
        return ()
    registry: Registry[Any] = Registry()
    validator: Any = Draft202012Validator(schema_of(published), registry=registry)
    return tuple(_problem(error, root, published) for error in validator.iter_errors(plain(root)))


def _problem(error: Any, root: Node, published: Published) -> Problem:
    message = f"The schema of {published.describes} does not allow this: {str(error.message)[:200]}."
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
