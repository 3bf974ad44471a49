"""What is said about rule files: the page of each code shows its message, and whole files show theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from punctilio.problems import render
from punctilio.rulebook.codes import CODES
from punctilio.rulebook.load import validate_rules
from tests.conftest import Snapshot

HERE = Path(__file__).parent
PAGES = Path(__file__).parents[3] / "docs" / "errors"
BLOCK = re.compile(r"^```(yaml|text)\n(.*?)```\n", re.MULTILINE | re.DOTALL)
WITHOUT_EXAMPLE = frozenset({"BAD-ENCODING", "SCHEMA", "TOO-LARGE", "UNREADABLE"})
"""What no few lines of text can show."""


def said(name: str) -> str:
    return "".join(f"{render(problem)}\n" for problem in validate_rules(name))


@pytest.mark.parametrize("path", sorted(HERE.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_with_many_mistakes_shows_them_all(
    path: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    problems = validate_rules(path.name)
    assert problems
    assert list(problems) == sorted(problems, key=lambda problem: (problem.location, problem.code))
    snapshot(HERE / f"{path.name}.txt", said(path.name))


@pytest.mark.parametrize("code", sorted(set(CODES) - WITHOUT_EXAMPLE))
def test_the_page_of_a_code_shows_its_message_and_its_mend(
    code: str, tmp_path: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGES / f"{code}.md"
    text = page.read_text("utf-8")
    bad, message, mend = BLOCK.finditer(text)
    Path("rules.yaml").write_text(bad[2], encoding="utf-8")
    assert [problem.code for problem in validate_rules("rules.yaml")] == [code]
    snapshot(page, text[: message.start(2)] + said("rules.yaml") + text[message.end(2) :])
    Path("rules.yaml").write_text(mend[2], encoding="utf-8")
    assert said("rules.yaml") == ""


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_page_of_a_code_begins_with_its_meaning(code: str) -> None:
    assert (PAGES / f"{code}.md").read_text("utf-8").startswith(f"# {code}\n\n{CODES[code]}\n\n")


def test_the_list_of_pages_is_whole() -> None:
    listed = re.findall(r"^- \[.*?\]\((.*?)\)", (PAGES / "README.md").read_text("utf-8"), re.MULTILINE)
    assert listed == sorted(page.name for page in PAGES.glob("*.md") if page.name != "README.md")


def test_no_page_is_left_of_a_code_that_is_gone() -> None:
    of_rules = {page.stem for page in PAGES.glob("*.md") if not page.stem.startswith(("CASE-", "LOG-", "TEMPLATE-"))}
    assert of_rules == {*CODES, "README"}
