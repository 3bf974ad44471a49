"""What is said about case files: the page of each code shows its message, and a file with many mistakes shows them
all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from punctilio.casefiles.codes import FAILURES, MEANINGS
from punctilio.casefiles.judging import Rules
from punctilio.casefiles.telling import report
from punctilio.casefiles.trying import TriedFile, try_all
from punctilio.problems import render
from tests.conftest import Snapshot

HERE = Path(__file__).parent
PAGES = Path(__file__).parents[3] / "docs" / "errors"
BLOCK = re.compile(r"^```(yaml|text)\n(.*?)```\n", re.MULTILINE | re.DOTALL)
CHANGING = re.compile(r"(?<=rules\.yaml):\d+:\d+|(?<=\S) [0-9a-f]{12}(?=[.,])")
"""What changes with every edit of the pack: the lines of its rules, and its hash."""
CODES = {**MEANINGS, **FAILURES}


def tried(name: str) -> TriedFile:
    [one] = try_all([name], Rules())
    return one


def said(one: TriedFile) -> str:
    return CHANGING.sub("", "".join(f"{render(problem)}\n" for problem in one.problems) or report([one]))


def codes(one: TriedFile) -> set[str]:
    differences = {difference.code for answer in one.answers for difference in answer.differences}
    return differences | {problem.code for problem in one.problems}


@pytest.mark.parametrize("code", sorted(set(CODES) - {"CASE-NO-FILES"}))
def test_the_page_of_a_code_shows_its_message_and_its_mend(
    code: str, tmp_path: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGES / f"{code}.md"
    text = page.read_text("utf-8")
    bad, message, mend = BLOCK.finditer(text)
    Path("note.yaml").write_text(bad[2], encoding="utf-8")
    assert code in codes(tried("note.yaml"))
    snapshot(page, text[: message.start(2)] + said(tried("note.yaml")) + text[message.end(2) :])
    Path("note.yaml").write_text(mend[2], encoding="utf-8")
    assert not tried("note.yaml").is_failed


def test_the_page_of_files_that_are_not_there_shows_its_message(
    tmp_path: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.yaml").touch()
    page = PAGES / "CASE-NO-FILES.md"
    text = page.read_text("utf-8")
    [message] = re.finditer(r"^```(text)\n(.*?)```\n", text, re.MULTILINE | re.DOTALL)
    snapshot(page, text[: message.start(2)] + said(tried("note.yaml")) + text[message.end(2) :])


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_page_of_a_code_begins_with_its_meaning(code: str) -> None:
    assert (PAGES / f"{code}.md").read_text("utf-8").startswith(f"# {code}\n\n{CODES[code]}\n\n")


def test_a_file_with_many_mistakes_shows_them_all(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    for name in ("slips.yaml", "log-slips.yaml"):
        snapshot(HERE / f"{name}.txt", said(tried(name)))


def test_failures_say_what_differs_and_why(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    snapshot(HERE / "failing.yaml.txt", said(tried("failing.yaml")))
