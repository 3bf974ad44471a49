"""How many are alive: the one way in which `nth` and every limit count (docs/language.md, 4 and 5).

An event is alive from its moment until the first of its **exits**: it becomes void, it slides out of a
duration, its interval ends. A place in time is a moment, an instant and a side: at one moment and
instant, exclusive ends come first, then events, then those who ask, then inclusive ends. (Between two
events all instants have the same moment, hence the instant.)

Rows of many rules are counted at once: they carry ``rule_no``, and a ``row`` that is unique among them all.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, Protocol

import polars as pl

from punctilio.durations import with_later
from punctilio.history import History, void_moment
from punctilio.matching import ROW, Asked, Scene, first_after, latest_before, next_moment
from punctilio.model.rule import EventPattern, Key, While
from punctilio.model.window import Duration, FieldBound
from punctilio.tables import columns as c
from punctilio.tables.joining import put_beside, stacked, with_found, without
from punctilio.tables.runs import running_sum
from punctilio.tables.schemas import INSTANT
from punctilio.value import Value
from punctilio.zones import Fold

COUNT: Final = "count"
STRETCH: Final = "stretch"
IS_INSIDE: Final = "is_inside"
INTERVAL: Final = "interval"
ENDS_AT: Final = "ends_at"
SIDE: Final = "side"
EXCLUSIVE_END, COMING, ASKING, INCLUSIVE_END = 0, 1, 2, 3

_STEP: Final = "_step"
_LINE: Final = "_line"
_PLACE: Final = "_place"
_GROUP: Final = [c.RULE_NO, c.CASE_NO, c.KEY, STRETCH]


class Counting(Protocol):
    """The words of a rule that say where it counts."""

    @property
    def key(self) -> Key: ...
    @property
    def since(self) -> EventPattern | None: ...
    @property
    def during(self) -> While | None: ...


Rules = Mapping[int, Counting]


def by_rule(rows: pl.DataFrame, wanted: Container[int] | None = None) -> dict[int, pl.DataFrame]:
    """The rows of each rule that is ``wanted``, by its number."""
    there = rows[c.RULE_NO].unique(maintain_order=True).to_list()
    return {n: rows.filter(pl.col(c.RULE_NO) == n) for n in there if wanted is None or n in wanted}


def later(
    history: History, rows: pl.DataFrame, start: str, duration: Duration, into: str, *, fold: Fold
) -> pl.DataFrame:
    """``with_later`` for rows with a ``case_no``, by the calendar and the zones of the history; for no rows too."""
    if not rows.height:
        return rows.with_columns_seq(_no_instant(into))
    clocks = history.clocks.of(rows[c.CASE_NO])
    return with_later(rows, start, duration, into, clocks=clocks, fold=fold, calendar=history.calendar)


def each_later(
    history: History, rows: pl.DataFrame, start: str, durations: Mapping[int, Duration | None], into: str, *, fold: Fold
) -> pl.DataFrame:
    """``row`` and the instant that lies a rule's duration after ``start``; no row for
    rules without one. Equal durations are added at once."""
    numbers: dict[Duration, list[int]] = {}
    for number, duration in durations.items():
        if duration is not None:
            numbers.setdefault(duration, []).append(number)
    ends: list[pl.DataFrame] = []
    for duration, some in numbers.items():
        mine = rows.select_seq(pl.col(ROW, c.CASE_NO, start).filter(pl.col(c.RULE_NO).is_in(some)))
        if mine.height:
            ends.append(later(history, mine, start, duration, into, fold=fold).select_seq(ROW, into))
    return stacked(ends) if ends else pl.DataFrame(schema={ROW: pl.UInt32, into: INSTANT})


# ── stretches and intervals ──


def with_stretch(scene: Scene, rows: pl.DataFrame, rules: Rules, parts: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
    """Add ``stretch``: the moment of the latest ``since`` event before the row's; −1 from the start of the case."""
    asked = [
        Asked(n, part, since, rules[n].key, pl.col(c.MOMENT)) for n, part in parts.items() if (since := rules[n].since)
    ]
    found = latest_before(scene, asked, even_void=True)
    if not found.height:
        return rows.with_columns_seq(pl.lit(-1, dtype=pl.Int64).alias(STRETCH))
    joined = rows.pipe(with_found, found.rename({c.MOMENT: STRETCH}), on=ROW)
    return joined.with_columns_seq(pl.col(STRETCH).fill_null(-1))


