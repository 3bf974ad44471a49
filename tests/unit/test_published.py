"""A schema whose references are tied means what it meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from punctilio.published import CASES, MAPS, RULES, Published, schema_of, tied
from punctilio.yaml_source import plain, read_document

ROOT = Path(__file__).parents[2]
FILES = [
    (published, path)
    for published, folder in ((RULES, "tests/messages/rules"), (RULES, "examples"), (MAPS, "tests/messages/maps"))
    for path in sorted((ROOT / folder).glob("*.yaml"))
]


def complaints(schema: dict[str, Any], document: object) -> list[tuple[str, list[str | int]]]:
    validator: Any = Draft202012Validator(schema)
    return sorted((str(error.message), [*error.absolute_path]) for error in validator.iter_errors(document))


@pytest.mark.parametrize(("published", "path"), FILES, ids=lambda part: getattr(part, "stem", ""))
def test_it_finds_the_same(published: Published, path: Path) -> None:
    document = read_document(path, path.name).root
    written = plain(document) if document else None

    assert complaints(tied(schema_of(published)), written) == complaints(schema_of(published), written)


@pytest.mark.parametrize("published", [RULES, MAPS, CASES])
def test_nothing_is_left_to_look_up(published: Published) -> None:
    seen = set[int]()

    def references(node: Any) -> bool:
        number = id(node)
        if number in seen or not isinstance(node, dict | list):
            return False
        seen.add(number)
        values: list[Any] = [*node.values()] if isinstance(node, dict) else [*node]
        return "$ref" in node or any(map(references, values))

    assert not references(tied(schema_of(published)))


def test_what_stands_beside_a_reference_still_holds() -> None:
    schema = {"$defs": {"word": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/word", "minLength": 2}}}

    assert [message for message, _ in complaints(tied(schema), {"a": 1})] == ["1 is not of type 'string'"]
    assert [message for message, _ in complaints(tied(schema), {"a": "x"})] == ["'x' is too short"]
