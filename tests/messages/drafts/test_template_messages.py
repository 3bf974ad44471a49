"""What is said about message templates: the page of each code shows its message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from punctilio.drafting.codes import CODES
from punctilio.drafting.facts import Fact, Facts, Lack, names
from punctilio.drafting.folders import Source
from punctilio.drafting.rendering import compiled, rendered
from punctilio.errors import InvalidTemplateError
from punctilio.problems import Problem, render
from punctilio.rulebook.load import load_rules
from tests.conftest import Snapshot

PAGES = Path(__file__).parents[3] / "docs" / "errors"
BLOCK = re.compile(r"^```(jinja|text)\n(.*?)```\n", re.MULTILINE | re.DOTALL)


def mistakes(template: str) -> tuple[Problem, ...]:
    """What is wrong with a template, used with a case in which eleven people spoke of ten things."""
    known = names(load_rules("after-interview").vocabulary)
    lacking = {
        name: {part: Lack(part) for part in parts} for name, parts in known.items() if isinstance(parts, Mapping)
    }
    facts: dict[str, Fact] = {name: Facts(parts) for name, parts in lacking.items()}
    facts["people"] = (Facts(lacking["person"]),) * 11
    facts["interview"] = Facts({**lacking["interview"], "topics": tuple(f"topic {n}" for n in range(10))})
    try:
        rendered(compiled(Source("templates/note.txt", template), known), facts)
    except InvalidTemplateError as mistake:
        return mistake.problems
    return ()


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_page_of_a_code_shows_its_message_and_its_mend(code: str, snapshot: Snapshot) -> None:
    page = PAGES / f"{code}.md"
    text = page.read_text("utf-8")
    bad, message, mend = BLOCK.finditer(text)
    problems = mistakes(bad[2])

    assert {problem.code for problem in problems} == {code}
    assert not mistakes(mend[2])
    said = "".join(f"{render(problem)}\n" for problem in problems)
    snapshot(page, text[: message.start(2)] + said + text[message.end(2) :])


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_page_of_a_code_begins_with_its_meaning(code: str) -> None:
    assert (PAGES / f"{code}.md").read_text("utf-8").startswith(f"# {code}\n\n{CODES[code]}\n\n")


def test_no_page_is_left_of_a_code_that_is_gone() -> None:
    assert {page.stem for page in PAGES.glob("TEMPLATE-*.md")} == set(CODES)
