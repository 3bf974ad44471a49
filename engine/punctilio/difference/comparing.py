"""The use case: two loaded rulebooks and what they made of one log, in; a difference, out."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from punctilio.difference.attribution import rule_differences, with_effect
from punctilio.difference.concerns import with_rules
from punctilio.difference.isolating import with_hands
from punctilio.difference.outcomes import outcomes
from punctilio.difference.samples import samples
from punctilio.difference.structure import changes
from punctilio.difference.values import Difference, Side
from punctilio.model.rule import Rulebook
from punctilio.rulebook.load import Loaded
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import Value, replaced


class Judged(Value):
    """One side: what the rules were asked for by, the rules, and what they made of the log."""

    source: str
    loaded: Loaded
    evaluation: Evaluation


def difference(old: Judged, new: Judged, log: Log, *, logs: Sequence[str], most: int) -> Difference:
    """What is different by the new rules, with at most so many samples of each kind. ``log`` is as the old rules read
    it, ``logs`` is what it was asked for by."""
    seen = outcomes(old.evaluation, new.evaluation)
    named = [
        replaced(change, rules=_in_other_zones(seen, old, new)) if change.path == ("zone",) else change
        for change in with_rules(changes(old.loaded, new.loaded), old.loaded, new.loaded)
    ]
    found = with_hands(seen, named, (old.loaded, new.loaded), log, old.evaluation)
    written = with_effect(named, found, old.loaded.rulebook, new.loaded.rulebook)
    few = samples(found, old.evaluation, new.evaluation, most=most)
    rules = rule_differences(found, written, few, old.loaded, new.loaded)
    return Difference(
        old=_side(old.source, old.loaded.rulebook),
        new=_side(new.source, new.loaded.rulebook),
        as_of=new.evaluation.as_of,
        logs=tuple(logs),
        cases=new.evaluation.statuses.height,
        differing=found.select(pl.col(c.CASE).n_unique()).item(),
        rules=rules,
        changes=written,
        outcomes=found,
    )


def _in_other_zones(found: pl.DataFrame, old: Judged, new: Judged) -> tuple[str, ...]:
    """The rules that judge otherwise in cases that have another zone by the new rules."""
    zones = [side.evaluation.statuses.select(c.CASE, c.ZONE) for side in (old, new)]
    other = zones[0].join(zones[1], on=[c.CASE, c.ZONE], how="anti")
    return tuple(found.join(other, on=c.CASE, how="semi")[c.RULE].unique().sort())


def _side(source: str, rulebook: Rulebook) -> Side:
    return Side(source=source, name=rulebook.name, hash=rulebook.hash, files=rulebook.files)
