"""Accounts of case files hold, and of strangers' rules: against the evaluation, time, and what the engine judges."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from punctilio.casefiles.finding import case_files
from punctilio.casefiles.judging import Rules, log_of, rulebook_of
from punctilio.casefiles.read import read_case_file
from punctilio.evaluation import evaluate
from punctilio.forecasting import accounts
from punctilio.reporters.accounts_json import accounts_as_json
from punctilio.reporters.accounts_text import accounts_as_text
from punctilio.tables import columns as c
from tests.forecasting.holding import complaints

ROOT: Final = Path(__file__).parents[2]
SCHEMA: Final = Draft202012Validator(
    json.loads((ROOT / "schemas" / "explanation.schema.json").read_text(encoding="utf-8"))
)
STRANGERS: Final = sorted((ROOT / "tests" / "cases" / "strangers").glob("*.yaml"))
OTHERS: Final = sorted(set(case_files([ROOT / "tests" / "cases"])[0]) - set(STRANGERS))[::28]


@pytest.mark.parametrize("path", [*STRANGERS, *OTHERS], ids=lambda path: path.stem)
def test_accounts_hold(path: Path, tmp_path: Path) -> None:
    file, problems = read_case_file(path)
    assert file is not None, problems
    rulebook = rulebook_of(file, Rules())
    log = log_of(file, rulebook)
    instant = file.promises[len(file.promises) // 2].first.replace(tzinfo=UTC)

    evaluation = evaluate(rulebook, log, as_of=instant)
    told = [accounts(evaluation, case) for case in evaluation.statuses[c.CASE]]

    assert list(complaints(evaluation, told, log, tmp_path)) == []
    for of_case in told:
        SCHEMA.validate(json.loads(accounts_as_json(of_case)))
        text = accounts_as_text(of_case)
        assert all(f"\n{rule.id}: " in text for rule in rulebook.rules)
