"""What is explained of one case, as text and as JSON: the files beside this one."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

import punctilio
from punctilio.forecasting import Accounts
from punctilio.reporters.accounts_json import accounts_as_json
from punctilio.reporters.accounts_text import accounts_as_text
from tests.conftest import Snapshot

HERE: Final = Path(__file__).parent
AS_OF: Final = datetime(2026, 3, 10, 14, tzinfo=UTC)
CHANGING: Final = re.compile(r"(?<=rules\.yaml):\d+|(?<=\S) [0-9a-f]{12}(?=, as of)|(?<=\"hash\": \")[0-9a-f]{64}")
"""What changes with every edit of the pack: the lines of its rules, and its hash."""
RULES: Final = (
    "at-most-two-inquiries",
    "connect",
    "decided",
    "moved-on",
    "no-reproach",
    "one-inquiry-at-a-time",
    "second-inquiry",
    "thank-each-interviewer",
    "thank-you-before-inquiry",
    "time-frame-before-inquiry",
)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Accounts:
    monkeypatch.chdir(HERE)
    rulebook = punctilio.load_rules("after-interview")
    evaluation = punctilio.evaluate(rulebook, punctilio.read_log("sample.jsonl", rules=rulebook), as_of=AS_OF)
    return punctilio.explain(evaluation, "acme", rules=RULES)


def test_the_explanation_as_text(told: Accounts, snapshot: Snapshot) -> None:
    snapshot(HERE / "sample.txt", CHANGING.sub("", accounts_as_text(told)))


def test_the_explanation_as_json(told: Accounts, snapshot: Snapshot) -> None:
    snapshot(HERE / "sample.json", CHANGING.sub("", accounts_as_json(told)))


def test_colours_only_underline_the_words(told: Accounts) -> None:
    assert re.sub(r"\x1b\[[0-9;]*m", "", accounts_as_text(told, colour=True)) == accounts_as_text(told)


def test_every_word_of_the_schema_is_explained() -> None:
    schema = json.loads((HERE.parents[2] / "schemas" / "explanation.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    silent = [
        name
        for part in (schema, *schema["$defs"].values())
        for name, one in part["properties"].items()
        if not one.get("description")
    ]
    assert silent == []
