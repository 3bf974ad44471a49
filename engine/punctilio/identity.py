"""Stable names for decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl
import polars_hash as plh

from punctilio.history import History
from punctilio.tables import columns as c
from punctilio.tables.identities import identities
from punctilio.tables.joining import without
from punctilio.tables.numbering import spread

_LENGTH: Final = 16


def with_identities(history: History, asking: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The events of the history, with the ``identity`` of each ``event`` of these rows."""
    asked = [rows[c.EVENT].drop_nulls() for rows in asking if rows.height]
    rows = pl.concat(asked).unique() if asked else pl.Series(dtype=pl.UInt32)
    if rows.is_empty():
        return history.events
    noted = spread(identities(history.written[rows]), rows, history.events.height)
    return history.events.with_columns_seq(pl.coalesce(noted.alias("_noted"), c.IDENTITY).alias(c.IDENTITY))


def with_id(rows: pl.DataFrame, rules: tuple[str, ...], events: pl.DataFrame) -> pl.DataFrame:
    """Add ``id``: the first 16 hexadecimal digits of the SHA-256 of rule, case, person and the trigger's identity.
    ``events`` are those of a history, with the identities of the triggers."""
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
