"""Whatever happens in a case: never two inquiries are proposed at once, and none after the two of a round."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from punctilio.casefiles.judging import Judged, judged
from punctilio.logs.read import read_log
from punctilio.model.decision import ACTIONABLE
from punctilio.rulebook.load import load_rules

START = datetime(2026, 2, 16, 9, tzinfo=UTC)
HAPPENINGS: dict[str, dict[str, Any]] = {
    "inquiry": {"type": "message.sent", "person": "hana", "purpose": "inquiry"},
    "question": {"type": "message.sent", "person": "ana", "channel": "linkedin", "text": "Have you made a decision?"},
    "word": {"type": "message.received", "person": "hana"},
    "courtesy": {"type": "message.received", "person": "hana", "about": "courtesy"},
    "interview": {"type": "interview.held", "people": ["ana"]},
    "invitation": {"type": "interview.scheduled"},
    "called-off": {"type": "interview.cancelled"},
    "date": {"type": "timeframe.given"},
    "decision": {"type": "decision.made"},
}
NOTHING: dict[str, Any] = {}
WEIGHTED = ["date"] * 4 + ["inquiry"] * 4 + ["word"] * 2 + ["interview"] * 2 + sorted(HAPPENINGS)

happenings = st.tuples(st.integers(0, 60), st.sampled_from(WEIGHTED), st.integers(0, 20))
applications = st.lists(st.lists(happenings, min_size=2, max_size=10), min_size=25, max_size=25)


@given(cases=applications, days=st.lists(st.integers(0, 75), min_size=3, max_size=3))
@settings(max_examples=12, derandomize=True)
def test_one_inquiry_at_a_time_and_two_a_round(
    tmp_path_factory: pytest.TempPathFactory, cases: list[list[tuple[int, str, int]]], days: list[int]
) -> None:
    rules = load_rules("after-interview")
    file = tmp_path_factory.mktemp("log") / "log.jsonl"
    lines = (json.dumps(logged(f"case-{number}", *each)) for number, case in enumerate(cases) for each in case)
    file.write_text("\n".join(lines), "utf-8")
    log = read_log([file], vocabulary=rules.vocabulary)
    for day in days:
        answer = judged(rules, log, (START + timedelta(days=day)).replace(tzinfo=None))
        proposed = Counter(row["case"] for row in answer.rows["decisions"] if proposes_an_inquiry(row))
        event(f"{sum(proposed.values()) > 0} that an inquiry is proposed")
        assert max(proposed.values(), default=0) <= 1
        assert not proposed.keys() & used_up(answer)


def logged(case: str, day: int, happening: str, length: int) -> dict[str, Any]:
    """An event on that day; a date that is given lies some days ahead."""
    at = START + timedelta(days=day)
    written = {"case": case, "at": at.isoformat(), **HAPPENINGS[happening]}
    if happening == "date":
        return written | {"decision_by": (at + timedelta(days=length)).date().isoformat()}
    return written | {"starts_at": (at - timedelta(hours=1)).isoformat()} if happening == "interview" else written


def proposes_an_inquiry(decision: Any) -> bool:
    return decision["verdict"] in ACTIONABLE and (decision["do"] or NOTHING).get("purpose") == "inquiry"


def used_up(answer: Judged) -> set[str]:
    """The cases that have no inquiry left in their round."""
    mine = (row for row in answer.rows["allowances"] if row["rule"] == "at-most-two-inquiries")
    return {row["case"] for row in mine if row["used"] >= 2}
