"""No word of the bundled pack is idle: whatever becomes another one or is cut out, a case file fails, or the pack no
longer loads, or a reason stands in `mutants.yaml`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from punctilio.casefiles.model import CaseFile
from punctilio.resources import bundled
from tests.cases.reading import plain_yaml, read_case

CASES = Path(__file__).parent
PACK = "after-interview"
WORDS_FOR_PEOPLE = ("title", "cite", "about")

Document = dict[str, Any]


FILE = Path(os.path.realpath(bundled("rules") / PACK / "rules.yaml"))


@cache
def pack() -> Document:
    document: Document = plain_yaml(FILE)
    return document


@cache
def own_cases(rule: str) -> tuple[CaseFile, ...]:
    return tuple(read_case(path) for path in sorted((CASES / PACK / rule).glob("*.yaml")))


def written_of(rule: str) -> Document:
    written: Document = next(each for each in pack()["rules"] if each["id"] == rule)
    return written


RULES = [rule["id"] for rule in pack()["rules"]]
EXPECTATIONS = [rule["id"] for rule in pack()["rules"] if "expect" in rule]


def test_no_change_of_the_pack_goes_unnoticed_without_a_reason() -> None:
    """By the command, which has one Polars thread: with more, so many small steps take twice the time."""
    tests = [f"--tests={CASES / folder}" for folder in (PACK, "stories", "language")]
    command = [sys.executable, "-m", "punctilio", "mutate", PACK, *tests, "--format=json"]
    done = subprocess.run(command, capture_output=True, check=False)
    told = json.loads(done.stdout)

    assert [(one["at"], one["change"]) for one in told["survivors"] if one["because"] is None] == []
    assert (told["unused_reasons"], told["failing"]) == ([], [])
    assert (done.returncode, done.stderr) == (0, b"")
    assert told["killed"] > 500


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_speaks_to_people_and_has_cases(rule: str) -> None:
    written = written_of(rule)
    assert [word for word in WORDS_FOR_PEOPLE if not written.get(word, "").strip()] == []
    assert own_cases(rule)


@pytest.mark.parametrize("rule", EXPECTATIONS)
def test_every_verdict_that_a_rule_can_reach_has_a_case(rule: str) -> None:
    promised = {
        line.values.get("verdict")
        for case in own_cases(rule)
        for promise in case.promises
        for line in promise.decisions
    }
    assert sorted(reachable(written_of(rule)["expect"]) - promised) == []


def reachable(expect: Document) -> set[str]:
    """The verdicts that the fields of an expectation leave possible."""
    window, action = expect.get("window", {}), expect.get("do", {})
    possible = {
        "satisfied": True,
        "cancelled": True,
        "waived": True,
        "waiting": "opens" in window,
        "early": "opens" in window,
        "open": "due" not in window,
        "due": "due" in window,
        "overdue": "due" in window,
        "late": "due" in window,
        "missed": {"due", "expires"} <= window.keys(),
        "lapsed": "expires" in window and "due" not in window,
        "replaced": expect.get("renew") == "restart",
        "blocked": action.get("purpose") == "inquiry",
    }
    return {verdict for verdict, is_possible in possible.items() if is_possible}
