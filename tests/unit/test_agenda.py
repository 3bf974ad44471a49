"""The plan of a case, as a calendar is handed it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import punctilio
from punctilio.contracts import Action
from punctilio.drafting.agenda import agenda
from punctilio.drafting.exporting import prepared
from punctilio.errors import UsageError
from punctilio.plugins.loading import installed
from punctilio.testing import Case, judged, rulebook

RULES = """\
language: 1
pack: own
rules:
  - id: inquire
    title: Ask where they are
    force: may
    expect:
      when: timeframe.given
      renew: restart
      until: {type: message.sent, purpose: inquiry}
      window: {from: decision_by, opens: 0 days, due: 5 days, expires: 20 days}
      cancel: decision.made
      do: {purpose: inquiry, channel: email, to: primary-contact}
  - id: prepare
    force: may
    expect: {when: timeframe.given, until: timeframe.asked, window: {due: 1 day}}
  - id: close-when-decided
    close: {when: decision.made, status: decided}
  - id: space
    force: must
    limit: {of: {type: message.sent, purpose: inquiry}, per: [case], gap: GAP}
parties:
  primary-contact: [{role: hr}]
"""
HANA = {"person": "hana", "name": "Hana Sato", "role": "hr"}
ACME = (
    Case("acme")
    .event("person.noted", "2026-03-01T09:00:00Z", **HANA)
    .event("timeframe.given", "2026-03-03T16:00:00Z", decision_by="2026-03-20", id="given")
)
ASKED = ACME.event("message.sent", "2026-03-02T09:00:00Z", person="hana", purpose="inquiry")


def planned(*cases: Case, as_of: str, gap: str = "1 day") -> dict[str, Action]:
    """The plan by rule, of which each case has one at most."""
    evaluation = judged(*cases, as_of=as_of, rules=rulebook(RULES.replace("GAP", gap)))
    return {action.rule: action for action in agenda(evaluation)}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_what_waits_is_there_with_its_instants_in_utc() -> None:
    inquire = planned(ACME, as_of="2026-03-05T09:00:00Z")["inquire"]

    assert (inquire.verdict, inquire.type, inquire.fields) == (
        "waiting", "message.sent", {"channel": "email", "purpose": "inquiry"},
    )  # fmt: skip
    assert inquire.opens_at == instant("2026-03-21T00:00:00Z")
    assert inquire.due_at == instant("2026-03-26T00:00:00Z")
    assert inquire.opens_at is not None
    assert inquire.opens_at.tzinfo is UTC


def test_what_is_due_is_addressed() -> None:
    inquire = planned(ACME, as_of="2026-03-22T09:00:00Z")["inquire"]

    assert inquire.verdict == "due"
    assert inquire.to is not None
    assert inquire.to.name == "Hana Sato"


def test_what_proposes_nothing_is_there_too_and_a_close_is_not() -> None:
    plan = planned(ACME, as_of="2026-03-05T09:00:00Z")

    assert plan.keys() == {"inquire", "prepare"}
    assert (plan["prepare"].type, plan["prepare"].title) == ("", "prepare")


def test_what_is_settled_is_there_to_be_taken_back() -> None:
    decided = ACME.event("decision.made", "2026-03-10T09:00:00Z", outcome="offer")

    assert planned(decided, as_of="2026-03-11T09:00:00Z")["inquire"].verdict == "cancelled"


def test_what_is_blocked_opens_when_it_is_allowed() -> None:
    inquire = planned(ASKED, as_of="2026-03-22T09:00:00Z", gap="21 days")["inquire"]

    assert (inquire.verdict, inquire.opens_at) == ("waiting", instant("2026-03-23T09:00:00Z"))
    assert inquire.due_at == instant("2026-03-26T00:00:00Z")
    assert inquire.reasons[-1] == "The rule space forbids it until then."


def test_what_is_allowed_after_it_was_due_is_due_no_more() -> None:
    inquire = planned(ASKED, as_of="2026-03-22T09:00:00Z", gap="30 days")["inquire"]

    assert (inquire.opens_at, inquire.due_at) == (instant("2026-04-01T09:00:00Z"), None)


def test_what_is_allowed_too_late_is_not_to_be_done() -> None:
    assert planned(ASKED, as_of="2026-03-22T09:00:00Z", gap="60 days")["inquire"].verdict == "excused"


def test_reasons_name_no_place_in_a_file() -> None:
    plan = planned(ACME, as_of="2026-03-05T09:00:00Z")

    assert plan["inquire"].reasons[0].startswith("Opens Sat 21 Mar 2026 00:00 UTC = decision_by")
    assert not any("log.jsonl" in reason for action in plan.values() for reason in action.reasons)


def test_cases_are_chosen_by_name() -> None:
    rules = rulebook(RULES.replace("GAP", "1 day"))
    evaluation = judged(ACME, Case("birch", ACME.events), as_of="2026-03-05T09:00:00Z", rules=rules)

    assert {action.case for action in agenda(evaluation, ["acme"])} == {"acme"}
    with pytest.raises(UsageError, match="Did you mean"):
        agenda(evaluation, ["acmee"])


def test_no_action_of_the_bundled_pack_is_handed_over_blocked() -> None:
    rules = punctilio.load_rules()
    log = punctilio.read_log("examples/applications.jsonl", rules=rules)
    evaluation = punctilio.evaluate(rules, log, as_of=instant("2026-03-20T13:00:00Z"))

    verdicts = {action.verdict for action in agenda(evaluation)}
    assert "blocked" not in verdicts
    assert {"waiting", "satisfied"} <= verdicts


def test_of_a_case_in_doubt_nothing_is_planned_and_nothing_known(tmp_path: Path) -> None:
    rules = rulebook(RULES.replace("GAP", "1 day"))
    for name in ("acme", "birch"):
        lines = [json.dumps({**event, "case": name}) for event in ACME.events]
        torn = ["nobody knows of which case"] if name == "acme" else []
        (tmp_path / f"{name}.jsonl").write_text("\n".join([*lines, *torn, ""]), "utf-8")
    log = punctilio.read_log(tmp_path / "acme.jsonl", tmp_path / "birch.jsonl", rules=rules, quarantine=True)
    evaluation = punctilio.evaluate(rules, log, as_of=instant("2026-03-22T09:00:00Z"))
    calendar = installed().channels["calendar"]

    export = prepared(evaluation, calendar, (), {}, ())

    assert {draft.action.case for draft in export.drafts} == {"birch"}
    assert export.judged.cases == {"birch"}
    assert export.judged.decisions == set(evaluation.decisions.filter(case="birch")["id"])
