"""When a case is closed: the stretches that close rules make, and what they mean for everything else."""

from __future__ import annotations

from typing import Final

import polars as pl

from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.schemas import INSTANT, Schema

STARTS: Final = "starts"
ENDS: Final = "ends"
FOREVER: Final = 2**62

STRETCHES: Final[Schema] = {
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.EVENT: pl.UInt32,  # the event that closed the case, or began the silence that did
    STARTS: pl.Int64,  # moment
    c.SINCE_AT: INSTANT,
    ENDS: pl.Int64,  # moment of the reopening event; null while it lasts
}
"""A row for each time that a rule closed a case."""


def is_closed(rows: pl.DataFrame, stretches: pl.DataFrame) -> pl.Series:
    """Whether the case of each row (``case_no moment``) is closed at its moment;
    the closing event itself counts as closed."""
    if not stretches.height or not rows.height:
        return constant(False, rows.height, pl.Boolean)
    lasts = pl.col(ENDS).fill_null(FOREVER)
    lasts = lasts.cum_max().over(c.CASE_NO) if stretches[ENDS].count() else lasts
    merged = stretches.sort(STARTS).select_seq(c.CASE_NO, STARTS, lasts.alias(ENDS))
    numbered = rows.select_seq(c.CASE_NO, c.MOMENT).with_row_index("_row").sort(c.MOMENT)
    found = numbered.join_asof(merged, left_on=c.MOMENT, right_on=STARTS, by=c.CASE_NO, check_sortedness=False)
    return found.sort("_row").select_seq((pl.col(ENDS) > pl.col(c.MOMENT)).fill_null(False)).to_series()


def next_closing(rows: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """For the rows (``row case_no moment``) whose case is closed after their moment:
    ``row``, ``starts`` and ``since_at`` of the first closing."""
    if not stretches.height or not rows.height:
        return pl.DataFrame(schema={"row": pl.UInt32, STARTS: pl.Int64, c.SINCE_AT: INSTANT, "closed_by": pl.UInt32})
    starts = stretches.select_seq(c.CASE_NO, STARTS, c.SINCE_AT, pl.col(c.EVENT).alias("closed_by")).sort(
        STARTS, c.SINCE_AT
    )
    left = rows.select_seq("row", c.CASE_NO, (pl.col(c.MOMENT) + 1).alias("_from")).sort("_from")
    found = left.join_asof(
        starts, left_on="_from", right_on=STARTS, by=c.CASE_NO, strategy="forward", check_sortedness=False
    )
    return found.filter(pl.col(STARTS).is_not_null()).select_seq("row", STARTS, c.SINCE_AT, "closed_by")
