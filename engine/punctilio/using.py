"""Which events use up what a limit allows. Only the latest are named: they are told to people."""

from __future__ import annotations

from typing import Final

import polars as pl

from punctilio.counting import ASKING, SIDE, STRETCH
from punctilio.history import History
from punctilio.kinds.limit import Counted, alive_now
from punctilio.matching import ROW
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.runs import place

EARLIER: Final = "earlier"
_NAMED: Final = 5
_HELD: Final = [c.RULE_NO, c.CASE_NO, c.KEY, STRETCH]
_PLACE: Final = "_place"
_ASKER: Final = "_asker"
_LATEST: Final = "_latest"


def with_earlier(limits: Counted, breaches: pl.DataFrame) -> pl.DataFrame:
    """Add to breaches (``limit.breaches``) ``earlier``, the latest that were alive before each, oldest first, and
    ``next_at``: where it came too near the one before, the first instant at which it was allowed."""
    if not breaches.height:
        return breaches
    in_order = limits.rows.sort(*_HELD, c.MOMENT).with_columns_seq(place(_HELD).alias(_PLACE))
    near = _before(in_order, breaches)
    is_many = pl.col(c.USED).is_not_null()
    alive = [_not_gone(near.filter(is_many), limits.exits), _not_gone(near.filter(~is_many), limits.gap_exits)]
    told = stacked(alive).group_by(_ASKER, maintain_order=True).agg(c.EVENT, pl.col(ROW).last().alias(_LATEST))
    told = told.rename({_ASKER: ROW, c.EVENT: EARLIER})
    spaced = pl.when(~is_many).then(c.NEXT_AT).alias(c.NEXT_AT)
    return breaches.pipe(with_found, _with_allowed(limits, told), on=ROW).with_columns_seq(spaced)


def with_alive(history: History, limits: Counted, standings: pl.DataFrame, *, into: str) -> pl.DataFrame:
    """Add to standings at the as-of (``limit.standing``) the latest that are alive, oldest first."""
    if not limits.rows.height:
        return standings.with_columns_seq(pl.lit(None, dtype=pl.List(pl.UInt32)).alias(into))
    alive = alive_now(history, limits, limits.exits)
    told = alive.group_by(_HELD).agg(pl.col(c.EVENT).tail(_NAMED).alias(into))
    return standings.pipe(with_found, told, on=_HELD)


def _before(in_order: pl.DataFrame, breaches: pl.DataFrame) -> pl.DataFrame:
    """For each breach the few counted just before it: looking no further back keeps this linear."""
    askers = in_order.join(breaches.select_seq(ROW, c.USED), on=ROW).select_seq(
        *_HELD,
        c.USED,
        pl.col(ROW).alias(_ASKER),
        pl.col(c.MOMENT).alias("_asked"),
        pl.col(c.AT).alias("_asked_at"),
        pl.int_ranges(pl.max_horizontal(pl.col(_PLACE) - _NAMED, 0), _PLACE).alias(_PLACE),
    )
    places = askers.explode(_PLACE).drop_nulls(_PLACE)
    return places.join(in_order.select_seq(*_HELD, _PLACE, ROW, c.EVENT), on=[*_HELD, _PLACE], maintain_order="left")


def _not_gone(near: pl.DataFrame, exits: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """Those still alive when they were asked for."""
    if not near.height:
        return near
    gone = near.select_seq(_ASKER, "_asked", "_asked_at", ROW).join(stacked(exits), on=ROW)
    is_before = (pl.col(c.MOMENT) < pl.col("_asked")) | (
        (pl.col(c.MOMENT) == pl.col("_asked"))
        & ((pl.col(c.AT) < pl.col("_asked_at")) | ((pl.col(c.AT) == pl.col("_asked_at")) & (pl.col(SIDE) < ASKING)))
    )
    return near.join(gone.filter(is_before), on=[_ASKER, ROW], how="anti", maintain_order="left")


def _with_allowed(limits: Counted, told: pl.DataFrame) -> pl.DataFrame:
    """Add ``next_at``: when the latest is a gap ago."""
    *_, sliding = limits.gap_exits
    aged = sliding.select_seq(pl.col(ROW).alias(_LATEST), pl.col(c.AT).alias(c.NEXT_AT))
    return told.pipe(with_found, aged, on=_LATEST).drop(_LATEST)
