"""What a difference says, in every form: an example log by the bundled rules, and by examples/my-rules.yaml."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import punctilio
from punctilio.difference import Difference
from punctilio.difference.forms import RENDERERS
from tests.conftest import Snapshot

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "difference.schema.json").read_text(encoding="utf-8"))
AS_OF = datetime.fromisoformat("2026-03-20T09:00:00-04:00")


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@cache
def difference() -> Difference:
    return punctilio.compare(
        "after-interview", "examples/my-rules.yaml", "examples/applications.jsonl", as_of=AS_OF, samples=1
    )


@pytest.mark.parametrize("form", sorted(RENDERERS))
def test_a_difference_reads_as_promised(form: str, snapshot: Snapshot) -> None:
    suffix = {"text": "txt", "markdown": "md"}.get(form, form)

    snapshot(HERE / f"my-rules.{suffix}", RENDERERS[form](difference()))


def test_the_json_and_the_examples_of_its_schema_hold_to_the_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    errors = [*Draft202012Validator(SCHEMA).iter_errors(json.loads(RENDERERS["json"](difference())))]
    for part in SCHEMA["$defs"].values():
        own = {**part, "$defs": SCHEMA["$defs"]}
        errors += [e for example in part.get("examples", ()) for e in Draft202012Validator(own).iter_errors(example)]

    assert errors == []


def test_a_limit_that_allows_one_more_shows_the_cases_that_it_changes(tmp_path: Path) -> None:
    pack = ROOT / "rules" / "after-interview" / "rules.yaml"
    copy, text = tmp_path / "copy.yaml", pack.read_text(encoding="utf-8")
    assert "at_most: $max_inquiries" in text
    copy.write_text(text.replace("at_most: $max_inquiries", "at_most: 3"), encoding="utf-8")

    found = punctilio.compare("after-interview", copy, "examples/applications.jsonl", as_of=AS_OF)

    [change] = found.changes
    [rule] = found.rules
    assert (change.path, change.old, change.new, change.has_effect) == (
        ("rules", "at-most-two-inquiries", "limit", "at_most"),
        "$max_inquiries (2)",
        "3",
        True,
    )
    assert change.old_at is not None
    assert change.new_at is not None
    assert change.old_at.line == change.new_at.line
    assert [(e.record, e.change, e.count) for e in rule.effects] == [
        ("finding", "lost", 1),
        ("allowance", "changed", 4),
    ]
    assert [sample.case for sample in rule.effects[0].samples] == ["ember-media"]
