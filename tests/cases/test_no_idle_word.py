"""No word of the bundled pack is idle: whatever is cut out of a rule, a case file fails or the pack no longer loads.

A cut is judged by the rule's own case files first, then by the stories. To be quick, a case is judged by the rules that
it speaks of and those that can forbid or end something; one that needs more of the pack is judged by all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from punctilio.resources import bundled
from tests.cases.case_files import Case, plain_yaml, read_case
from tests.cases.cutting import Way, at, cut, holds, ways

CASES = Path(__file__).parent
PACK = "after-interview"
WORDS_FOR_PEOPLE = ("title", "cite", "about")
KINDS = ("expect", "require", "limit", "check", "close")

Document = dict[str, Any]


@cache
def pack() -> Document:
    document: Document = plain_yaml(bundled("rules") / PACK / "rules.yaml")
    return document


@cache
def own_cases(rule: str) -> tuple[Case, ...]:
    return tuple(read_case(path) for path in sorted((CASES / PACK / rule).glob("*.yaml")))


@cache
def stories() -> tuple[Case, ...]:
    return tuple(read_case(path) for path in sorted((CASES / "stories").glob("*.yaml")))


def place_of(rule: str, document: Document) -> Way:
    return ("rules", next(place for place, each in enumerate(document["rules"]) if each["id"] == rule))


RULES = [rule["id"] for rule in pack()["rules"]]
EXPECTATIONS = [rule["id"] for rule in pack()["rules"] if "expect" in rule]


@pytest.mark.parametrize("rule", RULES)
def test_every_cut_is_noticed(rule: str, tmp_path: Path) -> None:
    assert [way for way in cuts(rule) if not is_noticed(way, rule, tmp_path)] == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_speaks_to_people_and_has_cases(rule: str) -> None:
    written = at(pack(), place_of(rule, pack()))
    assert [word for word in WORDS_FOR_PEOPLE if not written.get(word, "").strip()] == []
    assert own_cases(rule)


@pytest.mark.parametrize("rule", EXPECTATIONS)
def test_every_verdict_that_a_rule_can_reach_has_a_case(rule: str) -> None:
    written = at(pack(), (*place_of(rule, pack()), "expect"))
    promised = {line for case in own_cases(rule) for instant in case.instants for line in _verdicts(instant)}
    assert sorted(reachable(written) - promised) == []


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


def _verdicts(instant: Document) -> Iterator[str]:
    for line in instant.get("decisions", ()):
        yield line if isinstance(line, str) else line.get("verdict", "")


def cuts(rule: str) -> Iterator[Way]:
    """The rule as a whole, then the way from it to everything that bears on a verdict."""
    written = at(pack(), place_of(rule, pack()))
    yield ()
    for way in ways(written):
        goes_without_saying = at(written, way) == "case"  # in `per`
        if way[0] in (*KINDS, "force") and not goes_without_saying:
            yield way


def is_noticed(way: Way, rule: str, folder: Path) -> bool:
    witnesses = (*own_cases(rule), *(story for story in stories() if not story.only or rule in story.only))
    return any(not holds(_cut_for(case, way, rule, folder), folder) for case in witnesses)


def _cut_for(case: Case, way: Way, rule: str, folder: Path) -> Case:
    enough = _enough_for(case, folder)
    return _under(case, cut(enough, (*place_of(rule, enough), *way)), folder)


ENOUGH: dict[Path, Document] = {}
"""What is enough of the pack for a case file, once it has been found out."""


def _enough_for(case: Case, folder: Path) -> Document:
    if case.path not in ENOUGH:
        parts = (_part(case, {"close"}), _part(case, {"close", "limit", "require"}))
        ENOUGH[case.path] = next((part for part in parts if holds(_under(case, part, folder), folder)), pack())
    return ENOUGH[case.path]


def _part(case: Case, bearing: set[str]) -> Document:
    """The pack with the rules that the case speaks of, and those of the kinds that bear upon them."""
    rules = [each for each in pack()["rules"] if not case.only or each["id"] in case.only or bearing & each.keys()]
    return pack() | {"rules": rules}


def _under(case: Case, document: Document, folder: Path) -> Case:
    """The case under another text of the pack."""
    file = folder / "pack.yaml"
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return replace(case, rules=case.rules | {"extends": [str(file)]} if isinstance(case.rules, dict) else str(file))
