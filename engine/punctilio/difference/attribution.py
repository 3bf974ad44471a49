"""Why it is judged otherwise: which rules have effects, and which changes these hang on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from punctilio.difference.outcomes import BY, CHANGE
from punctilio.difference.values import Change, Effect, RuleDifference, Sample
from punctilio.model.rule import Close, Limit, Require, Rulebook
from punctilio.rulebook.load import Loaded
from punctilio.tables import columns as c
from punctilio.value import replaced

Samples = Mapping[tuple[str, str, str], Sequence[Sample]]
"""Of each rule, record and way."""

_WORDS: Final = frozenset({"title", "about", "cite"})
"""Keys of a rule that are only for people."""


def rule_differences(
    outcomes: pl.DataFrame, changes: Sequence[Change], samples: Samples, old: Loaded, new: Loaded
) -> tuple[RuleDifference, ...]:
    """The rules with effects, by id."""
    through = _through(outcomes, changes, old.rulebook, new.rulebook)
    effects = _effects(outcomes, samples)
    return tuple(
        RuleDifference(
            rule=rule,
            title=_title(rule, old.rulebook, new.rulebook),
            state=_state(rule, changes, old.rulebook, new.rulebook),
            changes=_of_rule(rule, changes),
            through=through.get(rule, ()),
            effects=tuple(found),
        )
        for rule, found in effects.items()
    )


def with_effect(changes: Iterable[Change], rules: Iterable[RuleDifference]) -> tuple[Change, ...]:
    """The changes, each with whether any judgement hangs on it."""
    moved = {name for rule in rules for name in (rule.rule, *rule.through)}
    return tuple(
        replaced(change, has_effect=judges(change) and not moved.isdisjoint(change.rules)) for change in changes
    )


def judges(change: Change) -> bool:
    """Whether the field can change a verdict, and is not only for people."""
    return not (change.path[0] == "rules" and len(change.path) == 3 and change.path[2] in _WORDS)


def _of_rule(rule: str, changes: Sequence[Change]) -> tuple[Change, ...]:
    """What is written otherwise for a rule; of one that came or went, no more than that."""
    found = tuple(change for change in changes if rule in change.rules and judges(change))
    whole = tuple(change for change in found if change.path == ("rules", rule))
    return whole or found


def _effects(outcomes: pl.DataFrame, samples: Samples) -> dict[str, list[Effect]]:
    ways = [c.RULE, c.RECORD, CHANGE]
    counted = outcomes.group_by(ways).agg(pl.len().alias("count"), pl.col(c.CASE).n_unique().alias("cases")).sort(ways)
    found: dict[str, list[Effect]] = {}
    for rule, record, change, count, cases in counted.iter_rows():
        few = tuple(samples.get((rule, record, change), ()))
        found.setdefault(rule, []).append(Effect(record=record, change=change, count=count, cases=cases, samples=few))
    return found


def _through(
    outcomes: pl.DataFrame, changes: Sequence[Change], old: Rulebook, new: Rulebook
) -> dict[str, tuple[str, ...]]:
    """The changed rules that bound or close what other rules ask for, by the rule that asks.

    Where none of them is named by a judgement that is different, all that could have had a hand in it are told.
    """
    changed = {rule for change in changes if judges(change) for rule in change.rules}
    named = outcomes.select(c.RULE, pl.col(BY)).explode(BY).drop_nulls().unique().sort(c.RULE, BY)
    found: dict[str, list[str]] = {}
    for rule, by in named.iter_rows():
        if by in changed and by != rule:
            found.setdefault(rule, []).append(by)
    bounding = {rule.id for book in (old, new) for rule in book.rules if isinstance(rule.kind, Limit | Require | Close)}
    for rule in outcomes[c.RULE].unique():
        if rule not in changed and rule not in found:
            found[rule] = sorted(bounding & changed)
    return {rule: tuple(names) for rule, names in found.items()}


def _state(rule: str, changes: Sequence[Change], old: Rulebook, new: Rulebook) -> str:
    there = [any(one.id == rule for one in book.rules) for book in (old, new)]
    if not all(there):
        return "removed" if there[0] else "added"
    return (
        "changed" if any(change.path[:2] == ("rules", rule) and judges(change) for change in changes) else "unchanged"
    )


def _title(rule: str, old: Rulebook, new: Rulebook) -> str:
    return next((one.title for book in (new, old) for one in book.rules if one.id == rule), "")
