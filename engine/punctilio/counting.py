"""How many are alive: the one way in which `nth` and every limit count (docs/language.md, 4 and 5).

An event is alive from its moment until the first of its **exits**: it becomes void, it slides out of a duration, its interval ends.
A place in time is a moment, an instant and a side: at one moment and instant, exclusive ends come first, then events, then those who
ask, then inclusive ends. (Between two events all instants have the same moment, hence the instant.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from punctilio.durations import with_later
from punctilio.history import VOID_AT, History
from punctilio.matching import ROW, START, Asked, Scene, first_after, latest_before
from punctilio.model.rule import EventPattern, Key, While
from punctilio.model.window import Duration, FieldBound
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT

COUNT: Final = "count"
STRETCH: Final = "stretch"
IS_INSIDE: Final = "is_inside"
INTERVAL: Final = "interval"

_SIDE: Final = "_side"
_STEP: Final = "_step"
_EXCLUSIVE_END, _COMING, _ASKING, _INCLUSIVE_END = 0, 1, 2, 3
_PLACE: Final = [c.MOMENT, c.AT, _SIDE]
_GROUP: Final = [c.RULE_NO, c.CASE_NO, c.KEY, STRETCH]


# ── stretches and intervals ──


def with_stretch(scene: Scene, rows: pl.DataFrame, since: EventPattern | None, key: Key, rule_no: int) -> pl.DataFrame:
    """Add ``stretch``: the moment of the latest ``since`` event before the row's; −1 from the start of the case."""
    if since is None:
        return rows.with_columns(pl.lit(-1, dtype=pl.Int64).alias(STRETCH))
    found = latest_before(scene, [Asked(rule_no, rows, since, key)], before=c.MOMENT).rename({c.MOMENT: STRETCH})
    joined = rows.join(found, on=ROW, how="left", maintain_order="left")
    return joined.with_columns(pl.col(STRETCH).fill_null(-1))


def with_interval(scene: Scene, rows: pl.DataFrame, during: While | None, key: Key, rule_no: int) -> pl.DataFrame:
    """Add ``is_inside``, ``interval`` (the moment of the `after` event; −1 for the start of the case) and ``ends_at``."""
    if during is None:
        return rows.with_columns(pl.lit(True).alias(IS_INSIDE), _none(pl.Int64, INTERVAL), _none(INSTANT, "ends_at"))
    begun = _begun(scene, rows, during, key, rule_no)
    if during.until is None:
        is_over = pl.lit(False)
    else:
        asked = Asked(rule_no, begun.with_columns((pl.col(c.MOMENT) + 1).alias(START)), during.until, key)
        ended = latest_before(scene, [asked], before=START).rename({c.MOMENT: "_ended"})
        begun = begun.join(ended, on=ROW, how="left", maintain_order="left")
        is_over = (pl.col("_ended") > pl.col(INTERVAL)).fill_null(False)
    in_time = (pl.col(c.AT) < pl.col("ends_at")).fill_null(True)
    inside = pl.col(INTERVAL).is_not_null() & ~is_over & in_time
    return begun.with_columns(inside.alias(IS_INSIDE)).drop("_ended", strict=False)


def _begun(scene: Scene, rows: pl.DataFrame, during: While, key: Key, rule_no: int) -> pl.DataFrame:
    """The latest `after` event before each row, and the end of its `for`."""
    if during.after is None:
        return rows.with_columns(pl.lit(-1, dtype=pl.Int64).alias(INTERVAL), _none(INSTANT, "ends_at"))
    bound = during.lasts
    values = [c.AT] if not isinstance(bound, FieldBound) else [column_of(bound)]
    found = latest_before(scene, [Asked(rule_no, rows, during.after, key)], before=c.MOMENT, values=values)
    found = found.rename({c.MOMENT: INTERVAL, values[0]: "ends_at"})
    begun = rows.join(found, on=ROW, how="left", maintain_order="left")
    if isinstance(bound, Duration):
        return later(scene.history, begun, "ends_at", bound, "ends_at", fold="second")
    return begun if bound else begun.with_columns(_none(INSTANT, "ends_at"))


def column_of(bound: FieldBound) -> str:
    return c.field(bound.field)


