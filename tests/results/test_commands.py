"""What commands report to other programs, and what stays the same wherever lines move to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from punctilio.cli.main import run
from tests.results.reading import github, junit, sarif

ROOT: Final = Path(__file__).parents[2]
RULES: Final = """\
language: 1
zone: America/New_York
rules:
  - id: thank-each-interviewer
    title: Thank each interviewer within a day
    force: must
    cite: S13
    expect:
      {when: interview.held, each: people, until: {type: message.sent, purpose: thank-you}, window: {due: 24 hours}}
  - id: be-brief
    title: Be brief
    force: should
    check: {of: message.sent, chars: {lte: 20}, words: {lte: 3}}
  - id: be-kind
    title: Be kind
    force: may
    check: {of: message.sent, mentions: [please]}
"""
HELD: Final = {
    "case": "acme",
    "type": "interview.held",
    "at": "2026-03-03T11:00:00-05:00",
    "starts_at": "2026-03-03T10:00:00-05:00",
    "people": ["ann", "bo"],
}
SENT: Final = {
    "case": "acme",
    "type": "message.sent",
    "at": "2026-03-03T12:00:00-05:00",
    "person": "ann",
    "purpose": "inquiry",
    "text": "What became of it, if I may ask so soon?",
}
OTHER: Final = {"case": "birch", "type": "case.opened", "at": "2026-01-03T11:00:00-05:00"}
AS_OF: Final = "2026-03-05T09:00:00-05:00"

Reported = Callable[..., str]


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Reported:
    """The report of a command that ends with this code, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def report(*arguments: str, code: int = 1) -> str:
        capsys.readouterr()
        assert run(arguments) == code
        return capsys.readouterr().out

    return report


def write(events: Sequence[object], rules: str = RULES) -> None:
    Path("rules.yaml").write_text(rules, encoding="utf-8")
    Path("log.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")


def evaluate(form: str, as_of: str = AS_OF) -> list[str]:
    return ["evaluate", "log.jsonl", "--rules", "rules.yaml", "--as-of", as_of, "--format", form]


def marks(text: str) -> list[str]:
    """The fingerprints of a SARIF file, each under both of its names."""
    found = [result["partialFingerprints"] for result in sarif(text)["results"]]
    assert all(set(names) == {"primaryLocationLineHash", "punctilio/v1"} for names in found)
    assert all(len(set(names.values())) == 1 for names in found)
    return [names["punctilio/v1"] for names in found]


# ── evaluate ──


