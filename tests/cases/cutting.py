"""Cutting things out of a rule file, to see whether a case file notices."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeAlias

from punctilio.errors import InvalidInputError
from tests.cases.case_files import Case, failures, rulebook_of

Step = str | int
Way = tuple[Step, ...]
Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"


def ways(value: Tree) -> Iterator[Way]:
    """The way to everything in a value of dictionaries and lists."""
    for step, inner in _steps(value):
        yield (step,)
        yield from ((step, *way) for way in ways(inner))


def _steps(value: Tree) -> list[tuple[Step, Tree]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def at(value: Any, way: Way) -> Any:
    """What stands at the end of the way."""
    for step in way:
        value = value[step]
    return value


def cut(document: Any, way: Way) -> Any:
    """The document without what stands at the end of the way."""
    left = deepcopy(document)
    del at(left, way[:-1])[way[-1]]
    return left


def holds(case: Case, folder: Path) -> bool:
    """Whether a case keeps its promise; rules that do not load keep none."""
    try:
        return not failures(case, rulebook_of(case, folder), folder, stop_early=True)
    except InvalidInputError:
        return False