def later(history: History, rows: pl.DataFrame, start: str, duration: Duration, into: str, *, fold: str) -> pl.DataFrame:
    """``with_later`` for rows that know their case by its number."""
    zoned = rows.join(history.cases.select(c.CASE_NO, c.ZONE), on=c.CASE_NO, how="left", maintain_order="left")
    kind = "first" if fold == "first" else "second"
    return with_later(zoned, start, duration, into, fold=kind, calendar=history.calendar).drop(c.ZONE)


def _none(kind: pl.DataType | type[pl.DataType], name: str) -> pl.Expr:
    return pl.lit(None, dtype=kind).alias(name)


# ── exits: frames of row, moment, at, side ──


def void_exits(rows: pl.DataFrame) -> pl.DataFrame:
    gone = rows.filter(pl.col(c.VOID).is_not_null())
    return gone.select(ROW, pl.col(c.VOID).alias(c.MOMENT), pl.col(VOID_AT).alias(c.AT), _side(_EXCLUSIVE_END))


def sliding_exits(history: History, rows: pl.DataFrame, duration: Duration, *, is_inclusive: bool) -> pl.DataFrame:
    """When each row is ``duration`` old: still alive at that instant (`within`), or no longer (`gap`)."""
    fold = "second" if is_inclusive else "first"
    aged = later(history, rows.select(ROW, c.CASE_NO, c.AT), c.AT, duration, c.AT, fold=fold)
    moments = history.moments(aged[c.AT], after_ties=is_inclusive)
    return aged.select(ROW, moments.alias(c.MOMENT), c.AT, _side(_INCLUSIVE_END if is_inclusive else _EXCLUSIVE_END))


def interval_exits(scene: Scene, rows: pl.DataFrame, during: While, key: Key, rule_no: int) -> list[pl.DataFrame]:
    """The ends of the intervals that the rows are in."""
    ends = rows.filter(pl.col("ends_at").is_not_null()).select(ROW, pl.col("ends_at").alias(c.AT))
    moments = scene.history.moments(ends[c.AT], after_ties=False)
    exits = [ends.select(ROW, moments.alias(c.MOMENT), c.AT, _side(_EXCLUSIVE_END))]
    if during.until is not None:
        asked = Asked(rule_no, rows.with_columns((pl.col(c.MOMENT) + 1).alias(START)), during.until, key)
        found = first_after(scene, [asked])
        exits.append(found.select(ROW, c.MOMENT, scene.history.at(found[c.MOMENT]).alias(c.AT), _side(_EXCLUSIVE_END)))
    return exits


def _side(side: int) -> pl.Expr:
    return pl.lit(side, dtype=pl.Int8).alias(_SIDE)


# ── counts ──


def with_count(alive: pl.DataFrame, exits: Sequence[pl.DataFrame], askers: pl.DataFrame) -> pl.DataFrame:
    """Add ``count`` to ``askers``: how many of ``alive`` in the same rule, case, key and stretch are alive there, themselves included.

    ``alive`` has ``row rule_no case_no key stretch moment at``; ``askers`` have the same but for ``row``.
    """
    firsts = pl.concat(exits).sort(_PLACE).unique(ROW, keep="first", maintain_order=True) if exits else None
    group = alive.select(ROW, *_GROUP)
    steps = [alive.select(*_GROUP, c.MOMENT, c.AT, _side(_COMING), _step(1), _asker(None))]
    if firsts is not None and firsts.height:
        steps.append(firsts.join(group, on=ROW).select(*_GROUP, *_PLACE, _step(-1), _asker(None)))
    numbered = askers.with_row_index("_asker")
    steps.append(numbered.select(*_GROUP, c.MOMENT, c.AT, _side(_ASKING), _step(0), "_asker"))
    line = pl.concat(steps).sort(_PLACE, maintain_order=True)
    counted = line.with_columns(pl.col(_STEP).cum_sum().over(_GROUP).alias(COUNT)).filter(pl.col("_asker").is_not_null())
    return numbered.join(counted.select("_asker", COUNT), on="_asker", how="left", maintain_order="left").drop("_asker")


def _step(step: int) -> pl.Expr:
    return pl.lit(step, dtype=pl.Int64).alias(_STEP)


def _asker(number: int | None) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt32).alias("_asker")


def with_ordinal(scene: Scene, rows: pl.DataFrame, since: EventPattern | None, key: Key, rule_no: int) -> pl.DataFrame:
    """Add ``count``: which match of its key each row is, counting those not void at its moment since the latest ``since``."""
    stretched = with_stretch(scene, rows, since, key, rule_no)
    return with_count(stretched, [void_exits(stretched)], stretched)
