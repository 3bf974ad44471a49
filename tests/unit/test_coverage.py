"""What case files cover, and what they do not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from punctilio.casefiles.judging import Rules
from punctilio.casefiles.trying import try_all
from punctilio.cli.main import run
from punctilio.coverage.report import as_text, coverage, percent
from punctilio.coverage.targets import Target, targets
from punctilio.rulebook.load import load_rules

RULES = """\
language: 1
zone: America/New_York
vocabulary: {extends: [interviews]}
define: {inquiry: {type: message.sent, purpose: inquiry}}
rules:
  - id: ask
    force: should
    expect:
      when: interview.held
      until: inquiry
      window: {opens: 2 days, due: 4 days, expires: 6 days}
      do: {purpose: inquiry}
  - id: not-often
    force: must
    limit: {of: inquiry, per: [case], at_most: 1}
  - id: polite
    force: may
    check: {of: inquiry, mentions: [please]}
  - id: over
    close: {when: decision.made, status: over, reopen: interview.held}
"""
HEAD = """\
title: What is covered
rules: rules.yaml
zone: America/New_York
log:
  - {at: 2026-03-03 11:00, type: interview.held, starts_at: 2026-03-03 10:00}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yaml").write_text(RULES, encoding="utf-8")


def missing(text: str) -> set[tuple[str, str | None]]:
    """What of `ask` is not covered by one case file."""
    return {(target.what, target.edge) for target in uncovered(HEAD + text) if target.rule == "ask"}


def uncovered(text: str) -> list[Target]:
    Path("a.case.yaml").write_text(text, encoding="utf-8")
    [found] = coverage(list(try_all(["a.case.yaml"], Rules())))
    return [target for target, _ in found.missing]


def test_there_is_to_cover_what_a_rule_can_come_to() -> None:
    by_rule: dict[str, set[str]] = {}
    for target in targets(load_rules("rules.yaml")):
        by_rule.setdefault(target.rule, set()).add(target.what if target.edge is None else target.edge)

    assert by_rule["ask"] == {
        "waiting", "due", "overdue", "blocked", "satisfied", "late", "early", "missed", "excused", "cancelled",
        "waived", "opens", "expires",
    }  # fmt: skip
    assert by_rule["not-often"] == {"finding", "no finding", "blocks a proposal"}
    assert by_rule["polite"] == {"advice", "no finding"}
    assert by_rule["over"] == {"takes effect", "is reopened"}


def test_a_point_covers_the_side_of_an_edge_that_it_is_at() -> None:
    at = "at:\n  - as_of: {}\n    decisions: [{}]\n"

    assert ("just before", "opens") not in missing(at.format("2026-03-05 10:59:59", "waiting"))
    assert ("just before", "opens") in missing(at.format("2026-03-05 10:59:58", "waiting"))
    assert ("at", "opens") not in missing(at.format("2026-03-05 11:00", "due"))
    assert {("at", "opens"), ("just before", "opens")} <= missing(at.format("2026-03-05 11:00:01", "due"))
    assert ("just after", "opens") not in missing(at.format("2026-03-05 11:00:01", "due"))


def test_a_range_covers_the_edges_that_it_reaches() -> None:
    left = missing("at:\n  - from: 2026-03-05 11:00\n    until: 2026-03-07 11:00\n    decisions: [due]\n")

    assert not {("at", "opens"), ("just after", "opens"), ("just before", "due"), ("at", "due")} & left
    assert {("just before", "opens"), ("just after", "due")} <= left


def test_a_decision_whose_verdict_is_not_said_covers_nothing() -> None:
    assert ("due", None) in missing("at:\n  - as_of: 2026-03-06 11:00\n    decisions: [{rule: ask}]\n")


def test_a_draft_that_is_forbidden_is_a_proposal_that_was_blocked() -> None:
    sent = "  - {at: 2026-03-03 12:00, type: message.sent, person: ana, purpose: inquiry}\n"
    draft = "  - {at: 2026-03-03 13:00, type: message.drafted, person: ana, purpose: inquiry, text: Please!}\n"
    said = "at:\n  - {{as_of: 2026-03-03 14:00, decisions: [early]{}}}\n"
    blocked = Target("not-often", "blocks a proposal")

    assert blocked in uncovered(HEAD + sent + draft + said.format(""))
    assert blocked in uncovered(HEAD + sent + said.format(", notes: []"))
    assert blocked not in uncovered(
        HEAD + sent + draft + said.format(", notes: [vacuous, {note: draft, rule: not-often}]")
    )


def test_what_fails_covers_nothing() -> None:
    assert ("due", None) in missing("at:\n  - as_of: 2026-03-06 11:00\n    decisions: [due, due]\n")


def test_the_share_is_never_rounded_up() -> None:
    assert (percent(999, 1000), percent(1000, 1000), percent(1, 3)) == (99, 100, 33)


def test_the_case_that_is_missing_covers_it_once_it_is_added(capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + "at:\n  - as_of: 2026-03-06 11:00\n    decisions: [due]\n"
    Path("a.case.yaml").write_text(text, encoding="utf-8")
    before = coverage(list(try_all(["a.case.yaml"], Rules())))
    told = as_text(before)

    entries = re.findall(r"(?:just before|at|just after) \w+: .*Add to a\.case\.yaml: (- \{.*\})", told)
    assert len(entries) == 9
    Path("a.case.yaml").write_text(text + "".join(f"  {entry}\n" for entry in entries), encoding="utf-8")
    [after] = coverage(list(try_all(["a.case.yaml"], Rules())))

    assert not [target for target, _ in after.missing if target.edge]


def test_too_little_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.case.yaml").write_text(HEAD + "at:\n  - as_of: 2026-03-06 11:00\n    decisions: [due]\n", encoding="utf-8")

    assert run(["test", "a.case.yaml", "--coverage", "--fail-under", "2"]) == 0
    assert "Coverage of rules: " in capsys.readouterr().out
    assert run(["test", "a.case.yaml", "--fail-under", "90", "--format", "json"]) == 1
    said = capsys.readouterr()
    [found] = json.loads(said.out)["coverage"]
    assert re.search(rf"^{found['percent']} % is covered, which is less than 90 %\.$", said.err, re.MULTILINE)
    assert sum(rule["of"] for rule in found["rules"]) == found["of"]


def test_a_target_is_known_by_what_it_says() -> None:
    assert Target("ask", "due") != Target("ask", "due", "due")
