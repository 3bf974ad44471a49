"""Whose mistake it is. Bundled files are proven, so what is wrong in one was caused by a person's own file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from punctilio.location import Location
from punctilio.problems import Problem
from punctilio.rulebook.files import RuleFile
from punctilio.value import replaced
from punctilio.yaml_source import Entry, MapNode, Node

CAUSES = ("vocabulary", "define", "parties", "phrases", "parameters", "overrides")
"""The sections by which a file changes what it inherits."""

_NAME = re.compile(r"[\w.-]*\w")


def at_their_cause(problems: Iterable[Problem], files: tuple[RuleFile, ...]) -> tuple[Problem, ...]:
    """The problems, those in bundled files at the entry of a person's own file that brought them about."""
    bundled = {file.name: file.document.lines for file in files if file.is_bundled}
    causes = [entry for file in reversed(files) if not file.is_bundled for entry in _causes(file)]

    def moved(problem: Problem) -> Problem:
        place = problem.location
        if not causes or place.file not in bundled:
            return problem
        line = bundled[place.file][place.line - 1] if place.line else ""
        message = f"This does not go with {place}: {problem.message}"
        return replaced(problem, message=message, location=_cause(causes, problem.message, line), suggestion=None)

    return tuple(moved(problem) for problem in problems)


def _cause(causes: list[Entry], message: str, line: str) -> Location:
    """The entry that both the message and the line name, else the line, else the message; else the first."""
    said, written = set(_NAME.findall(message)), set(_NAME.findall(line))
    for names in (said & written, written, said):
        named = [entry for entry in causes if entry.key in names]
        if named:
            return named[0].location
    return causes[0].location


def _causes(file: RuleFile) -> Iterator[Entry]:
    """What may have changed something, what says more first."""
    for name in CAUSES:
        yield from _inner(file.sections.get(name))
    if isinstance(file.document.root, MapNode):
        yield from (entry for entry in file.document.root.entries if entry.key in CAUSES)


def _inner(node: Node | None) -> Iterator[Entry]:
    if isinstance(node, MapNode):
        for entry in node.entries:
            yield from _inner(entry.value)
            yield entry
