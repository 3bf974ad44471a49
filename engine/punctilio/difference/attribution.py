"""Why it is judged otherwise: which rules have effects, and which changes these hang on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from punctilio.difference.isolating import ALONE, HANDS
from punctilio.difference.outcomes import BY, CHANGE
from punctilio.difference.values import Change, Effect, RuleDifference, Sample
from punctilio.model.rule import Close, Limit, Require, Rulebook
from punctilio.rulebook.load import Loaded
from punctilio.tables import columns as c
from punctilio.value import replaced

Kept = tuple[str, str, str, str, bool | None]
"""What is told together: a rule, a record, a way, and which changes it hangs on."""
Samples = Mapping[Kept, Sequence[Sample]]
KEPT: Final = (c.RULE, c.RECORD, CHANGE, HANDS, ALONE)


def rule_differences(
    outcomes: pl.DataFrame, changes: Sequence[Change], samples: Samples, old: Loaded, new: Loaded
) -> tuple[RuleDifference, ...]:
    """The rules with effects, by id; ``changes`` know whether they have any."""
    through = _through(outcomes, changes, old.rulebook, new.rulebook)
    effects = _effects(outcomes, changes, samples)
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


def with_effect(changes: Iterable[Change], outcomes: pl.DataFrame, old: Rulebook, new: Rulebook) -> tuple[Change, ...]:
    """The changes, each with whether any judgement hangs on it: where none is known to do so alone, all that have to do
    with its rule, or with one that bounds or closes it, may."""
    every = tuple(changes)
    hands = {int(number) for some in outcomes[HANDS].unique() for number in some.split()}
    unclear = outcomes.filter(~pl.col(ALONE).fill_null(False))
    rules = set(unclear[c.RULE].unique()).union(*_through(unclear, every, old, new).values())
    return tuple(
        replaced(change, has_effect=number in hands or (change.judges and not rules.isdisjoint(change.rules)))
        for number, change in enumerate(every)
    )


def _of_rule(rule: str, changes: Sequence[Change]) -> tuple[Change, ...]:
    """What is written otherwise for a rule; of one that came or went, no more than that."""
    found = tuple(change for change in changes if rule in change.rules and change.has_effect)
    whole = tuple(change for change in found if change.path == ("rules", rule))
    return whole or found


def _effects(outcomes: pl.DataFrame, changes: Sequence[Change], samples: Samples) -> dict[str, list[Effect]]:
    counted = outcomes.group_by(KEPT).agg(pl.len().alias("count"), pl.col(c.CASE).n_unique().alias("cases"))
    found: dict[str, list[Effect]] = {}
    for rule, record, change, hands, alone, count, cases in counted.sort(KEPT).iter_rows():
        effect = Effect(
            record=record,
            change=change,
            count=count,
            cases=cases,
            by=tuple(changes[int(number)] for number in hands.split()),
            alone=alone,
            samples=tuple(samples.get((rule, record, change, hands, alone), ())),
        )
        found.setdefault(rule, []).append(effect)
    return found


def _through(
    outcomes: pl.DataFrame, changes: Sequence[Change], old: Rulebook, new: Rulebook
) -> dict[str, tuple[str, ...]]:
    """The changed rules that bound or close what other rules ask for, by the rule that asks.

    Where none of them is named by a judgement that is different, all that could have had a hand in it are told.
    """
    changed = {rule for change in changes if change.judges for rule in change.rules}
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
    return "changed" if any(change.path[:2] == ("rules", rule) and change.judges for change in changes) else "unchanged"


def _title(rule: str, old: Rulebook, new: Rulebook) -> str:
    return next((one.title for book in (new, old) for one in book.rules if one.id == rule), "")
