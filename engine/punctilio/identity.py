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

_LENGTH: Final = 16


def with_identities(history: History, asking: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The events of the history, with the ``identity`` of each ``event`` of these rows."""
    asked = [rows[c.EVENT].drop_nulls() for rows in asking if rows.height]
    if not asked:
        return history.events
    rows = pl.concat(asked).unique()
    return history.events.with_columns_seq(
        history.events[c.IDENTITY].scatter(rows, identities_of(history, rows)),
    )


def identities_of(history: History, events: pl.Series) -> pl.Series:
    """The identities of the events with these numbers, a row each."""
    return identities(history.written[events])


def with_id(rows: pl.DataFrame, rules: tuple[str, ...], cases: pl.Series, known: pl.Series) -> pl.DataFrame:
    """Add ``id``: the first 16 hexadecimal digits of the SHA-256 of rule, case, person and the trigger's identity.
    ``rules`` and ``cases`` are the names of numbers; ``known`` are the identities, a row each."""
    parts = [
        pl.lit(pl.Series(rules, dtype=pl.String)).gather(c.RULE_NO),
        pl.lit(cases).gather(c.CASE_NO),
        pl.col(c.PERSON).fill_null(""),
        pl.lit(known),
    ]
    name = pl.concat_str(parts, separator="\x1f").alias("_name")
    digest = plh.col("_name").chash.sha2_256().str.slice(0, _LENGTH).alias(c.ID)
    return rows.with_columns_seq(name).with_columns_seq(digest).pipe(without, "_name")
