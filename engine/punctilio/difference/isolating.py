"""Which field made a judgement another one: the old rules are tried with one field of the new ones at a time.

Only the cases in which anything is different are judged again, and by the engine alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from punctilio.difference.blending import Path, blended
from punctilio.difference.outcomes import AFTER, CHANGE, SAME, outcomes
from punctilio.difference.values import Change
from punctilio.evaluation import evaluate
from punctilio.rulebook.load import Loaded
from punctilio.selection import of_cases
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import replaced

HANDS: Final = "hands"
ALONE: Final = "alone"
MOST: Final = 40
"""Fields that are tried."""
ROOM: Final = 2_000_000
"""Events that are judged at most, over all fields."""
_ROW: Final = "_row"
_RECORD: Final = (c.RULE, c.RECORD, c.CASE, c.PERSON, SAME)
_JUDGEMENT: Final = (*_RECORD, CHANGE, AFTER)


def with_hands(
    found: pl.DataFrame, changes: Sequence[Change], sides: tuple[Loaded, Loaded], log: Log, old: Evaluation
) -> pl.DataFrame:
    """Add to the outcomes ``hands``, the numbers of the changes that each hangs on, parted by blanks, and ``alone``:
    whether each of these gives it alone, or they do so only together; null where that was not tried."""
    return _tried(found, changes, sides, log, old).with_columns(
        pl.col(HANDS).cast(pl.List(pl.String)).list.join(" ").alias(HANDS)
    )


def _tried(
    found: pl.DataFrame, changes: Sequence[Change], sides: tuple[Loaded, Loaded], log: Log, old: Evaluation
) -> pl.DataFrame:
    fields = _fields(changes)
    if len(fields) < 2 or found.is_empty():
        return _all_by(found, [number for numbers in fields.values() for number in numbers])
    events = log.events.filter(pl.col(c.CASE).is_in(found[c.CASE].unique().implode()))
    if len(fields) > MOST or len(fields) * events.height > ROOM:
        return _all_by(found, [])
    return _joined(found, _touched(found, fields, sides, replaced(log, events=events), old))


def _all_by(found: pl.DataFrame, hands: Sequence[int]) -> pl.DataFrame:
    """Everything by these alone; unknown where there are none."""
    return found.with_columns(_hands(hands).alias(HANDS), pl.lit(bool(hands) or None, dtype=pl.Boolean).alias(ALONE))


def _fields(changes: Sequence[Change]) -> Mapping[Path, list[int]]:
    """The numbers of the changes that can change a verdict, by the field: several items of a list are one."""
    fields: dict[Path, list[int]] = {}
    for number, change in enumerate(changes):
        if change.judges:
            fields.setdefault(change.path, []).append(number)
    return fields


def _touched(
    found: pl.DataFrame,
    fields: Mapping[Path, Sequence[int]],
    sides: tuple[Loaded, Loaded],
    log: Log,
    old: Evaluation,
) -> pl.DataFrame:
    """What is different by each field alone, with its ``hands``."""
    before = of_cases(old, found[c.CASE].unique().to_list())
    rows = [found.clear().select(*_JUDGEMENT).with_columns(_hands([]).alias(HANDS))]
    for path, numbers in fields.items():
        rulebook = blended(*sides, path)
        if rulebook is not None:
            now = outcomes(before, evaluate(rulebook, log, as_of=old.as_of))
            rows.append(now.select(*_JUDGEMENT).with_columns(_hands(numbers).alias(HANDS)))
    return pl.concat(rows)


def _joined(found: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    """Each outcome with the fields that give it alone; where none does, with those that change the record somehow."""
    numbered = found.with_row_index(_ROW)
    exact = _by_row(numbered, touched, _JUDGEMENT, "_exact")
    some = _by_row(numbered, touched, _RECORD, "_some")
    both = numbered.join(exact, on=_ROW, how="left").join(some, on=_ROW, how="left").sort(_ROW)
    return both.with_columns(
        pl.coalesce("_exact", "_some", _hands([])).alias(HANDS), pl.col("_exact").is_not_null().alias(ALONE)
    ).drop(_ROW, "_exact", "_some")


def _by_row(numbered: pl.DataFrame, touched: pl.DataFrame, on: Sequence[str], name: str) -> pl.DataFrame:
    joined = numbered.select(_ROW, *on).join(touched.select(*on, HANDS), on=list(on), how="inner", nulls_equal=True)
    return joined.explode(HANDS).group_by(_ROW).agg(pl.col(HANDS).unique().sort().alias(name))


def _hands(numbers: Sequence[int]) -> pl.Expr:
    return pl.lit(pl.Series([list(numbers)], dtype=pl.List(pl.UInt32))).first()
