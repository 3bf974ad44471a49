"""The JSON Schema and the loader speak of the same keys, and the schema explains them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest

from punctilio import resources
from punctilio.model.vocabulary import FIELD_TYPES
from punctilio.published import RULES, schema_of, schema_problems
from punctilio.rulebook import conditions, content, files, kinds, merge, parameters, parts, scope, vocabulary
from punctilio.yaml_source import parse_document, read_document

OWN = Path(__file__).parent / "test_rulebook_files"
SCHEMA = schema_of(RULES)
DEFS = SCHEMA["$defs"]
VOCABULARY = SCHEMA["properties"]["vocabulary"]
PARTS = VOCABULARY["properties"]["parts"]["properties"]

CLOSED = {
    "file": (SCHEMA, files.TOP_LEVEL),
    "rule": (DEFS["rule"], merge.RULE_KEYS),
    "expect": (DEFS["expect"], kinds.EXPECT_KEYS),
    "window": (DEFS["window"], kinds.WINDOW_KEYS),
    "while": (DEFS["while"], scope.WHILE_KEYS),
    "require": (DEFS["require"], kinds.REQUIRE_KEYS),
    "limit": (DEFS["limit"], kinds.LIMIT_KEYS),
    "check": (DEFS["check"], content.CHECK_KEYS),
    "close": (DEFS["close"], kinds.CLOSE_KEYS),
    "parameter": (DEFS["parameter"], parameters.KEYS),
    "vocabulary": (VOCABULARY, vocabulary.KEYS),
    "event type": (DEFS["vocabularyEvent"], vocabulary.EVENT_KEYS),
    "field": (DEFS["field"], vocabulary.FIELD_KEYS),
    "parts": (VOCABULARY["properties"]["parts"], parts.KEYS),
    "people": (PARTS["people"], parts.PEOPLE_KEYS),
    "takes_back": (PARTS["takes_back"], parts.TAKES_BACK_KEYS),
    "drafts": (PARTS["drafts"], parts.DRAFT_KEYS),
    "citable": (PARTS["citable"]["additionalProperties"], parts.CITABLE_KEYS),
    "facts": (PARTS["facts"]["additionalProperties"], parts.FACTS_KEYS),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_mapping_has_the_same_keys_in_both(name: str) -> None:
    schema, keys = CLOSED[name]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(keys)


def test_open_mappings_and_lists_of_words_are_the_same_too() -> None:
    assert set(DEFS["condition"]["properties"]) == set(conditions.OPERATORS)
    assert set(DEFS["action"]["properties"]) == set(kinds.ACTION_KEYS)
    assert tuple(DEFS["field"]["properties"]["type"]["enum"]) == FIELD_TYPES
    assert tuple(DEFS["parameter"]["properties"]["type"]["enum"]) == parameters.TYPES


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        for key, value in cast(dict[str, Any], schema).items():
            if key == "properties":
                yield from value.items()
            if key not in ("examples", "defaultSnippets"):
                yield from properties(value)
    elif isinstance(schema, list):
        for item in cast(Iterable[Any], schema):
            yield from properties(item)


def test_every_field_is_explained_and_shown() -> None:
    found = list(properties(SCHEMA))
    assert len(found) > 150
    for name, schema in found:
        assert schema["title"], name
        assert schema["description"].endswith("."), name
        assert schema["examples"], name


def test_the_schema_is_a_schema_without_alternatives_over_kinds() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "oneOf" not in str(SCHEMA)
    assert "anyOf" not in str(SCHEMA)


def bundled() -> list[Path]:
    rules = resources.bundled("rules")
    return [*rules.glob("*/rules.yaml"), *rules.glob("vocabularies/*.yaml"), *OWN.glob("*.yaml")]


@pytest.mark.parametrize("path", bundled(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_the_loader_accepts_the_schema_accepts(path: Path) -> None:
    assert schema_problems(read_document(path, path.name), RULES) == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("language: 1\nrules:\n- id: a\n  expect: {wen: a.b, until: c.d}\n", "x:4:11"),
        ("language: 1\nrules: 5\n", "x:2:8"),
        ("language: 1\nparameters:\n  a: {type: [x]}\n", "x:3:13"),
    ],
)
def test_what_the_schema_refuses_has_its_place(text: str, place: str) -> None:
    places = [str(problem.location) for problem in schema_problems(parse_document(text.encode(), "x"), RULES)]
    assert place in places