def with_interval(scene: Scene, rows: pl.DataFrame, rules: Rules, parts: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
    """Add ``is_inside``, ``interval`` (the moment of the `after` event; −1 for the
    start of the case, or without `while`) and ``ends_at``."""
    durings = {n: during for n in parts if (during := rules[n].during)}
    if not durings:
        return rows.with_columns_seq(
            pl.lit(True).alias(IS_INSIDE), pl.lit(-1).cast(pl.Int64).alias(INTERVAL), _no_instant(ENDS_AT)
        )
    begun = _begun(scene, rows, rules, {n: parts[n] for n in durings})
    asked = [
        Asked(n, parts[n], during.until, rules[n].key, next_moment())
        for n, during in durings.items()
        if during.until is not None
    ]
    ended = latest_before(scene, asked).rename({c.MOMENT: "_ended"})
    known = begun.pipe(with_found, ended, on=ROW)
    is_over = (pl.col("_ended") > pl.col(INTERVAL)).fill_null(False)
    in_time = (pl.col(c.AT) < pl.col(ENDS_AT)).fill_null(True)
    inside = pl.col(INTERVAL).is_not_null() & ~is_over & in_time
    is_free = ~pl.col(c.RULE_NO).is_in(list(durings))
    return known.with_columns_seq((inside | is_free).alias(IS_INSIDE)).pipe(without, "_ended")


def _begun(scene: Scene, rows: pl.DataFrame, rules: Rules, parts: Mapping[int, pl.DataFrame]) -> pl.DataFrame:
    """The latest `after` event before each row, and the end of its `for`."""
    durings = {n: during for n in parts if (during := rules[n].during) and during.after}
    asked = [
        Asked(n, parts[n], during.after, rules[n].key, pl.col(c.MOMENT), (_start_of(during).alias("_start"),))
        for n, during in durings.items()
        if during.after is not None
    ]
    found = latest_before(scene, asked, values=["_start"]).rename({c.MOMENT: INTERVAL})
    begun = rows.pipe(with_found, found, on=ROW)
    lengths = {n: lasts for n, during in durings.items() if isinstance(lasts := during.lasts, Duration)}
    ends = each_later(
        scene.history, begun.filter(pl.col("_start").is_not_null()), "_start", lengths, ENDS_AT, fold="second"
    )
    by_field = [n for n, during in durings.items() if isinstance(during.lasts, FieldBound)]
    timed = begun.pipe(with_found, ends, on=ROW)
    own = pl.when(pl.col(c.RULE_NO).is_in(by_field)).then("_start").otherwise(ENDS_AT)
    from_start = pl.when(~pl.col(c.RULE_NO).is_in(list(durings))).then(-1).otherwise(pl.col(INTERVAL))
    return timed.with_columns_seq(own.alias(ENDS_AT), from_start.alias(INTERVAL)).pipe(without, "_start")


def _start_of(during: While) -> pl.Expr:
    return pl.col(c.field(during.lasts.field)) if isinstance(during.lasts, FieldBound) else pl.col(c.AT)


def _no_instant(name: str) -> pl.Expr:
    return pl.lit(None, dtype=INSTANT).alias(name)


# ── exits: frames of row, moment, at, side ──


def void_exits(history: History, rows: pl.DataFrame) -> pl.DataFrame:
    gone = rows.filter(pl.col(c.VOID).is_not_null())
    at = history.events[c.AT].gather(gone[c.VOID])
    return gone.select_seq(ROW, void_moment().alias(c.MOMENT), at, _side(EXCLUSIVE_END))


def sliding_exits(
    history: History, rows: pl.DataFrame, durations: Mapping[int, Duration | None], *, is_inclusive: bool
) -> pl.DataFrame:
    """When each row is its rule's duration old: still alive at that instant (`within`), or no longer (`gap`)."""
    aged = each_later(history, rows, c.AT, durations, "_end", fold="second" if is_inclusive else "first")
    moments = history.moments(aged["_end"], after_ties=is_inclusive)
    side = _side(INCLUSIVE_END if is_inclusive else EXCLUSIVE_END)
    return aged.select_seq(ROW, moments.alias(c.MOMENT), pl.col("_end").alias(c.AT), side)


def interval_exits(scene: Scene, rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The ends of the intervals that the rows are in: by time, and by an event."""
    ends = rows.filter(pl.col(ENDS_AT).is_not_null()).select_seq(ROW, pl.col(ENDS_AT).alias(c.AT))
    moments = scene.history.moments(ends[c.AT], after_ties=False)
    by_time = ends.select_seq(ROW, moments.alias(c.MOMENT), c.AT, _side(EXCLUSIVE_END))
    asked = [
        Asked(n, part, during.until, rules[n].key, next_moment())
        for n, part in by_rule(rows, {n for n, rule in rules.items() if rule.during}).items()
        if (during := rules[n].during) and during.until is not None
    ]
    found = first_after(scene, asked)
    by_event = found.select_seq(ROW, c.MOMENT, scene.history.at(found[c.MOMENT]).alias(c.AT), _side(EXCLUSIVE_END))
    return by_time, by_event


def _side(side: int) -> pl.Expr:
    return pl.lit(side, dtype=pl.Int8).alias(SIDE)


# ── counts ──


class Tally(Value):
    """What is counted: ``groups`` numbers the rules, cases, keys and stretches that have any, each a line of its own.
    For each name, the ``places`` where something comes or goes, in order, and the ``counts`` of those alive in that
    line: before all places, then from each on."""

    groups: pl.DataFrame
    places: Mapping[str, pl.Series]
    counts: Mapping[str, pl.Series]


def tally(alive: pl.DataFrame, exits: Mapping[str, Sequence[pl.DataFrame]]) -> Tally:
    """Lay out what can be counted in ``alive`` (``row rule_no case_no key stretch moment at``), once for each name:
    each row until the first of the exits of that name."""
    if not alive.height:
        return Tally(pl.DataFrame(), dict.fromkeys(exits, pl.Series()), {})
    groups = alive.select_seq(_GROUP).unique(maintain_order=True).with_row_index(_LINE)
    rows = alive.select_seq(ROW, *_GROUP, c.MOMENT, c.AT).join(groups, on=_GROUP, nulls_equal=True)
    steps = [groups.select_seq(_LINE, _start(), _step(0)), rows.select_seq(_LINE, _place(COMING), _step(1))]
    lines = {name: stacked([*steps, *_goings(rows, some)]).sort(_PLACE) for name, some in exits.items()}
    nobody = pl.Series([0], dtype=pl.Int64)
    counts = {name: line.select_seq(running_sum(pl.col(_STEP), [_LINE])).to_series() for name, line in lines.items()}
    return Tally(
        groups,
        {name: line[_PLACE] for name, line in lines.items()},
        {name: pl.concat([nobody, count]) for name, count in counts.items()},
    )


def with_count(told: Tally, askers: pl.DataFrame) -> pl.DataFrame:
    """Add to ``askers`` (``rule_no case_no key stretch moment at``), under each name of the tally, how many of the
    same rule, case, key and stretch are alive there, themselves included."""
    if not told.groups.height or not askers.height:
        return askers.with_columns_seq(pl.lit(0, dtype=pl.Int64).alias(name) for name in told.places)
    asking = askers.select_seq(*_GROUP, c.MOMENT, c.AT).pipe(with_found, told.groups, on=_GROUP)
    placed = asking.select_seq(_LINE, _place(ASKING))
    counts = (_count_at(told.places[name], told.counts[name]).alias(name) for name in told.places)
    return put_beside(askers, placed.select_seq(counts).get_columns())


def _count_at(places: pl.Series, counts: pl.Series) -> pl.Expr:
    there = pl.lit(counts).gather(pl.lit(places).search_sorted(pl.col(_PLACE), side="right"))
    return pl.when(pl.col(_LINE).is_not_null()).then(there).otherwise(0)


def _goings(rows: pl.DataFrame, exits: Iterable[pl.DataFrame]) -> list[pl.DataFrame]:
    gone = [each.join(rows.select_seq(ROW, _LINE), on=ROW) for each in exits if each.height]
    goings = [each.select_seq(ROW, _LINE, _place(pl.col(SIDE)), _step(-1)) for each in gone]
    if not goings:
        return []
    firsts = stacked(goings)
    if len(goings) > 1:
        firsts = firsts.sort(_PLACE).unique(ROW, keep="first", maintain_order=True)
    return [without(firsts, ROW)]


def _place(side: int | pl.Expr) -> pl.Expr:
    """Line, moment, instant and side as one number in their order: one number is sorted and found many times as fast
    as four. Moments have 33 bits, and the microseconds of 9999 years 59."""
    moment = pl.col(_LINE).cast(pl.Int128) * _wide(34) + _long(c.MOMENT)
    return ((moment * _wide(60) + _long(c.AT)) * _wide(2) + side).alias(_PLACE)


def _start() -> pl.Expr:
    """Before all places of a line: each begins with nobody."""
    return ((pl.col(_LINE).cast(pl.Int128) * _wide(34) - 2) * _wide(62)).alias(_PLACE)


def _long(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64).cast(pl.Int128)


def _wide(bits: int) -> pl.Expr:
    return pl.lit(1 << bits, dtype=pl.Int128)


def _step(step: int) -> pl.Expr:
    return pl.lit(step, dtype=pl.Int64).alias(_STEP)
