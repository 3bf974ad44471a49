"""The schemas for editors allow all that is right, and hold the names of the rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry

import punctilio
from punctilio.errors import UsageError
from punctilio.yaml_source import plain, read_document

ROOT = Path(__file__).parents[2]
RULES = [
    *(ROOT / "rules").glob("*/rules.yaml"),
    *(ROOT / "examples").glob("*.yaml"),
    *(ROOT / "examples").glob("*/rules.yaml"),
]
CASES = [
    path for folder in ("after-interview", "stories") for path in (ROOT / "tests" / "cases" / folder).rglob("*.yaml")
]


def validator(name: str, *sources: Path | str) -> Any:
    return jsonschema.Draft202012Validator(json.loads(punctilio.schema(name, *sources)), registry=Registry())


def content(path: Path) -> Any:
    root = read_document(path, path.name).root
    assert root is not None
    return plain(root)


@pytest.mark.parametrize("name", ["rules", "event", "case", "evaluation"])
def test_each_is_a_schema_without_alternatives(name: str) -> None:
    text = punctilio.schema(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    if name == "rules":
        assert '"anyOf"' not in text
        assert '"oneOf"' not in text


@pytest.mark.parametrize("path", RULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_rule_file_that_is_right_is_right_by_its_own_schema(path: Path) -> None:
    assert [error.message for error in validator("rules", path).iter_errors(content(path))] == []


def test_the_case_files_of_the_pack_are_right_by_its_schema() -> None:
    judge = validator("case")
    wrong = {path.name: error.message for path in CASES for error in judge.iter_errors(content(path))}
    assert len(CASES) > 50
    assert wrong == {}


def test_the_report_of_a_run_is_right_by_the_schema_of_its_rules() -> None:
    rules = punctilio.load_rules()
    log = punctilio.read_log(ROOT / "examples" / "applications.jsonl", rules=rules)
    evaluation = punctilio.evaluate(rules, log, as_of=datetime(2026, 3, 20, tzinfo=UTC))
    report = json.loads(punctilio.report(evaluation, "json"))

    judge = validator("evaluation")

    assert [error.message for error in judge.iter_errors(report)] == []
    report["findings"] = [{**finding, "rule": "no-such-rule"} for finding in report["findings"]]
    assert [list(error.path)[:1] for error in judge.iter_errors(report)] == [["findings"]] * len(report["findings"])


def test_an_event_of_ones_own_vocabulary_has_its_own_fields() -> None:
    judge = validator("event", ROOT / "examples" / "fines" / "rules.yaml")
    fine = {"case": "a", "type": "fine.created", "at": "2026-03-03T10:00:00+01:00", "amount": 30}

    assert judge.is_valid(fine)
    assert not judge.is_valid(fine | {"amuont": 30})
    assert not judge.is_valid(fine | {"type": "interview.held"})


def test_a_schema_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no schema `rule`"):
        punctilio.schema("rule")
