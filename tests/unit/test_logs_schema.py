"""The published JSON Schema of events."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from punctilio.logs.event_schema import event_schema
from punctilio.rulebook.load import load_vocabulary
from tests.conftest import Snapshot
from tests.unit.log_world import AT, VOCABULARY

PUBLISHED = Path(__file__).parents[2] / "schemas" / "event.schema.json"


def test_the_published_schema_is_that_of_the_bundled_vocabulary(snapshot: Snapshot) -> None:
    schema = event_schema(load_vocabulary("interviews"))
    snapshot(PUBLISHED, json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


def test_the_published_schema_is_a_schema_whose_fields_are_all_described() -> None:
    schema = json.loads(PUBLISHED.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for kind, defined in schema["$defs"].items():
        for name, field in defined["properties"].items():
            assert field["description"], (kind, name)
            assert field["examples"], (kind, name)


def test_examples_are_examples() -> None:
    schema = event_schema(VOCABULARY)
    for kind in schema["$defs"].values():
        for field in kind["properties"].values():
            for example in field["examples"]:
                jsonschema.validate(example, field)


def test_a_type_with_any_name_can_be_chosen() -> None:
    validator = jsonschema.Draft202012Validator(event_schema(VOCABULARY))
    fine = {"case": "a", "type": "Send Fine", "at": AT}
    assert validator.is_valid(fine)
    assert not validator.is_valid(fine | {"person": "sam"})
