"""``rules test``: case files as people try them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from punctilio.casefiles.judging import Rules, loaded
from punctilio.casefiles.read import read_case_file
from punctilio.casefiles.trying import instants_of, try_file
from punctilio.cli.main import run
from punctilio.resources import bundled

NOTE = """\
title: A note is in time until exactly 24 hours later
only: [thank-each-interviewer]
zone: America/New_York
log:
  - {at: 2026-03-03 11:00, type: interview.held, starts_at: 2026-03-03 10:00, people: [ana]}
at:
"""
DUE = "  - as_of: 2026-03-04 11:00\n    decisions: [due]\n"
OVERDUE = "  - as_of: 2026-03-04 11:00\n    decisions: [overdue]\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return name


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["test", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


# ── which files, and how it ends ──────────────────────────────────────────────────────────────────────────────────


def test_a_folder_is_searched_and_other_files_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    write("cases/deep/down.yaml", NOTE + DUE)
    write("cases/rules.yaml", "language: 1\nextends: [after-interview]\n")
    write("cases/.hidden/other.yaml", NOTE + OVERDUE)

    code, out, _ = told(capsys, "cases")

    assert code == 0
    assert "1 case file, 1 instant: 1 as expected, 0 not, 0 still to do." in out
    assert out.startswith("Judged by after-interview ")


def test_a_case_file_that_is_no_yaml_is_not_passed_by(capsys: pytest.CaptureFixture[str]) -> None:
    write("cases/fine.yaml", NOTE + DUE)
    write("cases/torn.yaml", NOTE + "  - as_of: [\n")

    code, out, err = told(capsys, "cases")

    assert code == 2
    assert "1 case file could not be tried." in out
    assert "cases/torn.yaml:7:" in err


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_where_there_is_no_case_file_that_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()

    code, _, err = told(capsys, name)

    assert code == 2
    assert f"{name}: error: CASE-NO-FILES: " in err


def test_what_is_still_to_do_does_not_fail_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.case.yaml", NOTE + OVERDUE + "    todo: not decided\n")
    write("b.case.yaml", "todo: all of it\n" + NOTE + OVERDUE + DUE)

    code, out, _ = told(capsys, "a.case.yaml", "b.case.yaml")

    assert code == 0
    assert "To do: a.case.yaml:7: " in out
    assert "No longer to do: b.case.yaml:10: " in out
    assert "2 case files, 3 instants: 0 as expected, 0 not, 3 still to do." in out


def test_a_log_may_be_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    log = [
        {"case": "acme", "type": "interview.held", "at": "2026-03-03T16:00:00Z", "starts_at": "2026-03-03T15:00:00Z"}
    ]
    write("logs/acme.jsonl", "".join(f"{json.dumps({**event, 'people': ['ana']})}\n" for event in log))
    head, _, _ = NOTE.partition("log:")
    write("cases/a.yaml", f"{head}log: ../logs/acme.jsonl\nat:\n{OVERDUE}")

    code, out, _ = told(capsys, "cases")

    assert code == 1
    assert "(cases/../logs/acme.jsonl:1)" in out


def test_validate_knows_a_case_file(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.case.yaml", NOTE + DUE.replace("due", "deu"))

    code = run(["validate", "a.case.yaml"])

    assert code == 2
    assert "a.case.yaml:8:17: error: BAD-VALUE: " in capsys.readouterr().out


# ── ranges ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "last", "differs_at"),
    [
        ("2026-03-03 11:00", "2026-03-04 11:00", None),
        ("2026-03-03 11:00", "2026-03-04 11:01", "2026-03-04T16:00:00.000001"),
        ("2026-03-03 10:59", "2026-03-04 11:00", "2026-03-03T15:59:00"),
    ],
)
def test_a_range_holds_at_every_instant_at_which_something_changes(
    first: str, last: str, differs_at: str | None
) -> None:
    write("a.yaml", f"{NOTE}  - from: {first}\n    until: {last}\n    decisions: [due]\n")

    [answer] = try_file(Path("a.yaml"), Rules()).answers

    assert (answer.at.isoformat() if answer.differences else None) == differs_at


def test_a_range_is_tried_where_an_allowance_changes_by_itself() -> None:
    """Fourteen civil days after the inquiry, by a clock that is put forward between."""
    text = NOTE.replace("thank-each-interviewer", "space-the-inquiries").replace(
        "type: interview.held", "id: held, type: interview.held"
    )
    opened = "  - {at: 2026-03-01 09:00, type: case.opened, zone: America/New_York}\n"
    inquiry = "  - {at: 2026-03-05 09:00, type: message.sent, person: ana, purpose: inquiry}\n"
    promise = "  - from: 2026-03-05 09:00\n    until: 2026-03-20 09:00\n    allowances: [{next: at}]\n"
    write("a.yaml", text.replace("at:\n", f"{opened}{inquiry}at:\n") + promise)
    file, _ = read_case_file(Path("a.yaml"))
    assert file is not None

    [answer] = try_file(Path("a.yaml"), Rules()).answers

    assert answer.at.isoformat() == "2026-03-19T13:00:00"
    assert len(instants_of(file.promises[0], *loaded(file, Rules()))) > 2


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_other_rules_stand_in_for_the_pack_that_a_case_file_names_or_extends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pack = (bundled("rules") / "after-interview" / "rules.yaml").read_text("utf-8")
    write("mine.yaml", pack.replace("default: 24 hours", "default: 23 hours"))
    write("cases/named.yaml", NOTE + DUE)
    write("cases/extends.yaml", NOTE.replace("log:", "rules: {extends: [after-interview]}\nlog:") + DUE)
    write("cases/own.yaml", NOTE.replace("log:", OWN + "log:").replace("[thank-each-interviewer]", "[thank]") + DUE)

    assert told(capsys, "cases")[0] == 0
    code, out, _ = told(capsys, "cases", "--rules", "mine.yaml")

    assert code == 1
    assert set(re.findall(r"Not as expected: cases/(\w+)", out)) == {"named", "extends"}


OWN = """\
rules:
  vocabulary: {extends: [interviews]}
  rules:
    - id: thank
      force: must
      expect: {when: interview.held, each: people, until: message.sent, window: {due: 24 hours}}
