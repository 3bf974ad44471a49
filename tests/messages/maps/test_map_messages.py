"""What is said about a map with many mistakes: all of them, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from punctilio.logs.mapping.load import load_map
from punctilio.problems import render
from punctilio.rulebook.load import load_vocabulary
from tests.conftest import Snapshot

BAD = Path(__file__).with_name("slips.yaml")


def test_a_map_with_many_mistakes_shows_them_all(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD.parent)

    found, problems = load_map(BAD.name, load_vocabulary("interviews"))

    assert found is None
    snapshot(BAD.with_name("slips.yaml.txt"), "".join(f"{render(problem)}\n" for problem in problems))
