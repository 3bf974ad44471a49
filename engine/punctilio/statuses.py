"""How each case stands: open, or as a close rule calls it; and what an open case waits for."""

from __future__ import annotations

import polars as pl

from punctilio.closures import ENDS, STARTS
from punctilio.history import History
from punctilio.model.decision import ACTIONABLE, OPEN_STATUS, UNSETTLED, Verdict
from punctilio.model.rule import Close, Rulebook
from punctilio.tables import columns as c
from punctilio.tables.joining import with_found


def statuses(history: History, rulebook: Rulebook, stretches: pl.DataFrame) -> pl.DataFrame:
    """``case_no case status since_at rule_no event zone`` for every case.
    Of the closings in force the latest counts, then the first rule id."""
    in_force = stretches.filter(pl.col(ENDS).is_null()).sort(
        [STARTS, c.SINCE_AT, c.RULE_NO], descending=[True, True, False]
    )
    latest = in_force.unique(c.CASE_NO, keep="first", maintain_order=True)
    names = {n: rule.kind.status for n, rule in enumerate(rulebook.rules) if isinstance(rule.kind, Close)}
    status = pl.col(c.RULE_NO).cast(pl.Int64).replace_strict(names, default=OPEN_STATUS, return_dtype=pl.String)
    joined = history.cases.pipe(with_found, latest, on=c.CASE_NO)
    return joined.with_columns_seq(status.fill_null(OPEN_STATUS).alias(c.STATUS)).select_seq(
        c.CASE_NO, c.CASE, c.STATUS, c.SINCE_AT, c.RULE_NO, c.EVENT, c.ZONE
    )


def open_cases(known: pl.DataFrame) -> pl.DataFrame:
    return known.filter(pl.col(c.STATUS) == OPEN_STATUS).select_seq(c.CASE_NO, c.ZONE)


def with_waiting(known: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Add ``waits_for`` and ``waits_until`` to open cases without an open action:
    the next instance that opens, or is unblocked."""
    until = pl.when(pl.col(c.VERDICT) == Verdict.BLOCKED.value).then(c.BLOCKED_UNTIL).otherwise(c.OPENS_AT)
    waiting = decisions.filter(pl.col(c.VERDICT).is_in([v.value for v in UNSETTLED])).select_seq(
        c.CASE, pl.col(c.RULE).alias(c.WAITS_FOR), until.alias(c.WAITS_UNTIL)
    )
    following = waiting.filter(pl.col(c.WAITS_UNTIL).is_not_null())
    if following.height:
        actions = decisions.filter(pl.col(c.VERDICT).is_in([v.value for v in ACTIONABLE])).select_seq(c.CASE)
        coming = following.join(actions, on=c.CASE, how="anti").sort(c.WAITS_UNTIL, c.WAITS_FOR)
        following = coming.unique(c.CASE, keep="first", maintain_order=True)
    joined = known.pipe(with_found, following, on=c.CASE)
    is_open = pl.col(c.STATUS) == OPEN_STATUS
    return joined.with_columns_seq(pl.when(is_open).then(name).alias(name) for name in (c.WAITS_FOR, c.WAITS_UNTIL))