def test_a_finding_says_who_and_why_and_where(reported: Reported) -> None:
    write([HELD])

    first, second = sarif(reported(*evaluate("sarif")))["results"]

    assert (first["ruleId"], first["level"]) == ("thank-each-interviewer", "error")
    assert first["message"]["text"] == (
        "acme, for ann: Thank each interviewer within a day is overdue. "
        "It arose from interview.held Tue 3 Mar 2026 11:00 EST (log.jsonl:1). "
        "Due Wed 4 Mar 2026 11:00 EST = end of interview.held Tue 3 Mar 2026 11:00 EST + 24 hours."
    )
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "log.jsonl", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 1},
    }
    [rule] = first["relatedLocations"]
    assert rule["physicalLocation"]["artifactLocation"]["uri"] == "rules.yaml"
    assert rule["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 5}
    assert second["message"]["text"].startswith("acme, for bo: ")


def test_levels_go_by_force(reported: Reported) -> None:
    write([SENT])

    commands = github(reported(*evaluate("github"), code=0))

    assert [(command.name, command.properties["title"]) for command in commands] == [
        ("warning", "be-brief"),
        ("warning", "be-brief"),
        ("notice", "be-kind"),
    ]
    assert commands[0].properties == {"file": "log.jsonl", "line": "1", "title": "be-brief"}


def test_junit_has_a_case_for_each_case_by_each_rule(reported: Reported) -> None:
    write([HELD, OTHER])

    root = junit(reported(*evaluate("junit")))

    found = {(case.get("classname"), case.get("name")): [part.tag for part in case] for case in root.iter("testcase")}
    assert found == {
        ("acme", "be-brief"): [],
        ("acme", "be-kind"): [],
        ("acme", "thank-each-interviewer"): ["failure"],
        ("birch", "be-brief"): [],
        ("birch", "be-kind"): [],
        ("birch", "thank-each-interviewer"): [],
    }
    assert root.get("name", "").startswith("rules evaluate: rules ")
    assert root.get("name", "").endswith(", as of 2026-03-05T14:00:00Z")


def test_by_what_was_known_is_said_first(reported: Reported) -> None:
    write([HELD])

    report = reported(*evaluate("github"), "--known-at", "2026-03-04T09:00:00-05:00")

    assert report.startswith("rules evaluate: rules ")
    assert ", as of 2026-03-05T14:00:00Z, known at 2026-03-04T14:00:00Z\n" in report


def test_what_is_shown_can_be_chosen(reported: Reported) -> None:
    write([HELD, OTHER, SENT])

    report = reported(*evaluate("sarif"), "--case", "acme", "--rule", "be-brief", code=0)
    suites = junit(reported(*evaluate("junit"), "--case", "birch", "--rule", "be-brief", code=0))

    assert {found["ruleId"] for found in sarif(report)["results"]} == {"be-brief"}
    assert [rule["id"] for rule in sarif(report)["tool"]["driver"]["rules"]] == ["be-brief"]
    assert [(case.get("classname"), case.get("name")) for case in suites.iter("testcase")] == [("birch", "be-brief")]


def test_a_finding_keeps_its_mark_wherever_its_lines_move_to(reported: Reported) -> None:
    write([HELD, SENT])
    before = marks(reported(*evaluate("sarif")))

    write([OTHER, SENT, HELD], RULES.replace("rules:\n", "# Nothing here.\n\nrules:\n"))
    moved = marks(reported(*evaluate("sarif")))

    assert len(set(before)) == len(before) == 5
    assert sorted(moved) == sorted(before)


def test_a_finding_keeps_its_mark_as_time_goes_by(reported: Reported) -> None:
    late = {**SENT, "at": "2026-03-06T12:00:00-05:00", "purpose": "thank-you", "text": "Thanks."}
    write([HELD, late])

    overdue = marks(reported(*evaluate("sarif")))
    done = marks(reported(*evaluate("sarif", "2026-03-09T09:00:00-05:00")))

    assert len(overdue) == 2
    assert set(overdue) <= set(done)


def test_findings_on_the_same_words_are_told_apart(reported: Reported) -> None:
    write([SENT, {**SENT, "id": "again"}])

    found = marks(reported(*evaluate("sarif"), code=0))

    assert len(found) == 6
    assert len(set(found)) == 6


def test_what_was_set_aside_is_a_failure(reported: Reported) -> None:
    write([HELD, {**OTHER, "at": "yesterday"}])
    aside = ("--quarantine", "aside.jsonl")

    run_ = sarif(reported(*evaluate("sarif"), *aside, code=3))
    suites = junit(reported(*evaluate("junit"), *aside, code=3))
    commands = github(reported(*evaluate("github"), *aside, code=3))

    assert run_["invocations"][0]["executionSuccessful"] is False
    assert run_["results"][-1]["ruleId"] == "LOG-BAD-INSTANT"
    assert run_["results"][-1]["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
    assert [case.get("classname") for case in suites.iter("testcase") if case.find("error") is not None] == [
        "The run as a whole",
        "birch",
    ]
    titles = [command.properties["title"] for command in commands]
    assert titles[0] == "incomplete"
    assert titles[3:] == ["birch: left-out", "LOG-BAD-INSTANT"]
    notifications = run_["invocations"][0]["toolExecutionNotifications"]
    assert notifications[1]["message"]["text"].startswith("birch: This case is left out")


def test_of_lines_beyond_number_the_first_are_told(reported: Reported) -> None:
    write([HELD])
    with Path("log.jsonl").open("a", encoding="utf-8") as log:
        log.write("{\n" * 5_001)
    aside = ("--quarantine", "aside.jsonl")

    run_ = sarif(reported(*evaluate("sarif"), *aside, code=3))
    [suite] = junit(reported(*evaluate("junit"), *aside, code=3)).findall("testsuite[@name='The log']")
    last = github(reported(*evaluate("github"), *aside, code=3))[-1]

    told = "Of 5,001 lines that were set aside, the first 5,000 are told here. The quarantine has all."
    lines = [result for result in run_["results"] if result["ruleId"].startswith("LOG-")]
    numbers = [line["locations"][0]["physicalLocation"]["region"]["startLine"] for line in lines]
    assert numbers == list(range(2, 5_002))
    assert run_["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"] == f"The log: {told}"
    assert [case.find("error") is not None for case in suite] == [False, True]
    assert last.message == told
    assert Path("aside.jsonl").read_text(encoding="utf-8").count("\n{\n") == 5_001


def test_a_report_goes_into_a_file_too(reported: Reported) -> None:
    write([HELD])

    shown = reported(*evaluate("sarif"))
    assert reported(*evaluate("sarif"), "-o", "report.sarif") == ""

    assert Path("report.sarif").read_text(encoding="utf-8") == shown


# ── validate ──


def test_each_mistake_is_a_result(reported: Reported) -> None:
    write([{**HELD, "peolpe": []}], RULES.replace("force: must", "force: mst"))
    files = ("validate", "rules.yaml", "log.jsonl", "--rules", "after-interview", "--format")

    found = sarif(reported(*files, "sarif", code=2))
    suites = junit(reported(*files, "junit", code=2))
    commands = github(reported(*files, "github", code=2))

    assert [result["ruleId"] for result in found["results"]] == ["LOG-UNKNOWN-FIELD", "BAD-VALUE"]
    assert found["results"][1]["locations"][0]["physicalLocation"]["region"] == {"startLine": 6, "startColumn": 12}
    assert found["results"][1]["message"]["text"] == "`force` cannot be `mst`. Did you mean `must`?"
    assert {rule["id"]: rule["help"]["text"] for rule in found["tool"]["driver"]["rules"]}["BAD-VALUE"] == (
        "A value that is not one of those that can stand here. It is explained in docs/errors/BAD-VALUE.md."
    )
    assert [(case.get("name"), len(case)) for case in suites.iter("testcase")] == [("log.jsonl", 1), ("rules.yaml", 1)]
    assert [command.properties["file"] for command in commands] == ["log.jsonl", "rules.yaml"]


def test_what_is_right_passes(reported: Reported) -> None:
    write([HELD])

    assert sarif(reported("validate", "rules.yaml", "--format", "sarif", code=0))["results"] == []
    assert [len(case) for case in junit(reported("validate", "rules.yaml", "--format", "junit", code=0))[0]] == [0]
    assert reported("validate", "rules.yaml", "--format", "github", code=0) == "rules validate: 1 file\n"


def test_a_mistake_keeps_its_mark_wherever_its_line_moves_to(reported: Reported) -> None:
    slips = RULES.replace("force: must", "force: mst").replace("force: should", "force: mst").replace("chars", "charz")
    command = ("validate", "rules.yaml", "--format", "sarif")
    write([], slips)
    before = marks(reported(*command, code=2))

    write([], f"# Two\n# lines.\n{slips}")
    moved = marks(reported(*command, code=2))

    assert len(set(before)) == len(before) == 3
    assert moved == before


def test_a_file_that_is_not_there_is_a_result(reported: Reported) -> None:
    [command] = github(reported("validate", "nowhere.yaml", "--format", "github", code=2))

    assert command.name == "error"
    assert command.properties["file"] == "nowhere.yaml"


# ── test and lint ──

CASE: Final = """\
title: Ann is thanked
rules: rules.yaml
only: [thank-each-interviewer]
log:
  - {at: 2026-03-03 11:00, type: interview.held, starts_at: 2026-03-03 10:00, people: [ann]}
at:
  - as_of: 2026-03-03 12:00
    decisions: [{person: ann, verdict: satisfied}]
  - as_of: 2026-03-03 13:00
    decisions: [{person: ann, verdict: due}]
  - as_of: 2026-03-03 14:00
    todo: Not yet thought through.
    decisions: [{person: ann, verdict: waived}]
"""


def test_each_promise_is_a_test_case(reported: Reported) -> None:
    write([])
    Path("case.yaml").write_text(CASE, encoding="utf-8")

    [suite] = junit(reported("test", "case.yaml", "--format", "junit"))
    before = sarif(reported("test", "case.yaml", "--format", "sarif"))
    commands = github(reported("test", "case.yaml", "--format", "github"))
    Path("case.yaml").write_text(f"# A line.\n{CASE}", encoding="utf-8")
    moved = sarif(reported("test", "case.yaml", "--format", "sarif"))

    assert [[part.tag for part in case] for case in suite] == [["failure"], [], ["skipped"]]
    assert {command.properties["file"] for command in commands} == {"case.yaml"}
    assert pages(before) == [True] * len(pages(before))
    assert [found["partialFingerprints"] for found in moved["results"]] == [
        found["partialFingerprints"] for found in before["results"]
    ]


def test_each_lint_is_a_result(reported: Reported) -> None:
    unused = RULES.replace("rules:\n", "parameters:\n  spare: {type: integer, default: 3}\nrules:\n")
    write([], unused)

    before = sarif(reported("lint", "rules.yaml", "--format", "sarif"))
    suites = junit(reported("lint", "rules.yaml", "--format", "junit"))
    commands = github(reported("lint", "rules.yaml", "--format", "github"))
    write([], f"# A line.\n{unused}")
    moved = reported("lint", "rules.yaml", "--format", "sarif")

    assert {"warning UNUSED", "notice NO-REASON"} <= {f"{c.name} {c.properties['title']}" for c in commands}
    assert next(case for case in suites.iter("testcase") if case.get("name") == "UNUSED").find("failure") is not None
    assert pages(before) == [True] * len(pages(before))
    assert marks(moved) == [found["partialFingerprints"]["punctilio/v1"] for found in before["results"]]


def test_of_two_rules_the_place_of_the_other_one_is_told(reported: Reported) -> None:
    twice = RULES + RULES.split("rules:\n")[1].replace("be-kind", "be-kinder").split("  - id: be-brief")[0].replace(
        "thank-each-interviewer", "thank-again"
    )
    write([], twice)

    found = [
        one
        for one in sarif(reported("lint", "rules.yaml", "--format", "sarif"))["results"]
        if "relatedLocations" in one
    ]

    [related] = [place for one in found for place in one["relatedLocations"]]
    assert related["physicalLocation"]["region"]["startLine"] == twice.splitlines().index("  - id: thank-again") + 1
    assert related["message"]["text"] == "The rule `thank-again` stands here."


def pages(run_: dict[str, Any]) -> list[bool]:
    """Whether each code that is explained in a page has one."""
    texts = [rule["help"]["text"] for rule in run_["tool"]["driver"]["rules"]]
    named = [page for text in texts for page in re.findall(r"explained in (\S+)\.", text)]
    assert named
    return [(ROOT / page).is_file() for page in named]
