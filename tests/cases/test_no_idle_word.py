"""No word of the bundled pack is idle: whatever is cut out of a rule, a case file fails or the pack no longer loads.

A cut is judged by the rule's own case files first, then by the stories.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from punctilio.casefiles.model import CaseFile
from punctilio.location import Location
from punctilio.mutation.trees import Way, at, ways, without
from punctilio.resources import bundled
from punctilio.yaml_source import Document as YamlFile
from punctilio.yaml_source import ScalarNode, plain, read_document
from tests.cases.reading import is_kept, plain_yaml, read_case

CASES = Path(__file__).parent
PACK = "after-interview"
WORDS_FOR_PEOPLE = ("title", "cite", "about")
KINDS = ("expect", "require", "limit", "check", "close")

Document = dict[str, Any]


FILE = Path(os.path.realpath(bundled("rules") / PACK / "rules.yaml"))


@cache
def document() -> YamlFile:
    return read_document(FILE, "rules.yaml")


@cache
def pack() -> Document:
    document: Document = plain_yaml(FILE)
    return document


@cache
def own_cases(rule: str) -> tuple[CaseFile, ...]:
    return tuple(read_case(path) for path in sorted((CASES / PACK / rule).glob("*.yaml")))


@cache
def stories() -> tuple[CaseFile, ...]:
    return tuple(read_case(path) for path in sorted((CASES / "stories").glob("*.yaml")))


def written_of(rule: str) -> Document:
    written: Document = next(each for each in pack()["rules"] if each["id"] == rule)
    return written


RULES = [rule["id"] for rule in pack()["rules"]]
EXPECTATIONS = [rule["id"] for rule in pack()["rules"] if "expect" in rule]


@pytest.mark.parametrize("rule", RULES)
def test_every_cut_is_noticed(rule: str) -> None:
    assert [way for way in cuts(rule) if not is_noticed(way, rule)] == []


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


def cuts(rule: str) -> Iterator[Way]:
    """The rule as a whole, then the way from it to everything that bears on a verdict."""
    written = at(
        document().root or ScalarNode(None, "", Location(PACK)),
        ("rules", [r["id"] for r in pack()["rules"]].index(rule)),
    )
    yield ()
    for way in ways(written):
        goes_without_saying = plain(at(written, way)) == "case"  # in `per`
        if way[0] in (*KINDS, "force") and not goes_without_saying:
            yield way


def is_noticed(way: Way, rule: str) -> bool:
    place = ("rules", [each["id"] for each in pack()["rules"]].index(rule))
    root = without(document().root or ScalarNode(None, "", Location(PACK)), (*place, *way))
    given = {FILE: document()._replace(root=root)}
    witnesses = (*own_cases(rule), *(story for story in stories() if not story.only or rule in story.only))
    return any(not is_kept(case, given) for case in witnesses)
