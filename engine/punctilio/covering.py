"""Which interval covers a moment: of those that do, the one that began last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from punctilio.tables import columns as c

EXIT: Final = "exit"
_PLACE: Final = "_place"
_FOUND: Final = "_found"
_PROBE: Final = "_probe"


def latest_covering(
    askers: pl.DataFrame,
    intervals: pl.DataFrame,
    values: Sequence[str],
    *,
    at: str,
    by: Sequence[str],
    strictly: bool = False,
) -> pl.DataFrame:
    """Add ``values`` of the interval (``moment`` to ``exit``) that began last by ``at`` (``strictly`` before it) and is not over then.

    Intervals that are over are rare (a message that bounced, somebody else's turn): the few askers that meet one look again further back.
    """
    if not askers.height or not intervals.height:
        return askers.with_columns(pl.lit(None, dtype=intervals.schema[name]).alias(name) for name in values)
    moment = pl.col(c.MOMENT)
    taken = [name for name in values if name != c.MOMENT]
    right = intervals.select(*by, moment.alias(_PLACE), moment.alias(_FOUND), EXIT, *taken).sort(_PLACE, maintain_order=True)
    given = [*askers.columns, *(pl.col(_FOUND if name == c.MOMENT else name).alias(name) for name in values)]
    pending = askers.with_columns((pl.col(at) - (1 if strictly else 0)).alias(_PROBE))
    settled: list[pl.DataFrame] = []
    while True:
        found = pending.sort(_PROBE, maintain_order=True).join_asof(
            right, left_on=_PROBE, right_on=_PLACE, by=list(by), check_sortedness=False
        )
        if found[EXIT].null_count() == found.height:
            return pl.concat([*settled, found.select(given)])
        is_over = found.select((pl.col(EXIT) <= pl.col(at)).fill_null(False)).to_series()
        settled.append(found.filter(~is_over).select(given))
        pending = found.filter(is_over).select(*askers.columns, (pl.col(_FOUND) - 1).alias(_PROBE))
        if not pending.height:
            return pl.concat(settled)
