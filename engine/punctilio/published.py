"""The published JSON Schemas of the files that people write, as a second opinion on what the loaders accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, Final, NamedTuple, cast

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
    root = document.root
    if root is None:
        return ()
    return tuple(_problem(error, root, published) for error in _validator(published).iter_errors(plain(root)))


@cache
def _validator(published: Published) -> Any:
    """Made once, for many small files."""
    from jsonschema import Draft202012Validator  # 150 ms: only a person's own files pay for it
    from referencing import Registry

    registry: Registry[Any] = Registry()
    return Draft202012Validator(tied(schema_of(published)), registry=registry)


def tied(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with each definition itself in the place of a reference to it, in a circle where it refers to itself.

    It means the same. To look a reference up costs four times what it costs to hold a value against the definition.
    """
    definitions: dict[str, dict[str, Any]] = {name: {} for name in schema.get("$defs", {})}

    def tie(node: Any) -> Any:
        if isinstance(node, list):
            return [tie(item) for item in cast("Iterable[Any]", node)]
        if not isinstance(node, dict):
            return node
        inner = {key: value if key in _LITERAL else tie(value) for key, value in cast("dict[str, Any]", node).items()}
        reference = inner.pop("$ref", None)
        if reference is None:
            return inner
        definition = definitions[str(reference).removeprefix("#/$defs/")]
        return definition if inner.keys() <= _WORDS else {**inner, "allOf": [*inner.get("allOf", ()), definition]}

    for name, definition in definitions.items():
        definition.update(tie(schema["$defs"][name]))
    return {key: value if key in _LITERAL else tie(value) for key, value in schema.items() if key != "$defs"}


_WORDS: Final = frozenset(
    {"title", "description", "markdownDescription", "examples", "default", "enumDescriptions", "errorMessage"}
    | {"patternErrorMessage", "defaultSnippets", "deprecated"}
)
"""What a schema says for people and editors alone."""
_LITERAL: Final = frozenset({"const", "enum", "examples", "default", "defaultSnippets"})
"""What holds values, and no schema."""


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
