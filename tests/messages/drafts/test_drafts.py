"""What is written of a dozen stories: each file of `stories` with the drafts that it promises beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from punctilio.casefiles.judging import Rules, judged, loaded, with_lines
from punctilio.drafting.report import drafts_as_json, drafts_as_text
from punctilio.drafting.values import Drafts
from punctilio.drafting.writing import drafts
from tests.cases.reading import read_case
from tests.conftest import Snapshot

CHANGING = re.compile(r"(?<=rules\.yaml):\d+|(?<=\S) [0-9a-f]{12}(?=, as of)|(?<=\"hash\": \")[0-9a-f]{64}")
"""What changes with every edit of the pack: the lines of its rules, and its hash."""
STORIES = sorted((Path(__file__).parent / "stories").glob("*.yaml"))


def told(path: Path) -> list[Drafts]:
    """The drafts of each instant of a story, of the rules that it names."""
    story = read_case(path)
    rulebook, log = loaded(story, Rules())
    answers = (judged(rulebook, log, promise.first) for promise in story.promises)
    return [drafts(with_lines(story, answer.evaluation), "acme", rules=list(story.only)) for answer in answers]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_gives_the_drafts_beside_it(path: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    text = "\n========\n\n".join(drafts_as_text(each) for each in told(Path(path.name)))

    snapshot(path.with_suffix(".txt"), CHANGING.sub("", text))


def test_the_drafts_as_json(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent / "stories")
    text = "".join(drafts_as_json(each) for name in ("a-panel", "blocked") for each in told(Path(f"{name}.yaml")))

    snapshot(Path(__file__).parent / "drafts.json", CHANGING.sub("", text))


def test_no_promise_is_left_of_a_story_that_is_gone() -> None:
    promised = (Path(__file__).parent / "stories").glob("*.txt")

    assert {path.stem for path in promised} == {path.stem for path in STORIES}
