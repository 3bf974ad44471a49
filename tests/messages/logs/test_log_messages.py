"""What is said about logs: the page of each code shows its message, and whole files show theirs."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import polars as pl
import pytest

from punctilio.logs.codes import MEANINGS
from punctilio.logs.mapping.load import load_map
from punctilio.logs.mapping.model import Map
from punctilio.logs.read import read_log
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem, render
from punctilio.rulebook.load import load_vocabulary
from tests.conftest import Snapshot

PAGES = Path(__file__).parents[3] / "docs" / "errors"
BLOCK = re.compile(r"^```(\w+)( latin-1)?\n(.*?)```\n", re.MULTILINE | re.DOTALL)
BAD_FILES = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".jsonl", ".yaml", ".csv"))
RULES = ("thank-each-interviewer", "first-inquiry")


@pytest.fixture(scope="module")
def interviews() -> Vocabulary:
    return load_vocabulary("interviews")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log and a folder of logs, in which names stand alone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    for name in ("applications.jsonl", "logs/a.jsonl"):
        (tmp_path / name).touch()
    line = b'{"case": "acme", "type": "timeframe.asked", "at": "2026-03-03T16:00:00-05:00"}\n'
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(line)[:-4])
    pl.DataFrame(schema=dict.fromkeys(("case", "type", "at"), pl.String)).write_parquet(tmp_path / "whole.parquet")
    return tmp_path


def problems(name: str, vocabulary: Vocabulary, mapping: Map | None = None) -> tuple[Problem, ...]:
    return read_log([name], vocabulary=vocabulary, rule_ids=RULES, mapping=mapping).problems


def rendered(found: tuple[Problem, ...]) -> str:
    return "".join(f"{render(problem)}\n" for problem in found)


def written(folder: Path, language: str, encoding: str, block: str) -> str:
    """The name of the log that a block of a page holds, or names."""
    if language == "console":
        return block.removeprefix("$ rules validate ").strip()
    name = f"log.{language}"
    (folder / name).write_bytes(block.removesuffix("\n").encode(encoding.strip() or "utf-8"))
    return name


def map_of(folder: Path, block: str, vocabulary: Vocabulary) -> Map:
    """The map by which a page's log is read."""
    (folder / "map.yaml").write_text(block, encoding="utf-8")
    mapping, slips = load_map("map.yaml", vocabulary)
    assert slips == ()
    assert mapping is not None
    return mapping


@pytest.mark.parametrize("code", MEANINGS)
def test_the_page_of_a_code_shows_its_message_and_its_mend(
    code: str, here: Path, interviews: Vocabulary, snapshot: Snapshot
) -> None:
    page = PAGES / f"{code}.md"
    text = page.read_text("utf-8")
    *maps, bad, message, good = BLOCK.finditer(text)
    mapping = map_of(here, maps[0][3], interviews) if maps else None
    found = problems(written(here, bad[1], bad[2] or "", bad[3]), interviews, mapping)
    assert {problem.code for problem in found} == {code}
    snapshot(page, text[: message.start(3)] + rendered(found) + text[message.end(3) :])
    assert problems(written(here, good[1], good[2] or "", good[3]), interviews, mapping) == ()
    assert text.startswith(f"# {code}\n\n{MEANINGS[code]}\n")


def test_no_page_is_left_of_a_code_that_is_gone() -> None:
    assert {path.stem for path in PAGES.glob("LOG-*.md")} == set(MEANINGS)


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda path: path.name)
def test_a_file_with_many_mistakes_shows_them_all(
    bad: Path, interviews: Vocabulary, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bad.parent)
    snapshot(bad.with_name(f"{bad.name}.txt"), rendered(problems(bad.name, interviews)))


def test_there_are_files_with_many_mistakes() -> None:
    assert len(BAD_FILES) >= 3
