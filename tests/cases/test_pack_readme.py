"""The pack's README accounts for every statement and every rule, and says what the rules themselves say."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from punctilio.resources import bundled
from tests.cases.reading import plain_yaml

PACK = bundled("rules") / "after-interview"


@cache
def readme() -> str:
    return (PACK / "README.md").read_text("utf-8")


@cache
def pack() -> dict[str, Any]:
    document: dict[str, Any] = plain_yaml(PACK / "rules.yaml")
    return document


def row(label: str) -> str:
    found = re.search(rf"^\| {label} .*$", readme(), re.MULTILINE)
    assert found, f"no row for {label}"
    return found.group()


@pytest.mark.parametrize("statement", [f"S{number}" for number in range(1, 31)])
def test_a_statement_names_the_rules_that_cite_it(statement: str) -> None:
    citing = {rule["id"] for rule in pack()["rules"] if statement in rule["cite"].split(", ")}
    named = set(re.findall(r"`([a-z-]+)`", row(statement))) & {rule["id"] for rule in pack()["rules"]}
    assert citing == named
    assert citing


@pytest.mark.parametrize("reading", [f"D{number}" for number in range(1, 17)])
def test_every_reading_is_written_down(reading: str) -> None:
    assert len(row(reading).split(" | ")) == 3


def test_every_parameter_is_described() -> None:
    assert [name for name in pack()["parameters"] if f"`{name}" not in readme()] == []
