"""No word of the bundled pack is idle: whatever is cut out of a rule, a case file fails or the pack no longer loads.

A cut is judged by the rule's own case files first, then by the stories. To be quick, a case is judged by the rules that
it speaks of and those that can forbid or end something; one that needs more of the pack is judged by all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.cases.case_files import Case, failures, plain_yaml, read_case, rulebook_of

from punctilio.errors import InvalidInputError
from punctilio.resources import bundled

CASES = Path(__file__).parent
PACK = "after-interview"
WORDS_FOR_PEOPLE = ("title", "cite", "about")
KINDS = ("expect", "require", "limit", "check", "close")

Step = str | int
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


RULES = [rule["id"] for rule in pack()["rules"]]


@pytest.mark.parametrize("rule", RULES)
def test_every_cut_is_noticed(rule: str, tmp_path: Path) -> None:
    idle = [cut for cut in cuts(rule) if not is_noticed(cut, rule, tmp_path)]
    assert idle == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_speaks_to_people_and_has_cases(rule: str) -> None:
    written = next(each for each in pack()["rules"] if each["id"] == rule)
    assert [word for word in WORDS_FOR_PEOPLE if not written.get(word, "").strip()] == []
    assert own_cases(rule)


@pytest.mark.parametrize("rule", [rule["id"] for rule in pack()["rules"] if "expect" in rule])
def test_every_verdict_that_a_rule_can_reach_has_a_case(rule: str) -> None:
    written = next(each["expect"] for each in pack()["rules"] if each["id"] == rule)
    promised = {line for case in own_cases(rule) for instant in case.instants for line in _verdicts(instant)}
    assert sorted(reachable(written) - promised) == []


def reachable(expect: Document) -> set[str]:
    """The verdicts that the fields of an expectation leave possible."""
    window, action = expect.get("window", {}), expect.get("do", {})
    possible = {
        "satisfied": True, "cancelled": True, "waived": True,
        "waiting": "opens" in window, "early": "opens" in window,
        "open": "due" not in window, "due": "due" in window, "overdue": "due" in window, "late": "due" in window,
        "missed": {"due", "expires"} <= window.keys(), "lapsed": "expires" in window and "due" not in window,
        "replaced": expect.get("renew") == "restart",
        "blocked": action.get("purpose") == "inquiry",
    }  # fmt: skip
    return {verdict for verdict, is_possible in possible.items() if is_possible}


def _verdicts(instant: Document) -> Iterator[str]:
    for line in instant.get("decisions", ()):
        yield line if isinstance(line, str) else line.get("verdict", "")


# ── cutting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def cuts(rule: str) -> Iterator[tuple[Step, ...]]:
    """The rule as a whole, then the way to everything that can be cut out of it."""
    written = next(each for each in pack()["rules"] if each["id"] == rule)
    yield ()
    for path in _ways(written):
        if path[0] in (*KINDS, "force"):
            yield path


def _ways(value: Any) -> Iterator[tuple[Step, ...]]:
    steps: Sequence[tuple[Step, Any]] = ()
    if isinstance(value, Mapping):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    for step, inner in steps:
        if inner != "case":  # in `per` it goes without saying
            yield (step,)
        yield from ((step, *way) for way in _ways(inner))


def without(document: Document, rule: str, path: tuple[Step, ...]) -> Document:
    """The rule file with one thing cut out of one rule."""
    if not path:
        return document | {"rules": [each for each in document["rules"] if each["id"] != rule]}
    left = deepcopy(document)
    place = next(each for each in left["rules"] if each["id"] == rule)
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return left


# ── noticing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def is_noticed(path: tuple[Step, ...], rule: str, folder: Path) -> bool:
    witnesses = (*own_cases(rule), *(story for story in stories() if not story.only or rule in story.only))
    return any(not _holds(case, without(_enough_for(case, folder), rule, path), folder) for case in witnesses)


ENOUGH: dict[Path, Document] = {}
"""What is enough of the pack for a case file, once it has been found out."""


def _enough_for(case: Case, folder: Path) -> Document:
    if case.path not in ENOUGH:
        parts = (_with(case, {"close"}), _with(case, {"close", "limit", "require"}))
        ENOUGH[case.path] = next((part for part in parts if _holds(case, part, folder)), pack())
    return ENOUGH[case.path]


def _with(case: Case, bearing: set[str]) -> Document:
    """The pack with the rules that the case speaks of, and those of the kinds that bear upon them."""
    rules = [each for each in pack()["rules"] if not case.only or each["id"] in case.only or bearing & each.keys()]
    return pack() | {"rules": rules}


def _holds(case: Case, document: Document, folder: Path) -> bool:
    """Whether the case keeps its promise when the pack says this instead."""
    file = folder / "pack.yaml"
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    rules = case.rules | {"extends": [str(file)]} if isinstance(case.rules, dict) else str(file)
    try:
        rulebook = rulebook_of(replace(case, rules=rules), folder)
        return not failures(case, rulebook, folder, stop_early=True)
    except InvalidInputError:
        return False
