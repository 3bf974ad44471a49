"""Stable names for decisions."""

from __future__ import annotations

from typing import Final

import polars as pl
import polars_hash as plh

from punctilio.tables import columns as c
from punctilio.tables.joining import without

_LENGTH: Final = 16


def with_id(rows: pl.DataFrame, rules: tuple[str, ...], events: pl.DataFrame) -> pl.DataFrame:
    """Add ``id``: the first 16 hexadecimal digits of the SHA-256 of rule, case, person and the trigger's identity."""
    rule = pl.lit(pl.Series(rules, dtype=pl.String)).gather(c.RULE_NO)
    parts = [
        rule,
        pl.lit(events[c.CASE]).gather(c.EVENT),
        pl.col(c.PERSON).fill_null(""),
        pl.lit(events[c.IDENTITY]).gather(c.EVENT),
    ]
    name = pl.concat_str(parts, separator="\x1f").alias("_name")
    digest = plh.col("_name").chash.sha2_256().str.slice(0, _LENGTH).alias(c.ID)
    return rows.with_columns_seq(name).with_columns_seq(digest).pipe(without, "_name")