"""


def test_the_rules_of_the_folder_judge_what_names_none(capsys: pytest.CaptureFixture[str]) -> None:
    write("punctilio.yaml", "language: 1\nextends: [after-interview]\nparameters: {thank_you_within: 23 hours}\n")
    write("a.case.yaml", NOTE + OVERDUE + "    findings: [thank-each-interviewer]\n")

    assert told(capsys, "a.case.yaml")[0] == 0


# ── reports ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_json_report_says_all(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.case.yaml", NOTE + OVERDUE + DUE)

    code, out, _ = told(capsys, "a.case.yaml", "--format", "json")
    report: dict[str, Any] = json.loads(out)

    assert code == 1
    assert report["sums"] == {"files": 1, "instants": 2, "passed": 1, "failed": 1, "todo": 0, "unreadable": 0}
    [failed, passed] = report["files"][0]["instants"]
    assert passed["result"] == "passed"
    [difference] = failed["differences"]
    assert (difference["expected"], difference["actual"]) == ({"verdict": "overdue"}, {"verdict": "due"})
    assert (difference["line"], difference["column"]) == (8, 17)
    assert difference["why"][1].startswith("Due Wed 4 Mar 2026 16:00 UTC = end of interview.held")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("junit", "The decision of thank-each-interviewer for ana is not as expected: verdict is due, not overdue."),
        ("github", "::error file=a.case.yaml,line=8,col=17,title=CASE-DIFFERENT::The decision of"),
        ("sarif", '"ruleId": "CASE-DIFFERENT"'),
    ],
)
def test_machines_can_read_what_failed(form: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("a.case.yaml", NOTE + OVERDUE)

    code, out, _ = told(capsys, "a.case.yaml", "--format", form)

    assert code == 1
    assert words in out


# ── updating ──────────────────────────────────────────────────────────────────────────────────────────────────────

BEFORE = (
    NOTE
    + """\
  # the end of the day
  - as_of: 2026-03-04 11:00   # exactly
    decisions: [overdue]  # not yet
  - as_of: 2026-03-04 11:00:01
    decisions:
      # the one
      - person: ana
        verdict: due
        due_at: 2026-03-04 12:00  # by noon
      - {person: ben, verdict: due}  # nobody
  - {as_of: 2026-03-17 12:00:01, findings: [thank-each-interviewer]}
  - as_of: 2026-03-03 10:30
    decisions: [due]
    statuses: {acme: open}
"""
)
AFTER = (
    NOTE
    + """\
  # the end of the day
  - as_of: 2026-03-04 11:00   # exactly
    decisions: [due]  # not yet
  - as_of: 2026-03-04 11:00:01
    decisions:
      # the one
      - person: ana
        verdict: overdue
        due_at: 2026-03-04 11:00  # by noon
    findings: [{rule: thank-each-interviewer, person: ana, at: 2026-03-04 11:00:00.000001}]
  - {as_of: 2026-03-17 12:00:01, findings: [thank-each-interviewer], decisions: [{person: ana, verdict: missed}]}
  - as_of: 2026-03-03 10:30
    decisions: [due]
    statuses: {acme: open}
"""
)


def test_what_is_there_is_written_in_place_of_what_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.case.yaml", BEFORE)

    code, _, err = told(capsys, "a.case.yaml", "--update", "--yes")

    assert Path("a.case.yaml").read_text("utf-8") == AFTER
    assert "-    decisions: [overdue]  # not yet\n+    decisions: [due]  # not yet\n" in err
    assert "a.case.yaml, as of 2026-03-03 10:30: this cannot be rewritten by itself." in err
    assert code == 1


def test_what_would_make_a_long_line_gets_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    people = ", ".join(f"a-person-with-a-longer-name-{number}" for number in range(3))
    log = f"  - {{at: 2026-03-03 11:00, type: interview.held, starts_at: 2026-03-03 10:00, people: [{people}]}}\n"
    head = f"title: Three\nonly: [thank-each-interviewer]\nlog:\n{log}at:\n  - as_of: 2026-03-03 11:00\n"
    write("a.case.yaml", f"{head}    decisions: [late]\n    # to be continued\n")
    write("b.case.yaml", f"{head}    statuses: {{acme: open}}\n")

    told(capsys, "a.case.yaml", "b.case.yaml", "--update", "--yes")

    more = "".join(f"      - {{person: a-person-with-a-longer-name-{number}, verdict: due}}\n" for number in range(3))
    assert Path("a.case.yaml").read_text("utf-8") == (
        f"{head}    decisions:\n      - due\n{''.join(more.splitlines(keepends=True)[1:])}    # to be continued\n"
    )
    assert Path("b.case.yaml").read_text("utf-8") == f"{head}    statuses: {{acme: open}}\n    decisions:\n{more}"
    assert told(capsys, "a.case.yaml", "b.case.yaml")[0] == 0


def test_nothing_is_written_without_a_yes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    write("a.case.yaml", NOTE + OVERDUE)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    told(capsys, "a.case.yaml", "--update")

    assert Path("a.case.yaml").read_text("utf-8") == NOTE + OVERDUE
