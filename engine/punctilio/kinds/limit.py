"""**limit**: not more than so many, not so close together.

The standard terms are absence(n+1) and minimum spacing. There is one way of counting (``counting``): an event is one
too many when too many are alive at its moment, and a proposal is, when too many are alive at the instant at which it
would be done. All limits of a rulebook are judged at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from punctilio.counting import (
    ASKING,
    ENDS_AT,
    INTERVAL,
    IS_INSIDE,
    SIDE,
    STRETCH,
    Tally,
    by_rule,
    each_later,
    interval_exits,
    sliding_exits,
    tally,
    void_exits,
    with_count,
    with_interval,
    with_stretch,
)
from punctilio.history import History
from punctilio.matching import ROW, Scene
from punctilio.model.rule import Limit
from punctilio.model.window import Duration
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found, without
from punctilio.tables.runs import place
from punctilio.tables.schemas import INSTANT, Schema
from punctilio.triggers import triggers_of
from punctilio.value import Value
from punctilio.zones import END_OF_TIME

SPACED: Final = "spaced"
AT_MOST: Final = "at_most"
HAS_GAP: Final = "has_gap"
IS_FORBIDDEN: Final = "is_forbidden"
IS_NEVER: Final = "is_never"
_HELD: Final = [c.RULE_NO, c.CASE_NO, c.KEY, STRETCH]


class Counted(Value):
    """What the limits (by rule number) count: the ``rows`` inside their `while` of all their ``events``,
    and when each row stops counting, for `at_most` and for `gap`."""

    rules: Mapping[int, Limit]
    events: pl.DataFrame
    rows: pl.DataFrame
    exits: tuple[pl.DataFrame, ...]
    gap_exits: tuple[pl.DataFrame, ...]
    tally: Tally


def counted(scene: Scene, rules: Mapping[int, Limit]) -> Counted:
    """Find what limits count. Events that are not inside a limit's `while` are neither judged nor counted."""
    if not rules:
        return Counted({}, pl.DataFrame(), pl.DataFrame(), (), (), Tally(pl.DataFrame(), {}, {}))
    found = triggers_of(scene, {n: (rule.of, rule.key) for n, rule in rules.items()})
    events = found.filter(pl.col(c.KEY).is_not_null()) if found[c.KEY].null_count() else found
    rows = _placed(scene, rules, events).filter(IS_INSIDE)
    ends = (void_exits(scene.history, rows), *interval_exits(scene, rows, rules))
    sliding = sliding_exits(scene.history, rows, {n: rule.within for n, rule in rules.items()}, is_inclusive=True)
    gap = sliding_exits(scene.history, rows, {n: rule.gap for n, rule in rules.items()}, is_inclusive=False)
    exits, gap_exits = (*ends, sliding), (*ends, gap)
    spaced = {SPACED: gap_exits} if any(_is_felt(rule.gap) for rule in rules.values()) else {}
    return Counted(rules, events, rows, exits, gap_exits, tally(rows, {c.USED: exits, **spaced}))


def _placed(scene: Scene, rules: Mapping[int, Limit], rows: pl.DataFrame) -> pl.DataFrame:
    parts = by_rule(rows, {n for n, rule in rules.items() if rule.since or rule.during})
    stretched = with_stretch(scene, rows, rules, parts)
    placed = with_interval(scene, stretched, rules, parts)
    return placed.pipe(with_found, _constants(rules), on=c.RULE_NO)


def _constants(rules: Mapping[int, Limit]) -> pl.DataFrame:
    schema = {c.RULE_NO: pl.UInt32, AT_MOST: pl.Int64, HAS_GAP: pl.Boolean}
    rows = [(n, rule.at_most, _is_felt(rule.gap)) for n, rule in rules.items()]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _is_felt(gap: Duration | None) -> bool:
    """Whether it takes any time at all."""
    return gap is not None and not (gap.is_elapsed and gap.seconds == 0)


def _with_numbers(limits: Counted, askers: pl.DataFrame) -> pl.DataFrame:
    """Add ``used`` (alive there) and ``spaced`` (alive within the gap)."""
    spaced = pl.when(HAS_GAP).then(SPACED).otherwise(0) if SPACED in limits.tally.places else pl.lit(0, dtype=pl.Int64)
    return with_count(limits.tally, askers).with_columns_seq(spaced.alias(SPACED))


