"""**limit**: not more than so many, not so close together.

The standard terms are absence(n+1) and minimum spacing. There is one way of counting (``counting``): an event is one too many when too
many are alive at its moment, and a proposal is, when too many are alive at the instant at which it would be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from punctilio.counting import (
    COUNT,
    INTERVAL,
    IS_INSIDE,
    STRETCH,
    interval_exits,
    later,
    sliding_exits,
    void_exits,
    with_count,
    with_interval,
    with_stretch,
)
from punctilio.history import History
from punctilio.matching import ROW, Scene
from punctilio.model.rule import Limit
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT
from punctilio.triggers import triggers

SPACED: Final = "spaced"
"""How many of the key are nearer than the gap (itself not included)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The events that a limit counts, and when each stops counting: for ``at_most``, and for ``gap``."""

    number: int
    rule: Limit
    rows: pl.DataFrame
    exits: tuple[pl.DataFrame, ...]
    gap_exits: tuple[pl.DataFrame, ...]

    @property
    def has_gap(self) -> bool:
        return self.rule.gap is not None and not (self.rule.gap.is_elapsed and self.rule.gap.seconds == 0)


def counted(scene: Scene, number: int, rule: Limit) -> Counted:
    """Find what a limit counts. Events that are not inside its `while` are neither judged nor counted."""
    found = triggers(scene, number, rule.of, rule.key).filter(pl.col(c.KEY).is_not_null())
    rows = _placed(scene, number, rule, found).filter(IS_INSIDE)
    exits = [void_exits(rows)]
    if rule.during is not None:
        exits.extend(interval_exits(scene, rows, rule.during, rule.key, number))
    sliding = [sliding_exits(scene.history, rows, rule.within, is_inclusive=True)] if rule.within else []
    gap = [sliding_exits(scene.history, rows, rule.gap, is_inclusive=False)] if rule.gap else []
    return Counted(number, rule, rows, (*exits, *sliding), (*exits, *gap))


def _placed(scene: Scene, number: int, rule: Limit, rows: pl.DataFrame) -> pl.DataFrame:
    stretched = with_stretch(scene, rows, rule.since, rule.key, number)
    return with_interval(scene, stretched, rule.during, rule.key, number)


def breaches(limits: Mapping[int, Counted]) -> pl.DataFrame:
    """Every event that is one too many: ``rule_no case_no person event at used allowed interval``."""
    frames = [_breaches(each) for each in limits.values() if each.rows.height]
    empty = {c.RULE_NO: pl.UInt32, c.CASE_NO: pl.UInt32, c.PERSON: pl.String, c.EVENT: pl.UInt32, c.AT: INSTANT}
    return pl.concat([pl.DataFrame(schema={**empty, c.USED: pl.Int64, c.ALLOWED: pl.Int64, INTERVAL: pl.Int64}), *frames])


def _breaches(limit: Counted) -> pl.DataFrame:
    rows = _with_numbers(limit, limit.rows)
    many = pl.lit(False) if limit.rule.at_most is None else pl.col(c.USED) > limit.rule.at_most
    near = pl.col(SPACED) > 1 if limit.has_gap else pl.lit(False)
    allowed = pl.when(many).then(pl.lit(limit.rule.at_most, dtype=pl.Int64)).alias(c.ALLOWED)
    used = pl.when(many).then(c.USED).alias(c.USED)
    return rows.filter(many | near).select(c.RULE_NO, c.CASE_NO, c.PERSON, c.EVENT, c.AT, used, allowed, INTERVAL)


def _with_numbers(limit: Counted, askers: pl.DataFrame) -> pl.DataFrame:
    """Add ``used`` (alive there) and ``spaced`` (alive within the gap)."""
    rows = with_count(limit.rows, limit.exits, askers).rename({COUNT: c.USED})
    if limit.has_gap:
        return with_count(limit.rows, limit.gap_exits, rows).rename({COUNT: SPACED})
    return rows.with_columns(pl.lit(0, dtype=pl.Int64).alias(SPACED))


def standing(scene: Scene, limit: Counted, askers: pl.DataFrame) -> pl.DataFrame:
    """What a limit would say to one more: adds ``is_inside used spaced`` to askers with ``row rule_no case_no key moment at`` and the key's columns."""
    placed = _placed(scene, limit.number, limit.rule, askers.with_columns(pl.lit(limit.number, dtype=pl.UInt32).alias(c.RULE_NO)))
    return _with_numbers(limit, placed)


