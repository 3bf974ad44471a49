"""What an instance of an expectation is at the as-of instant:
the first line of docs/language.md, 5 (expect, 5) that fits."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from punctilio.model.decision import ACTIONABLE, Verdict
from punctilio.tables import columns as c

IS_EXCUSED: Final = "is_excused"
"""Whether the action was forbidden when the instance expired."""


def is_undone() -> pl.Expr:
    """Neither settled nor ended."""
    return pl.col(c.DONE).is_null() & pl.col(c.ENDED_BY).is_null()


def has_expired(as_of: datetime) -> pl.Expr:
    return is_undone() & (pl.col(c.EXPIRES_AT) < pl.lit(as_of)).fill_null(False)


def is_overdue(as_of: datetime) -> pl.Expr:
    """Past its due, and neither settled nor ended by then: an expectation not met."""
    due = pl.col(c.DUE_AT)
    by_then = (pl.col(c.DONE_AT) <= due).fill_null(False) | (pl.col(c.ENDED_AT) <= due).fill_null(False)
    return (due < pl.lit(as_of)).fill_null(False) & ~by_then


def is_actionable() -> pl.Expr:
    return pl.col(c.VERDICT).is_in([verdict.value for verdict in ACTIONABLE])


def with_verdict(rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Add ``verdict`` to instances with ``waiver`` and ``is_excused``;
    what is blocked is known only later (``with_blocked``)."""
    return rows.with_columns_seq(_verdict(pl.lit(as_of)).alias(c.VERDICT))


def _verdict(as_of: pl.Expr) -> pl.Expr:
    due, opens, done = pl.col(c.DUE_AT), pl.col(c.OPENS_AT), pl.col(c.DONE_AT)
    has_expired = (pl.col(c.EXPIRES_AT) < as_of).fill_null(False)
    lines = (
        (pl.col(c.DONE).is_not_null() & (done < opens).fill_null(False), Verdict.EARLY),
        (pl.col(c.DONE).is_not_null() & (done <= due).fill_null(True), Verdict.SATISFIED),
        (pl.col(c.DONE).is_not_null(), Verdict.LATE),
        (pl.col(c.ENDED_BY) == "restart", Verdict.REPLACED),
        (pl.col(c.ENDED_BY).is_not_null(), Verdict.CANCELLED),
        (pl.col(c.WAIVER).is_not_null(), Verdict.WAIVED),
        (has_expired & pl.col(IS_EXCUSED), Verdict.EXCUSED),
        (has_expired & due.is_not_null(), Verdict.MISSED),
        (has_expired, Verdict.LAPSED),
        ((as_of < opens).fill_null(False), Verdict.WAITING),
        ((due < as_of).fill_null(False), Verdict.OVERDUE),
        (due.is_not_null(), Verdict.DUE),
    )
    names = pl.Series([*(value.value for _, value in lines), Verdict.OPEN.value])
    number = pl.lit(len(lines), dtype=pl.UInt32)  # numbers are chosen at a third of what texts cost
    for line, (fits, _) in reversed([*enumerate(lines)]):
        number = pl.when(fits).then(pl.lit(line, dtype=pl.UInt32)).otherwise(number)
    return pl.lit(names).gather(number)


def with_blocked(rows: pl.DataFrame) -> pl.DataFrame:
    blocked = pl.when(pl.col(c.BLOCKED_BY).is_not_null()).then(pl.lit(Verdict.BLOCKED.value))
    return rows.with_columns_seq(blocked.otherwise(pl.col(c.VERDICT)).alias(c.VERDICT))
