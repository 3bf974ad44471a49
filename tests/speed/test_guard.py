"""The guard says what moved, and knows every number that it watches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.speed.guard import BASELINE, changes, collected, tell, write


def test_what_moved_by_more_than_a_tenth_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = tell(changes({"reading": 1000, "judging": 500, "a cold run": 2000}, {"reading": 1101, "judging": 449,
                "a cold run": 2200}))  # fmt: skip

    assert code == 1
    assert capsys.readouterr().out.splitlines() == [
        "reading: 1,000 to 1,101 million instructions (+10.1%): MOVED",
        "judging: 500 to 449 million instructions (-10.2%): MOVED",
        "a cold run: 2,000 to 2,200 million instructions (+10.0%)",
        "If that is meant, write down what it costs now: make guard ARGS=--update",
    ]


def test_what_stayed_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(changes({"reading": 1000}, {"reading": 1050})) == 0
    assert capsys.readouterr().out.splitlines() == [
        "reading: 1,000 to 1,050 million instructions (+5.0%)",
        "Nothing moved by more than a tenth.",
    ]


def test_an_entry_that_came_or_went_has_moved() -> None:
    assert [(change.name, change.has_moved) for change in changes({"old": 5}, {"new": 7})] == [
        ("old", True),
        ("new", True),
    ]


def test_the_number_is_found_in_what_valgrind_says() -> None:
    assert collected("==7== Events    : Ir\n==7== Collected : 699305998\n==7==\n") == 699_305_998


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "guard.json"

    write(file, {"reading": 3}, {"polars": "2.1.0"})

    assert json.loads(file.read_text(encoding="utf-8")) == {
        "versions": {"polars": "2.1.0"},
        "instructions": {"reading": 3},
    }


def test_the_baseline_watches_the_start_the_reading_and_the_judging() -> None:
    known = json.loads(BASELINE.read_text(encoding="utf-8"))

    assert [name.split()[0] for name in known["instructions"]] == ["cold", "reading", "judging"]
    assert all(number > 0 for number in known["instructions"].values())
    assert set(known["versions"]) == {"python", "polars", "valgrind"}