def forbids(limit: Counted) -> pl.Expr:
    """Whether a standing leaves no room for one more."""
    full = pl.lit(False) if limit.rule.at_most is None else pl.col(c.USED) >= limit.rule.at_most
    near = pl.col(SPACED) > 0 if limit.has_gap else pl.lit(False)
    return pl.col(IS_INSIDE) & (full | near)


def with_next(scene: Scene, limit: Counted, standings: pl.DataFrame, *, used: str = c.USED, is_pressed: str | None = None) -> pl.DataFrame:
    """Add ``next_at`` and ``is_never`` for standings at the as-of: when one more is allowed if nothing else happens.

    ``used`` and ``is_pressed`` let proposals that were admitted before be counted as if done now.
    """
    rule, history = limit.rule, scene.history
    ends = [_slid(history, limit, standings, used), _spaced(history, limit, standings, is_pressed)]
    rows = standings
    for end in ends:
        rows = rows.join(end, on=ROW, how="left", maintain_order="left")
    full = pl.lit(False) if rule.at_most is None else pl.col(used) >= rule.at_most
    is_stuck = full & (pl.lit(rule.within is None or rule.at_most == 0))
    outside = pl.col("ends_at")
    opens = pl.when(~is_stuck).then(pl.max_horizontal("_slid", "_spaced"))
    return rows.with_columns(
        (is_stuck & outside.is_null()).alias("is_never"), pl.min_horizontal(opens, outside).alias(c.NEXT_AT)
    ).drop("_slid", "_spaced")


def _alive_now(history: History, limit: Counted, exits: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """The counted events that are alive at the as-of, oldest first."""
    now, as_of = history.now, pl.lit(history.as_of)
    is_gone = (pl.col(c.MOMENT) < now) | (pl.col(c.AT) < as_of) | ((pl.col(c.AT) == as_of) & (pl.col("_side") < 2))
    gone = pl.concat(exits).filter(is_gone)
    return limit.rows.join(gone, on=ROW, how="anti", maintain_order="left").sort(c.MOMENT)


def _slid(history: History, limit: Counted, standings: pl.DataFrame, used: str) -> pl.DataFrame:
    """When enough of the alive have slid out of ``within``: the instant after the last that must go."""
    rule = limit.rule
    if rule.within is None or not rule.at_most:
        return _no_end("_slid")
    alive = _alive_now(history, limit, limit.exits)
    aged = later(history, alive, c.AT, rule.within, "_slid", fold="second")
    group = [c.CASE_NO, c.KEY, STRETCH]
    numbered = aged.select(*group, "_slid", pl.int_range(pl.len()).over(group).alias("_place"))
    wanted = standings.filter(pl.col(used) >= rule.at_most)
    wanted = wanted.select(ROW, *group, (pl.col(used) - rule.at_most).alias("_place"))
    found = wanted.join(numbered, on=[*group, "_place"], how="left")
    lone = later(history, found.with_columns(pl.lit(history.as_of).alias("_now")), "_now", rule.within, "_lone", fold="second")
    after = pl.coalesce("_slid", "_lone") + pl.duration(microseconds=1)
    return lone.select(ROW, after.alias("_slid"))


def _spaced(history: History, limit: Counted, standings: pl.DataFrame, is_pressed: str | None) -> pl.DataFrame:
    """When the latest is a gap ago; a gap from now where a proposal was admitted before."""
    gap = limit.rule.gap
    if gap is None or not limit.has_gap:
        return _no_end("_spaced")
    alive = _alive_now(history, limit, limit.gap_exits)
    aged = later(history, alive, c.AT, gap, "_spaced", fold="first")
    group = [c.CASE_NO, c.KEY, STRETCH]
    latest = aged.group_by(group).agg(pl.col("_spaced").max())
    rows = standings.select(ROW, *group, *([is_pressed] if is_pressed else []), pl.lit(history.as_of).alias("_now"))
    rows = later(history, rows.join(latest, on=group, how="left"), "_now", gap, "_pressed", fold="first")
    pressed = pl.when(pl.col(is_pressed)).then("_pressed") if is_pressed else pl.lit(None, dtype=INSTANT)
    return rows.select(ROW, pl.max_horizontal("_spaced", pressed).alias("_spaced"))


def _no_end(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema={ROW: pl.UInt32, name: INSTANT})