def numbered(limits: Counted) -> pl.DataFrame:
    """Every event that is counted (``Counted.rows``), with ``used`` (its number, itself included) and ``spaced``."""
    return _with_numbers(limits, limits.rows)


def breaches(limits: Counted) -> pl.DataFrame:
    """Every event that is one too many: ``row rule_no case_no person event at used allowed interval``."""
    empty: Schema = {c.RULE_NO: pl.UInt32, c.CASE_NO: pl.UInt32, c.PERSON: pl.String, c.EVENT: pl.UInt32, c.AT: INSTANT}
    if not limits.rows.height:
        return pl.DataFrame(schema={ROW: pl.UInt32, **empty, c.USED: pl.Int64, c.ALLOWED: pl.Int64, INTERVAL: pl.Int64})
    many = (pl.col(c.USED) > pl.col(AT_MOST)).fill_null(False)
    near = pl.col(SPACED) > 1
    numbers = pl.when(many).then(c.USED).alias(c.USED), pl.when(many).then(AT_MOST).alias(c.ALLOWED)
    return numbered(limits).filter(many | near).select_seq(ROW, *empty, *numbers, INTERVAL)


def standing(scene: Scene, limits: Counted, askers: pl.DataFrame) -> pl.DataFrame:
    """What the limits would say to one more.

    ``askers`` have ``rule_no case_no key moment at`` and the key's columns. Adds ``row``, where
    they stand (``stretch is_inside interval ends_at``), the limit's words
    (``at_most has_gap``), ``used``, ``spaced`` and ``is_forbidden``.
    """
    rows = without(askers, ROW).with_row_index(ROW)
    return _with_numbers(limits, _placed(scene, limits.rules, rows)).with_columns_seq(forbids().alias(IS_FORBIDDEN))


def forbids(used: pl.Expr | None = None, spaced: pl.Expr | None = None) -> pl.Expr:
    """Whether a standing leaves no room for one more."""
    full = ((pl.col(c.USED) if used is None else used) >= pl.col(AT_MOST)).fill_null(False)
    near = pl.col(HAS_GAP) & ((pl.col(SPACED) if spaced is None else spaced) > 0)
    return pl.col(IS_INSIDE) & (full | near)


# ── when one more is allowed ──


def with_next(scene: Scene, limits: Counted, forbidden: pl.DataFrame) -> pl.DataFrame:
    """Add ``next_at`` and ``is_never`` to forbidden standings at the as-of:
    when one more is allowed if nothing else happens.

    ``ahead`` proposals of the same limit and key count as if they were done now.
    """
    if not forbidden.height:
        return forbidden.with_columns_seq(pl.lit(None, dtype=INSTANT).alias(c.NEXT_AT), pl.lit(False).alias(IS_NEVER))
    used = pl.col(c.USED) + pl.col("ahead")
    is_full = (used >= pl.col(AT_MOST)).fill_null(False)
    rows = forbidden.with_columns_seq((used - pl.col(AT_MOST)).alias("_place"), is_full.alias("_is_full"))
    rows = rows.pipe(with_found, _slid(scene.history, limits, rows), on=ROW)
    rows = rows.pipe(with_found, _spaced(scene.history, limits, rows), on=ROW)
    is_stuck = pl.col("_is_full") & pl.col("_slid").is_null()
    opens = pl.when(~is_stuck).then(pl.max_horizontal("_slid", "_spaced"))
    known = rows.with_columns_seq(pl.min_horizontal(opens, ENDS_AT).alias(c.NEXT_AT))
    return known.with_columns_seq(pl.col(c.NEXT_AT).is_null().alias(IS_NEVER)).pipe(
        without, "_slid", "_spaced", "_place", "_is_full"
    )


