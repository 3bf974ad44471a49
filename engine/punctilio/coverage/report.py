"""The share that is covered, rule by rule, and the cases that are missing; as text and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from punctilio.casefiles.trying import TriedFile
from punctilio.coverage.reached import reached
from punctilio.coverage.suggesting import Suggestion, suggestion
from punctilio.coverage.targets import Target, targets
from punctilio.inert import inert
from punctilio.model.rule import Rulebook
from punctilio.value import Value
from punctilio.yaml_source import MapNode


class Covered(Value, kw_only=True):
    """What case files cover of a rulebook. ``missing`` come with the cases that would cover them."""

    rulebook: Rulebook
    targets: tuple[Target, ...]
    missing: tuple[tuple[Target, Suggestion], ...]


def coverage(files: Sequence[TriedFile]) -> tuple[Covered, ...]:
    """By rulebook that the case files name: those that stand in a case file are tried by it alone, and are left out,
    unless there is no other."""
    named = [file for file in files if file.file and not isinstance(file.file.rules, MapNode)]
    books = {file.rulebook.hash: file.rulebook for file in named or files if file.rulebook}
    return tuple(_of_rulebook(book, files) for book in books.values())


def _of_rulebook(rulebook: Rulebook, files: Sequence[TriedFile]) -> Covered:
    wanted = targets(rulebook)
    found = frozenset[Target]().union(*(reached(file, rulebook) for file in files))
    missing = tuple((target, suggestion(target, rulebook, files)) for target in wanted if target not in found)
    return Covered(rulebook=rulebook, targets=wanted, missing=missing)


def percent(covered: int, whole: int) -> int:
    """Never rounded up: 100 is all."""
    return covered * 100 // whole if whole else 100


def share(covered: Sequence[Covered]) -> int:
    """The percentage over all rulebooks."""
    whole = sum(len(one.targets) for one in covered)
    return percent(whole - sum(len(one.missing) for one in covered), whole)


def as_text(covered: Sequence[Covered]) -> str:
    """For people."""
    return "".join(f"{line}\n" for one in covered for line in _lines(one))


def _lines(covered: Covered) -> Iterator[str]:
    whole, missing = len(covered.targets), len(covered.missing)
    yield (
        f"\nCoverage of {inert(covered.rulebook.name)}: {percent(whole - missing, whole)} %"
        f" ({whole - missing:,} of {whole:,})."
    )
    for rule in covered.rulebook.rules:
        mine = [target for target in covered.targets if target.rule == rule.id]
        left = [(target, case) for target, case in covered.missing if target.rule == rule.id]
        yield f"  {percent(len(mine) - len(left), len(mine)):3} %  {rule.id} ({len(mine) - len(left)} of {len(mine)})"
        for target, case in left:
            place = f" Add to {inert(case.file)}" if case.file else " For example"
            yield f"         {_named(target)}: {inert(case.words)}{place}: - {inert(case.snippet)}"


def _named(target: Target) -> str:
    return f"{target.what} {target.edge}" if target.edge else target.what


def as_records(covered: Sequence[Covered]) -> list[dict[str, Any]]:
    """For machines."""
    return [_record(one) for one in covered]


def _record(covered: Covered) -> dict[str, Any]:
    whole, missing = len(covered.targets), len(covered.missing)
    return {
        "rulebook": {"name": covered.rulebook.name, "hash": covered.rulebook.hash},
        "covered": whole - missing,
        "of": whole,
        "percent": percent(whole - missing, whole),
        "rules": [_of_rule(rule.id, covered) for rule in covered.rulebook.rules],
    }


def _of_rule(rule: str, covered: Covered) -> dict[str, Any]:
    mine = [target for target in covered.targets if target.rule == rule]
    left = {target: case for target, case in covered.missing if target.rule == rule}
    return {
        "rule": rule,
        "covered": len(mine) - len(left),
        "of": len(mine),
        "percent": percent(len(mine) - len(left), len(mine)),
        "targets": [
            {
                "what": target.what,
                "edge": target.edge,
                "is_covered": target not in left,
                "case": _case(left[target]) if target in left else None,
            }
            for target in mine
        ],
    }


def _case(case: Suggestion) -> dict[str, Any]:
    return {"words": case.words, "snippet": case.snippet, "file": case.file}
