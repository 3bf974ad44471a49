"""What is linted, and what is found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from punctilio.inert import inert
from punctilio.linting.codes import CODES
from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.model.rule import Kind, Rule, Rulebook
from punctilio.problems import Problem
from punctilio.results.model import Related
from punctilio.rulebook.files import RuleFile
from punctilio.rulebook.load import Loaded
from punctilio.value import Value
from punctilio.yaml_source import Entry, MapNode, ScalarNode

OfKind = TypeVar("OfKind", bound=Kind)


class Slip(Value, kw_only=True):
    """One thing that is found in the rules that were asked for as ``source``. ``names`` are the rules or other things
    that it is about, the one to mend first; ``related`` is the other rule of two."""

    problem: Problem
    names: tuple[str, ...]
    source: str = ""
    related: tuple[Related, ...] = ()

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def level(self) -> Level:
        return CODES[self.problem.code].level


class Book(Value):
    """A rulebook with the trees that it was built of; ``source`` is what it was asked for by.

    What is found lies in a person's ``own`` files: those that are not bundled, or the bundled pack that was asked for.
    """

    source: str
    loaded: Loaded

    @property
    def rulebook(self) -> Rulebook:
        return self.loaded.rulebook

    @cached_property
    def own(self) -> tuple[RuleFile, ...]:
        files = self.loaded.files
        return tuple(file for file in files if not file.is_bundled or file is files[-1])

    @cached_property
    def own_names(self) -> frozenset[str]:
        return frozenset(file.name for file in self.own)

    def rules(self, kind: type[OfKind]) -> Iterator[tuple[Rule, OfKind]]:
        """The rules of a kind, by id."""
        return ((rule, rule.kind) for rule in self.rulebook.rules if isinstance(rule.kind, kind))

    def is_own(self, place: Location) -> bool:
        return place.file in self.own_names

    # ── places ──

    def place(self, rule: Rule, *path: str) -> Location:
        """Where a field of the rule says what it says, in an own file if anything there has a hand in it: the field,
        the parameter put into it, the override, or another parameter of the rule."""
        node = self.loaded.merged.rules[rule.id]
        entry = self._entry(node.node, path)
        places = [*self._put_in(entry), *([entry.location] if entry else []), *([node.changed] if node.changed else [])]
        places += [rule.location, *self._set_for(rule)]
        return next((place for place in places if self.is_own(place)), entry.location if entry else rule.location)

    def slip_of_two(self, code: str, message: str, rule: Rule, other: Rule, *path: str) -> Slip:
        """Where a field of the rule stands, or the other one if that alone is an own one."""
        place = self.place(rule, *path)
        here, there = (place, other) if self.is_own(place) else (self.place(other), rule)
        related = Related(there.location, f"The rule `{inert(there.id)}` stands here.")
        return Slip(problem=Problem(code, message, here), names=(rule.id, other.id), related=(related,))

    def _entry(self, node: MapNode, path: tuple[str, ...]) -> Entry | None:
        found: Entry | None = None
        for key in path:
            inner = node.entry(key)
            if inner is None:
                return found
            found = inner
            if not isinstance(inner.value, MapNode):
                return found
            node = inner.value
        return found

    def _put_in(self, entry: Entry | None) -> Iterator[Location]:
        if entry is not None and isinstance(entry.value, ScalarNode) and entry.value.text.startswith("$"):
            known = self.loaded.parameters.get(entry.value.text[1:])
            if known is not None and known.value is not None and not known.is_default:
                yield known.value.location

    def _set_for(self, rule: Rule) -> Iterator[Location]:
        for reading in rule.readings:
            value = self.loaded.parameters[reading.parameter].value
            if value is not None and not reading.is_default:
                yield value.location


def slip(code: str, message: str, place: Location, *names: str) -> Slip:
    return Slip(problem=Problem(code, message, place), names=names)


def named(rule: Rule) -> str:
    """A rule in a message: its id, and where it stands."""
    return f"`{rule.id}` ({rule.location.file}:{rule.location.line})"
