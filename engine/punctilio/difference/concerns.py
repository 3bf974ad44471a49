"""Which rules a change concerns: its own rule, or those that use what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from punctilio.difference.values import Change
from punctilio.model.rule import Action, EventPattern, Rule
from punctilio.rulebook.load import Loaded
from punctilio.rulebook.references import Meant, Reference, of_event, of_rule, parameters_in, put_in_by
from punctilio.rulebook.within import counts_business_days, values_in
from punctilio.value import Value, replaced
from punctilio.yaml_source import Node


def with_rules(changes: Iterable[Change], old: Loaded, new: Loaded) -> tuple[Change, ...]:
    """The changes with the rules that each concerns, by the old rules or by the new. Which a zone concerns, only the
    cases can tell.

    Where a rule came to count business days, that is what changed about it, and not the calendar.
    """
    uses = (Uses.of(old), Uses.of(new))

    def concerned(change: Change) -> set[str]:
        before, now = ({*side.concerned(change.path)} for side in uses)
        return before & now if change.path[0] == "calendar" else before | now

    return tuple(replaced(change, rules=tuple(sorted(concerned(change)))) for change in changes)


class Uses(Value):
    """What each rule of a rulebook uses."""

    loaded: Loaded
    references: dict[str, frozenset[Reference]]

    @staticmethod
    def of(loaded: Loaded) -> Uses:
        meant = put_in_by(loaded.parameters)
        defined = {
            name: frozenset(of_event(entry.value, meant)) for name, entry in loaded.merged.named["define"].items()
        }
        return Uses(loaded, {name: _reached(rule.keys, defined, meant) for name, rule in loaded.merged.rules.items()})

    def concerned(self, path: tuple[str, ...]) -> Iterator[str]:
        """The ids of the rules that the field under a path has to do with."""
        rules = self.loaded.rulebook.rules
        match path:
            case ("rules", rule, *_):
                yield rule
            case ("parameters", name, *_):
                yield from (rule.id for rule in rules if self._reads(rule, name))
            case ("define" | "parties" | "phrases" as section, name, *_):
                wanted = Reference(section, name)
                yield from (rule for rule, found in self.references.items() if wanted in found)
            case ("calendar", *_):
                yield from (rule.id for rule in rules if counts_business_days(rule))
            case ("vocabulary", "events", event, *_):
                yield from (rule.id for rule in rules if event in _types_of(rule))
            case ("vocabulary", *_):
                yield from (rule.id for rule in rules)
            case _:
                pass

    def _reads(self, rule: Rule, parameter: str) -> bool:
        if any(reading.parameter == parameter for reading in rule.readings):
            return True
        merged = self.loaded.merged
        shared = [*merged.calendar.values(), *([merged.zone] if merged.zone else [])]
        return any(parameter in parameters_in(node) for node in shared)


def _reached(keys: Mapping[str, Node], defined: dict[str, frozenset[Reference]], meant: Meant) -> frozenset[Reference]:
    """What a rule refers to, directly and by definitions."""
    found: set[Reference] = set()
    pending = [*of_rule(keys, meant)]
    while pending:
        reference = pending.pop()
        if reference not in found:
            found.add(reference)
            pending.extend(defined.get(reference.name, ()) if reference.section == "define" else ())
    return frozenset(found)


def _types_of(rule: Rule) -> set[str]:
    """The event types that a rule speaks of."""
    found = set[str]()
    for value in values_in(rule.kind):
        found.update(value.types if isinstance(value, EventPattern) else ())
        found.update((value.type,) if isinstance(value, Action) else ())
    return found
