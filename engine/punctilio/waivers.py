"""What was excused: the one place where waivers act."""

from __future__ import annotations

from typing import Final

import polars as pl

from punctilio.history import History
from punctilio.model.rule import Rulebook
from punctilio.model.vocabulary import WAIVER
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import INSTANT
from punctilio.zones import END_OF_TIME

_BY: Final = [c.CASE_NO, c.RULE_NO, c.PERSON]
_ANYONE: Final = ""


def waivers(history: History, rulebook: Rulebook) -> pl.DataFrame:
    """Every waiver seen: ``event case_no rule_no person expires_at``; ``person`` is empty where it is for everyone."""
    numbers = pl.DataFrame({"_rule": [rule.id for rule in rulebook.rules]}, schema={"_rule": pl.String})
    fields = [c.field(name) for name in ("rule", "person", "expires_at")]
    granted = history.of_type(WAIVER, [c.EVENT, c.CASE_NO, *fields]).select_seq(
        c.EVENT,
        c.CASE_NO,
        pl.col(c.field("rule")).alias("_rule"),
        pl.col(c.field("person")).fill_null(_ANYONE).alias(c.PERSON),
        pl.col(c.field("expires_at")).alias(c.EXPIRES_AT),
    )
    return granted.pipe(with_found, numbers.with_row_index(c.RULE_NO), on="_rule").drop("_rule")


def with_waiver(rows: pl.DataFrame, granted: pl.DataFrame, instant: pl.Expr) -> pl.DataFrame:
    """Add ``waiver``: the event that excuses each row
    (``case_no rule_no person``) at ``instant``, null where none does.

    Of several the one that lasts longest counts. A waiver for one person excuses nobody else.
    """
    if not granted.height or not rows.height:
        return rows.with_columns_seq(pl.lit(None, dtype=pl.UInt32).alias(c.WAIVER))
    lasting = granted.with_columns_seq(pl.col(c.EXPIRES_AT).fill_null(pl.lit(END_OF_TIME, dtype=INSTANT)))
    longest = lasting.sort(c.EXPIRES_AT, maintain_order=True).unique(_BY, keep="last", maintain_order=True)
    longest = longest.select_seq(*_BY, pl.col(c.EVENT).alias(c.WAIVER), pl.col(c.EXPIRES_AT).alias("_lasts"))
    numbered = rows.with_row_index("_row").with_columns_seq(instant.alias("_instant"))
    asking = numbered.select_seq("_row", c.CASE_NO, c.RULE_NO, "_instant", c.PERSON)
    anyone = asking.with_columns_seq(pl.lit(_ANYONE).alias(c.PERSON))
    found = stacked([asking, anyone]).join(longest, on=_BY).filter(pl.col("_instant") <= pl.col("_lasts"))
    best = found.sort("_lasts", c.WAIVER).unique("_row", keep="last", maintain_order=True).select_seq("_row", c.WAIVER)
    return numbered.pipe(with_found, best, on="_row").drop("_row", "_instant")
