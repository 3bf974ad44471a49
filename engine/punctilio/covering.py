"""Which interval covers a moment: of those that do, the one that began last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from punctilio.tables.joining import stacked

ASKED: Final = "asked"
BEGAN: Final = "began"
EXIT: Final = "exit"
_AGAIN: Final = "_again"


def latest_covering(
    askers: pl.DataFrame, intervals: pl.DataFrame, values: Sequence[str], *, by: Sequence[str], strictly: bool = False
) -> pl.DataFrame:
    """Add ``values`` of the interval (from ``began`` up to ``exit``) that began last by the moment ``asked``
    (``strictly`` before it) and is not over then; null where none covers it.

    Intervals that are over are rare (a message that bounced, somebody else's turn):
    the few askers that meet one look again further back.
    """
    given = [*askers.columns, *values]
    if not askers.height or not intervals.height:
        return askers.with_columns_seq(pl.lit(None, dtype=intervals.schema[name]).alias(name) for name in values)
    if askers.height * 2 < intervals.height:
        intervals = intervals.filter(pl.col(by[0]).is_in(askers[by[0]].unique().implode()))
    right = intervals.sort(BEGAN, maintain_order=True)
    pending, place = askers, ASKED
    settled: list[pl.DataFrame] = []
    while True:
        found = pending.sort(place, maintain_order=True).join_asof(
            right, left_on=place, right_on=BEGAN, by=list(by), check_sortedness=False, coalesce=False,
            allow_exact_matches=not strictly or place == _AGAIN,
        )  # fmt: skip
        if found[EXIT].null_count() == found.height:
            return stacked([*settled, found.select_seq(given)])
        is_over = found.select_seq((pl.col(EXIT) <= pl.col(ASKED)).fill_null(False)).to_series()
        settled.append(found.filter(~is_over).select_seq(given))
        pending = found.filter(is_over).select_seq(*askers.columns, (pl.col(BEGAN) - 1).alias(_AGAIN))
        place = _AGAIN
        if not pending.height:
            return stacked(settled)