def alive_now(history: History, limits: Counted, exits: tuple[pl.DataFrame, ...]) -> pl.DataFrame:
    """The counted events that are alive at the as-of, oldest first."""
    as_of = pl.lit(history.as_of)
    is_gone = (
        (pl.col(c.MOMENT) < history.now) | (pl.col(c.AT) < as_of) | ((pl.col(c.AT) == as_of) & (pl.col(SIDE) < ASKING))
    )
    gone = stacked(exits).filter(is_gone)
    return limits.rows.join(gone, on=ROW, how="anti", maintain_order="left").sort(c.MOMENT)


def _slid(history: History, limits: Counted, rows: pl.DataFrame) -> pl.DataFrame:
    """When enough of the alive have gone: they slide out of `within` (the instant after counts), or their interval
    ends. A proposal that is ahead goes like one done now, which may be before an older one: business days that begin
    on days off are counted from the next. Null where not enough ever go."""
    leaving = [number for number, rule in limits.rules.items() if rule.within or rule.during]
    wanted = rows.filter(pl.col("_is_full") & (pl.col(AT_MOST) > 0) & pl.col(c.RULE_NO).is_in(leaving))
    if not wanted.height:
        return pl.DataFrame(schema={ROW: pl.UInt32, "_slid": INSTANT})
    lengths = {n: rule.within for n, rule in limits.rules.items()}
    alive = alive_now(history, limits, limits.exits)
    aged = alive.join(each_later(history, alive, c.AT, lengths, "_end", fold="second"), on=ROW, how="left")
    gone = aged.select_seq(*_HELD, pl.min_horizontal(_instant_after("_end"), ENDS_AT).alias("_slid"))
    slid = gone.sort(*_HELD, "_slid", nulls_last=True).with_columns_seq(
        place(_HELD).alias("_place"), pl.col("_slid").fill_null(_never())
    )
    before = slid.select_seq(*_HELD, pl.col("_place").alias("_least"), pl.col("_slid").alias("_at_least"))
    asking = wanted.select_seq(ROW, *_HELD, "_place", (pl.col("_place") - pl.col("ahead")).alias("_least"))
    found = asking.join(slid, on=[*_HELD, "_place"], how="left").join(before, on=[*_HELD, "_least"], how="left")
    own = each_later(
        history, wanted.with_columns_seq(pl.lit(history.as_of).alias("_now")), "_now", lengths, "_own", fold="second"
    )
    known = found.join(own, on=ROW, how="left")
    # Of the logged ones and of so many that are ahead, the one in this place.
    among = pl.max_horizontal("_at_least", pl.min_horizontal("_slid", _instant_after("_own")))
    return known.select_seq(ROW, pl.when(among < _never()).then(among).alias("_slid"))


def _never() -> pl.Expr:
    """After every instant that there is."""
    return pl.lit(END_OF_TIME, dtype=INSTANT) + pl.duration(microseconds=1)


def _instant_after(name: str) -> pl.Expr:
    """Null after the end of time."""
    return pl.when(pl.col(name) < pl.lit(END_OF_TIME, dtype=INSTANT)).then(pl.col(name) + pl.duration(microseconds=1))


def _spaced(history: History, limits: Counted, rows: pl.DataFrame) -> pl.DataFrame:
    """When the latest is a gap ago, or its interval ends; a gap from now where a proposal is ahead."""
    gaps = {n: rule.gap for n, rule in limits.rules.items() if _is_felt(rule.gap)}
    wanted = rows.filter(pl.col(HAS_GAP))
    if not wanted.height:
        return pl.DataFrame(schema={ROW: pl.UInt32, "_spaced": INSTANT})
    alive = alive_now(history, limits, limits.gap_exits).filter(pl.col(HAS_GAP))
    aged = alive.join(each_later(history, alive, c.AT, gaps, "_end", fold="first"), on=ROW)
    latest = aged.group_by(_HELD).agg(pl.min_horizontal("_end", ENDS_AT).max().alias("_spaced"))
    own = each_later(
        history, wanted.with_columns_seq(pl.lit(history.as_of).alias("_now")), "_now", gaps, "_own", fold="first"
    )
    known = wanted.join(latest, on=_HELD, how="left").join(own, on=ROW, how="left")
    pressed = pl.when(pl.col("ahead") > 0).then("_own")
    return known.select_seq(ROW, pl.max_horizontal("_spaced", pressed).alias("_spaced"))
