"""Survivors with a reason: a list beside the rule file, ``mutants.yaml``, says why no case can notice them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from punctilio.location import Location
from punctilio.mutation.operators import Mutant
from punctilio.problems import Problem, in_order
from punctilio.shape import Report, items_of, keys_of, text
from punctilio.value import Value
from punctilio.yaml_source import MapNode, Node, read_document, with_sources

NAME: Final = "mutants.yaml"


class Justified(Value):
    """Why a mutant survives. ``change`` is None for every change of its place."""

    place: str
    change: str | None
    because: str
    location: Location

    def fits(self, mutant: Mutant) -> bool:
        return self.place == mutant.place and self.change in (None, mutant.change)


def read_justified(path: Path) -> tuple[tuple[Justified, ...], tuple[Problem, ...]]:
    """What a list of survivors says, and what is wrong with it."""
    document = read_document(path, str(path))
    report = Report(list(document.problems))
    root = document.root
    found: list[Justified] = []
    if root is not None:
        keys = keys_of(root, ("survivors",), report, "A list of mutants", ("survivors",)) or {}
        items = items_of(keys["survivors"], report, "`survivors`") if "survivors" in keys else ()
        found = [one for item in items or () if (one := _entry(item, report))]
    return tuple(found), in_order(with_sources(report.problems, [document]))


def _entry(node: Node, report: Report) -> Justified | None:
    keys = keys_of(node, ("at", "change", "because"), report, "A survivor", ("at", "because"))
    if keys is None or not isinstance(node, MapNode):
        return None
    said = {key: text(value, report, f"`{key}`") for key, value in keys.items()}
    place, because = said.get("at"), said.get("because")
    return Justified(place, said.get("change"), because, node.location) if place and because else None


def unused(justified: Iterable[Justified], survivors: Iterable[Mutant]) -> tuple[Justified, ...]:
    """Those that no survivor needs."""
    known = tuple(survivors)
    return tuple(one for one in justified if not any(one.fits(mutant) for mutant in known))
