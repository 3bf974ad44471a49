"""What is said of rules that are valid and hardly meant so: the page of each code shows its message and its mend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import punctilio
from punctilio.linting import CODES
from punctilio.linting.report import as_text
from punctilio.rulebook.load import validate_rules
from tests.conftest import Snapshot

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "lints"
BLOCK = re.compile(r"^```(yaml|text)\n(.*?)```\n", re.MULTILINE | re.DOTALL)
CASE = """\
title: Nothing is asked of a case that was only opened
only: [RULE]
log: [{at: 2026-03-02 09:00, type: case.opened}]
at: [{as_of: 2026-03-03 09:00}]
"""
LOG = '{"case": "acme", "type": "case.opened", "at": "2026-03-02T09:00:00Z"}\n'


def said(code: str, tested: str = "another") -> str:
    """What is said of rules.yaml, with all that the lint needs."""
    Path("case.yaml").write_text(CASE.replace("RULE", tested), encoding="utf-8")
    Path("log.jsonl").write_text(LOG, encoding="utf-8")
    logs, tests = ["log.jsonl"] if code == "NEVER-FIRED" else [], ["case.yaml"] if code == "NO-TEST" else []
    found = punctilio.lint("rules.yaml", logs=logs, tests=tests)
    assert {slip.code for slip in found} <= {code}
    return "".join(as_text(["rules.yaml"], [slip]).rpartition("1 rulebook:")[0] for slip in found)


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_page_of_a_lint_shows_its_message_and_its_mend(
    code: str, tmp_path: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGES / f"{code}.md"
    text = page.read_text("utf-8")
    bad, message, *_, mend = BLOCK.finditer(text)

    Path("rules.yaml").write_text(bad[2], encoding="utf-8")
    assert validate_rules("rules.yaml") == ()
    shown = said(code)
    assert shown
    snapshot(page, text[: message.start(2)] + shown + text[message.end(2) :])

    Path("rules.yaml").write_text(mend[2], encoding="utf-8")
    assert validate_rules("rules.yaml") == ()
    assert said(code, tested="once") == ""


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_page_of_a_lint_begins_with_its_meaning(code: str) -> None:
    assert (PAGES / f"{code}.md").read_text("utf-8").startswith(f"# {code}\n\n{CODES[code].words}\n\n")


def test_the_list_of_pages_is_whole_and_names_no_other() -> None:
    listed = re.findall(r"^- \[(.*?)\]\((.*?)\.md\): (.*)$", (PAGES / "README.md").read_text("utf-8"), re.MULTILINE)

    assert listed == [(code, code, meaning.words) for code, meaning in CODES.items()]
    assert {page.stem for page in PAGES.glob("*.md")} == {*CODES, "README"}


def test_the_bundled_pack_is_clean() -> None:
    assert punctilio.lint("after-interview", tests=[ROOT / "tests" / "cases"]) == ()
