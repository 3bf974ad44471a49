"""Every key of the rule language has a case file that needs it: cut out, the case fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from punctilio.casefiles.model import CaseFile
from punctilio.model.vocabulary import Parts
from punctilio.mutation.trees import Way, ways, without
from punctilio.resources import bundled
from punctilio.value import replaced
from punctilio.yaml_source import MapNode
from tests.cases.reading import is_kept, read_case

LANGUAGE = Path(__file__).parent / "language"
FOR_PEOPLE = {"language", "pack", "title", "about", "cite"}
FOR_TEXTS = {"facts"}
"""What no verdict needs, but message templates do: tests/unit/test_drafting.py tries it."""
PARENTS = {"window": "window", "while": "while", "do": "action", "bullets": "bullets"}
PATTERN_WORDS = ("all", "any", "not", "in", "lt", "lte", "gt", "gte", "matches", "mentions", "exists", "words", "chars")


def keys_of(definition: str) -> list[str]:
    schema = json.loads((bundled("schemas") / "rules.schema.json").read_text("utf-8"))
    properties: dict[str, Any] = schema["$defs"][definition]["properties"] if definition else schema["properties"]
    return [key for key in properties if key not in FOR_PEOPLE]


def promised_keys() -> Iterator[tuple[str, str]]:
    """Each key with the key it stands under; nothing for the top of the file."""
    yield from (("", key) for key in keys_of(""))
    yield from ((kind, key) for kind in ("expect", "require", "limit", "check", "close") for key in keys_of(kind))
    yield from ((parent, key) for parent, definition in PARENTS.items() for key in keys_of(definition))
    yield from (("parts", part) for part in Parts.__annotations__ if part not in FOR_TEXTS)
    yield from (("pattern", key) for key in (*PATTERN_WORDS, "starts_with"))


@cache
def cases() -> tuple[CaseFile, ...]:
    return tuple(read_case(path) for path in sorted(LANGUAGE.glob("*.yaml")))


@pytest.mark.parametrize(("parent", "key"), sorted(set(promised_keys())))
def test_a_case_file_needs_every_key(parent: str, key: str) -> None:
    assert any(not is_kept(cut(case, way)) for case, way in places(parent, key))


def cut(case: CaseFile, way: Way) -> CaseFile:
    """The case by its rules without what stands at the end of the way."""
    assert isinstance(case.rules, MapNode)
    return replaced(case, rules=without(case.rules, way))


def places(parent: str, key: str) -> Iterator[tuple[CaseFile, Way]]:
    """Where the key is written in the case files."""
    for case in cases():
        if isinstance(case.rules, MapNode):
            yield from ((case, way) for way in ways(case.rules) if way[-1] == key and stands_under(parent, way))


def stands_under(parent: str, way: Way) -> bool:
    if parent == "pattern":
        return way[0] == "rules" and "check" not in way and isinstance(way[-2], str)
    return way[-2:-1] == (parent,) if parent else len(way) == 1
