"""What every report promises, on every story and language case that the project has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from punctilio.casefiles.judging import Rules, judged, loaded
from punctilio.reporters import render
from punctilio.selection import EVERYTHING
from tests.cases.reading import read_case

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests" / "cases").glob("[ls]*/*.yaml"))
SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "evaluation.schema.json").read_text(encoding="utf-8")))


@pytest.fixture(params=CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def reports(request: pytest.FixtureRequest) -> tuple[str, Any]:
    """A case file as of its last instant, as text and as JSON."""
    case = read_case(request.param)
    evaluation = judged(*loaded(case, Rules()), case.promises[-1].first).evaluation
    text, machine = (render(form, evaluation, EVERYTHING) for form in ("text", "json"))
    return text, json.loads(machine)


def test_the_reports_keep_their_promises(reports: tuple[str, Any]) -> None:
    text, told = reports

    SCHEMA.validate(told)
    assert text.splitlines()[0].endswith(f" ({told['as_of']})")
    for decision in told["decisions"]:
        assert decision["why"][0] == f"It arose from {words(decision['trigger'])}."
        assert decision["do"] is None or decision["verdict"] in {"due", "open", "overdue"}
        assert (decision["blocked_by"] is not None) == (decision["verdict"] == "blocked")
        if decision["verdict"] == "blocked":
            assert re.search(r" until \w{3} |; it never opens by itself", decision["summary"])
        if decision["due_at"]:
            assert [why for why in decision["why"] if why.startswith(f"Due {decision['due_local']} = ")]
    for finding in told["findings"]:
        assert finding["events"]
        assert finding["message"].endswith(".")
        assert f": {finding['message']}" in text
    for status in told["statuses"]:
        assert f"{status['next']}" in text
        is_open = status["status"] == "open"
        assert status["next"].startswith("Closed as ") != is_open


def words(event: dict[str, Any]) -> str:
    named = f"{event['id']}, {event['place']}" if event["id"] else event["place"]
    return f"{event['type']} {event['local']} ({named})"
