"""The use case: two loaded rulebooks and what they made of one log, in; a difference, out."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from punctilio.difference.attribution import rule_differences, with_effect
from punctilio.difference.concerns import with_rules
from punctilio.difference.outcomes import outcomes
from punctilio.difference.samples import samples
from punctilio.difference.structure import changes
from punctilio.difference.values import Difference, Side
from punctilio.model.rule import Rulebook
from punctilio.rulebook.load import Loaded
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation
from punctilio.value import Value, replaced


class Judged(Value):
    """One side: what the rules were asked for by, the rules, and what they made of the log."""

    source: str
    loaded: Loaded
    evaluation: Evaluation


def difference(old: Judged, new: Judged, *, logs: Sequence[str], most: int) -> Difference:
    """What is different by the new rules, with at most so many samples of each kind."""
    found = outcomes(old.evaluation, new.evaluation)
    written = [
        replaced(change, rules=_in_other_zones(found, old, new)) if change.path == ("zone",) else change
        for change in with_rules(changes(old.loaded, new.loaded), old.loaded, new.loaded)
    ]
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
        changes=with_effect(written, rules),
        outcomes=found,
    )


def _in_other_zones(found: pl.DataFrame, old: Judged, new: Judged) -> tuple[str, ...]:
    """The rules that judge otherwise in cases that have another zone by the new rules."""
    zones = [side.evaluation.statuses.select(c.CASE, c.ZONE) for side in (old, new)]
    other = zones[0].join(zones[1], on=[c.CASE, c.ZONE], how="anti")
    return tuple(found.join(other, on=c.CASE, how="semi")[c.RULE].unique().sort())


def _side(source: str, rulebook: Rulebook) -> Side:
    return Side(source=source, name=rulebook.name, hash=rulebook.hash, files=rulebook.files)
