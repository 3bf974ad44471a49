"""What commands write as JSON, held against the schema that is published for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from punctilio.cli.main import run

ROOT: Final = Path(__file__).parents[2]
RULES: Final = """\
language: 1
extends: [after-interview]
parameters: {max_inquiries: 1, grace: 1 business day}
overrides: {share-an-article: off, connect: {force: should}}
define: {source: {type: message.sent, subject: Source}}
rules:
  - {id: again, force: must, limit: {of: message.sent, per: [case], at_most: 3}}
  - {id: once-more, force: must, limit: {of: message.sent, per: [case], at_most: 3}}
"""
CASE: Final = """\
title: Thanks
rules: {extends: [../rules.yaml]}
only: [thank-each-interviewer, again]
log:
  - {at: 2026-03-03 11:00, type: interview.held, starts_at: 2026-03-03 10:00, people: [ana, ben]}
  - {at: 2026-03-03 12:00, type: message.sent, person: ana, purpose: thank-you}
at:
  - as_of: 2026-03-03 12:00
    decisions: [{person: ana, verdict: satisfied, waiver: null}, {person: ben, verdict: RULED}]
    allowances: [{rule: again, used: 1, next: now}]
  - {from: 2026-03-04 11:00:00.000001, until: 2026-03-05 00:00, decisions: [satisfied, overdue], todo: Later.}
"""
HELD: Final = {
    "case": "a\u001b",
    "type": "interview.held",
    "at": "2026-03-03T11:00:00-05:00",
    "starts_at": "2026-03-03T10:00:00-05:00",
    "people": ["ann"],
}
AS_OF: Final = ("--as-of", "2026-03-05T09:00:00-05:00")


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    Path("wrong.yaml").write_text(RULES.replace("max_inquiries", "max_inquiry"), encoding="utf-8")
    Path("log.jsonl").write_text(f"{json.dumps(HELD)}\n", encoding="utf-8")
    Path("bad.jsonl").write_text("no\n", encoding="utf-8")
    Path("cases").mkdir()
    Path("cases/kept.yaml").write_text(CASE.replace("RULED", "due"), encoding="utf-8")
    Path("cases/not-kept.yaml").write_text(CASE.replace("RULED", "late"), encoding="utf-8")
    Path("cases/unreadable.yaml").write_text(CASE.replace("RULED", "latte"), encoding="utf-8")


@pytest.mark.parametrize(
    ("schema", "command", "code"),
    [
        ("problems", ["validate", "rules.yaml", "wrong.yaml", "bad.jsonl", "missing.yaml"], 2),
        ("lint", ["lint", "rules.yaml", "--tests", "cases/kept.yaml", "--log", "log.jsonl"], 1),
        ("tests", ["test", "cases", "--coverage"], 2),
        ("tests", ["test", "missing"], 2),
        ("mutants", ["mutate", "rules.yaml", "--tests", "cases/kept.yaml", "--rule", "again"], 1),
        ("effective", ["show", "rules.yaml"], 0),
        ("difference", ["diff", "after-interview", "rules.yaml", "--log", "log.jsonl", *AS_OF], 0),
        ("explanation", ["explain", "a\u001b", "log.jsonl", "--rules", "rules.yaml", *AS_OF], 0),
        ("evaluation", ["evaluate", "log.jsonl", "--rules", "rules.yaml", *AS_OF], 1),
    ],
    ids=str,
)
def test_it_is_as_its_schema_says(
    schema: str, command: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    published = json.loads((ROOT / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)

    assert run([*command, "--format", "json"]) == code

    wrong = [*Draft202012Validator(published).iter_errors(json.loads(capsys.readouterr().out))]
    assert [(error.message, [*error.absolute_path]) for error in wrong] == []


@pytest.mark.parametrize("schema", ["problems", "lint", "tests", "mutants", "effective"])
def test_whatever_it_does_not_name_it_refuses(schema: str) -> None:
    published: Any = json.loads((ROOT / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    objects = [published, *(one for one in published["$defs"].values() if "if" not in one)]

    assert all(one["additionalProperties"] is False and {*one["required"]} <= {*one["properties"]} for one in objects)


@pytest.mark.parametrize("schema", ["row", "difference", "tests"])
def test_it_is_printed_as_it_is_published(schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", schema]) == 0

    published = json.loads((ROOT / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == published
