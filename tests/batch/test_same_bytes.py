"""A log that is judged in parts gives the bytes that it gives in one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Final

import pytest

from punctilio.batch.sizes import Budget
from punctilio.errors import UsageError
from punctilio.reporters import FORMS
from punctilio.selection import Selection
from tests.batch.post import AS_OF, BY_THREADS, IN_ONE_PIECE, IN_PARTS, Post, Report, post, reported

TOLD: Final = 200
"""Cases that are told of where everything is known."""
InOnePiece = Callable[..., Report]
"""Gives the report in a form, of what was chosen and known."""


by_either = pytest.mark.parametrize("cut", [IN_PARTS, BY_THREADS], ids=["on disk", "in memory"])


def chosen(*cases: str, rules: Sequence[str] = ()) -> Selection:
    return Selection(frozenset(cases), frozenset(rules))


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Post:
    return post(tmp_path_factory.mktemp("post"))


@pytest.fixture(scope="module")
def in_one_piece(letters: Post, tmp_path_factory: pytest.TempPathFactory) -> InOnePiece:
    """What it should be, made once for both ways to cut."""
    return cache(partial(reported, letters, IN_ONE_PIECE, work=tmp_path_factory.mktemp("whole")))


@by_either
@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("junit", "github")])  # are made as sarif is
def test_every_form_is_the_same(
    letters: Post, in_one_piece: InOnePiece, tmp_path: Path, form: str, cut: Budget
) -> None:
    whole = in_one_piece(form)
    parts = reported(letters, cut, form, work=tmp_path)

    assert (whole.parts, parts.parts > 3) == (1, True)
    assert parts.content == whole.content
    assert (parts.cases, parts.told, parts.is_broken) == (whole.cases, whole.told, whole.is_broken) == (201, TOLD, True)
    assert not list(tmp_path.iterdir())


@by_either
@pytest.mark.parametrize(
    ("form", "selection"),
    [
        ("text", chosen("case 0003 é", "case 0150 é")),
        ("json", chosen(rules=["weigh", "answer"])),
        ("csv", chosen("case 0003 é", rules=["answer"])),
    ],
    ids=["cases", "rules", "both"],
)
def test_what_is_chosen_is_the_same(
    letters: Post, in_one_piece: InOnePiece, tmp_path: Path, form: str, selection: Selection, cut: Budget
) -> None:
    whole = in_one_piece(form, selection=selection)
    parts = reported(letters, cut, form, work=tmp_path, selection=selection)

    assert parts.content == whole.content
    assert parts.is_broken == whole.is_broken


@by_either
@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_what_was_known_then_is_the_same(
    letters: Post, in_one_piece: InOnePiece, tmp_path: Path, form: str, cut: Budget
) -> None:
    known_at = AS_OF - timedelta(days=30)
    whole = in_one_piece(form, known_at=known_at)
    parts = reported(letters, cut, form, work=tmp_path, known_at=known_at)

    assert parts.content == whole.content
    assert b"2026-03-21T12:00:00Z" in whole.content.splitlines()[0 if form == "text" else 2 if form == "json" else 1]
    assert whole.told < TOLD


@pytest.mark.parametrize("budget", [Budget(1, 1, 300, 0), Budget(3, 5000, 10, 0)], ids=["tiny parts", "tiny runs"])
def test_no_cut_changes_anything(tmp_path: Path, budget: Budget) -> None:
    letters = post(tmp_path, cases=12)
    whole = reported(letters, IN_ONE_PIECE, work=tmp_path / "work")
    assert reported(letters, budget, work=tmp_path / "work").content == whole.content


def test_a_rule_that_one_part_sets_off_is_not_vacuous(letters: Post, tmp_path: Path) -> None:
    said = reported(letters, IN_PARTS, "text", work=tmp_path).content.decode()
    assert "brought these rules into play: weigh." in said


@pytest.mark.parametrize("budget", [IN_ONE_PIECE, IN_PARTS, BY_THREADS], ids=["whole", "parts", "threads"])
@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (chosen("case 0003"), r"There is no case `case 0003`\. Did you mean `case 000"),
        (chosen("later"), r"There is no case `later`\."),
        (chosen(rules=["anser"]), r"There is no rule `anser`\. Did you mean `answer`\?"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(
    letters: Post, tmp_path: Path, budget: Budget, selection: Selection, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        reported(letters, budget, work=tmp_path, selection=selection)
    assert not list(tmp_path.iterdir())
