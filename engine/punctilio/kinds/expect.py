"""**expect**: after this, that should follow, in a window.

The standard term is a timed response constraint, or an achievement obligation. The stages
below are those of docs/language.md, 5: opening, window, settling, ending. What is forbidden or
waived is not known here; ``plan`` adds it and gives the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from punctilio.abreast import both
from punctilio.closures import STARTS, is_closed, next_closing
from punctilio.counting import IS_INSIDE, by_rule, each_later, with_interval
from punctilio.history import void_moment
from punctilio.matching import ROW, Asked, Scene, first_after, next_alike, next_moment
from punctilio.model.rule import Expect
from punctilio.model.window import Bound, Duration, FieldBound
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found, without
from punctilio.tables.numbering import spread
from punctilio.tables.schemas import INSTANT, Schema
from punctilio.triggers import TRIGGERS, Stage, nth, triggers
from punctilio.value import Value
from punctilio.zones import Fold

DONE_MOMENT: Final = "done_moment"
ENDED_MOMENT: Final = "ended_moment"

INSTANCES: Final[Schema] = {
    **TRIGGERS,
    c.FROM_AT: INSTANT,
    c.OPENS_AT: INSTANT,
    c.DUE_AT: INSTANT,
    c.EXPIRES_AT: INSTANT,
    DONE_MOMENT: pl.Int64,
    c.DONE_AT: INSTANT,
    c.DONE: pl.UInt32,
    ENDED_MOMENT: pl.Int64,
    c.ENDED_AT: INSTANT,
    c.ENDED_BY: pl.String,
    c.ENDED: pl.UInt32,
}
"""A row for each instance, beside the fields of its key."""

_BOUNDS: Final = (c.OPENS_AT, c.DUE_AT, c.EXPIRES_AT)
_ENDINGS: Final = ("cancel", "void", "close", "restart")

Opened = Mapping[int, pl.DataFrame]
"""The instances of each rule, by its number, with ``row`` numbered through all of them."""


def instances(scene: Scene, rules: Mapping[int, Expect], stretches: pl.DataFrame) -> pl.DataFrame:
    """Every instance (``INSTANCES``) of the rules, as the events of the history leave it."""
    opened = _opened(scene, rules, stretches)
    if not opened:
        return pl.DataFrame(schema=INSTANCES)
    rows = stacked(opened.values(), how="diagonal")
    in_window, (settling, ends) = both(
        lambda: _with_deadline_event(_with_window(rows, scene, rules), scene, rules, opened),
        lambda: (_settling(rows, scene, rules, opened), _ends(rows, scene, rules, opened, stretches)),
        rows=scene.history.events.height,
    )
    return _with_ending(_with_settling(in_window, scene, settling), scene, ends)


# ── opening ──


def _opened(scene: Scene, rules: Mapping[int, Expect], stretches: pl.DataFrame) -> Opened:
    opened: dict[int, pl.DataFrame] = {}
    height = 0
    for number, rule in rules.items():
        if not scene.has(rule.when):
            continue
        *_, (_, rows) = stages(scene, number, rule, stretches)
        if rows.height:
            numbered = without(rows, ROW).with_row_index(ROW, offset=height)
            opened[number] = numbered.with_columns_seq(_from(rule).alias(c.FROM_AT))
            height += rows.height
    return opened


def stages(scene: Scene, number: int, rule: Expect, stretches: pl.DataFrame) -> Iterator[tuple[Stage, pl.DataFrame]]:
    """The triggers that are left after each condition of opening, up to the first that none fulfils."""
    bounds = [b.field for b in _bounds(rule) if isinstance(b, FieldBound)]
    read = tuple(c.field(name) for name in (rule.window.from_field, *bounds) if name)
    rows = triggers(scene, number, rule.when, rule.key, each=rule.each, keep=read)
    yield Stage.TRIGGER, rows
    if rule.nth is not None and rows.height:
        rows = nth(scene, number, rows, rule)
        yield Stage.NTH, rows
    if rule.during is not None and rows.height:
        rows = with_interval(scene, rows, {number: rule}, {number: rows}).filter(IS_INSIDE)
        yield Stage.WHILE, rows
    if stretches.height and rows.height:
        rows = rows.filter(~is_closed(rows, stretches))
        yield Stage.OPEN, rows


def _bounds(rule: Expect) -> tuple[Bound | None, Bound | None, Bound | None]:
    return rule.window.opens, rule.window.due, rule.window.expires


def _from(rule: Expect) -> pl.Expr:
    start = rule.window.from_field
    return pl.coalesce(c.field(start), c.AT) if start else pl.col(c.AT)


# ── window ──


def _with_window(rows: pl.DataFrame, scene: Scene, rules: Mapping[int, Expect]) -> pl.DataFrame:
    """Add ``opens_at`` (the start, where nothing says when), ``due_at``, ``expires_at``:
    equal durations of all rules are added at once."""
    for place, name in enumerate(_BOUNDS):
        bounds = {number: _bounds(rule)[place] for number, rule in rules.items()}
        lengths = {number: bound for number, bound in bounds.items() if isinstance(bound, Duration)}
        fields = {number: bound.field for number, bound in bounds.items() if isinstance(bound, FieldBound)}
        fold: Fold = "first" if name == c.OPENS_AT else "second"
        ends = each_later(scene.history, rows, c.FROM_AT, lengths, name, fold=fold)
        rows = rows.pipe(with_found, ends, on=ROW)
        for field in set(fields.values()) & {name.removeprefix(c.FIELD_PREFIX) for name in rows.columns}:
            own = pl.col(c.RULE_NO).is_in([number for number, each in fields.items() if each == field])
            rows = rows.with_columns_seq(pl.when(own).then(c.field(field)).otherwise(name).alias(name))
    return rows.with_columns_seq(pl.coalesce(c.OPENS_AT, pl.min_horizontal(c.AT, c.FROM_AT)).alias(c.OPENS_AT))


def _with_deadline_event(rows: pl.DataFrame, scene: Scene, rules: Mapping[int, Expect], opened: Opened) -> pl.DataFrame:
    """`before: EVENT` makes the instant of the first such event the due, where it is earlier than any other."""
    asked = [
        Asked(number, opened[number], rule.before, rule.key, next_moment())
        for number, rule in rules.items()
        if rule.before is not None and number in opened
    ]
    if not asked:
        return rows
    found = first_after(scene, asked)
    due = found.select_seq(ROW, scene.history.at(found[c.MOMENT]).alias("_before_at"))
    joined = rows.pipe(with_found, due, on=ROW)
    return joined.with_columns_seq(pl.min_horizontal(c.DUE_AT, "_before_at").alias(c.DUE_AT)).drop("_before_at")


# ── settling ──


def _settling(rows: pl.DataFrame, scene: Scene, rules: Mapping[int, Expect], opened: Opened) -> pl.DataFrame:
    """``row`` and ``moment``: the first target of the key after the trigger, or from `from` where that is earlier."""
    found = first_after(scene, _targets(scene, rules, opened))
    own = found.filter(found[c.MOMENT] == rows[c.MOMENT].gather(found[ROW]))
    if own.height:
        again = {number: rows.join(own, on=ROW, how="semi") for number, rows in opened.items()}
        asked = [
            Asked(number, some, rules[number].until, rules[number].key, next_moment()) for number, some in again.items()
        ]
        found = stacked([found.join(own, on=ROW, how="anti"), first_after(scene, asked)])
    return found


def _with_settling(rows: pl.DataFrame, scene: Scene, settling: pl.DataFrame) -> pl.DataFrame:
    """Add ``done done_moment done_at``: what settled each instance before it expired."""
    settled = rows.pipe(with_found, settling.rename({c.MOMENT: DONE_MOMENT}), on=ROW)
    done_at = scene.history.at(settled[DONE_MOMENT])
    timed = settled.with_columns_seq(done_at.alias(c.DONE_AT))
    in_time = (pl.col(c.DONE_AT) <= pl.col(c.EXPIRES_AT)).fill_null(True)
    kept = timed.with_columns_seq(pl.when(in_time).then(name).alias(name) for name in (DONE_MOMENT, c.DONE_AT))
    return kept.with_columns_seq((pl.col(DONE_MOMENT) // 2).cast(pl.UInt32).alias(c.DONE))


def near(scene: Scene, rules: Mapping[int, Expect], instances: pl.DataFrame, drafted: Scene) -> pl.DataFrame:
    """``row`` and ``near`` (events): the first void target and the first unsent draft of one,
    after the trigger and before it was settled."""
    opened = by_rule(instances)
    void = first_after(scene, _targets(scene, rules, opened), void=True)
    drafts = first_after(drafted, _targets(scene, rules, opened))
    found = stacked([void, drafts]).join(instances.select_seq(ROW, DONE_MOMENT), on=ROW)
    before = found.filter((pl.col(c.MOMENT) < pl.col(DONE_MOMENT)).fill_null(True))
    return before.group_by(ROW).agg((pl.col(c.MOMENT) // 2).cast(pl.UInt32).sort().alias(c.NEAR))


def _targets(scene: Scene, rules: Mapping[int, Expect], opened: Opened) -> Iterable[Asked]:
    for number, rows in opened.items():
        rule = rules[number]
        place = next_moment()
        if rule.window.from_field and rows.select_seq((pl.col(c.FROM_AT) < pl.col(c.AT)).any()).item():
            first = scene.history.moments(rows[c.FROM_AT], after_ties=False)
            place = pl.when(pl.col(c.FROM_AT) < pl.col(c.AT)).then(first.alias("_first")).otherwise(place)
        yield Asked(number, rows, rule.until, rule.key, place)


# ── ending ──


class _Ends(Value):
    """``first`` are the earliest of each of ``_ENDINGS``, in their order (``row moment``); ``closings`` say since when
    cases are closed."""

    first: tuple[pl.DataFrame, ...]
    closings: pl.DataFrame


def _ends(
    rows: pl.DataFrame, scene: Scene, rules: Mapping[int, Expect], opened: Opened, stretches: pl.DataFrame
) -> _Ends:
    closings = next_closing(rows, stretches)
    first = (
        _cancelled(scene, rules, opened),
        rows.filter(pl.col(c.VOID).is_not_null()).select_seq(ROW, void_moment().alias(c.MOMENT)),
        closings.select_seq(ROW, pl.col(STARTS).alias(c.MOMENT)),
        _replaced(scene, rules, opened),
    )
    return _Ends(first, closings)


def _with_ending(rows: pl.DataFrame, scene: Scene, ends: _Ends) -> pl.DataFrame:
    """Add ``ended ended_moment ended_at ended_by``:
    what ended each instance first, before it was settled or expired."""
    names = (c.ENDED, ENDED_MOMENT, c.ENDED_AT, c.ENDED_BY)
    if not any(end.height for end in ends.first):
        return rows.with_columns_seq(pl.lit(None, dtype=INSTANCES[name]).alias(name) for name in names)
    ended = rows.with_columns_seq(_first_of(ends.first, ends.closings, scene, rows.height))
    in_time = (pl.col(c.ENDED_AT) <= pl.col(c.EXPIRES_AT)).fill_null(True)
    is_first = (pl.col(ENDED_MOMENT) < pl.col(DONE_MOMENT)).fill_null(True)
    ended = ended.with_columns_seq(pl.when(in_time & is_first).then(name).alias(name) for name in names)
    done = (c.DONE, DONE_MOMENT, c.DONE_AT)
    return ended.with_columns_seq(pl.when(pl.col(c.ENDED_BY).is_null()).then(name).alias(name) for name in done)


def _first_of(ends: Sequence[pl.DataFrame], closings: pl.DataFrame, scene: Scene, height: int) -> list[pl.Series]:
    """The columns of the earliest end of each of so many instances, and of one moment the first of ``_ENDINGS``, in
    whose order they are given (``row moment``): moment and order are one number, the least of which is the first."""
    many = len(_ENDINGS)
    orders = [
        spread(end[c.MOMENT] * many + place, end[ROW], height).alias(name)
        for place, (name, end) in enumerate(zip(_ENDINGS, ends, strict=True))
    ]
    first = pl.select(pl.min_horizontal(orders)).to_series()
    moment, place = (first // many).alias(ENDED_MOMENT), first % many
    is_event = moment % 2 == 0  # a silence closes between events
    nothing = pl.Series([None], dtype=pl.UInt32)
    at = scene.history.at(moment)
    if closings.height:
        since = spread(closings[c.SINCE_AT], closings[ROW], height)
        at = since.zip_with(place == _ENDINGS.index("close"), at)
    return [
        moment,
        (moment // 2).cast(pl.UInt32).zip_with(is_event, nothing).alias(c.ENDED),
        at.alias(c.ENDED_AT),
        pl.Series(_ENDINGS, dtype=pl.String).gather(place).alias(c.ENDED_BY),
    ]


def _cancelled(scene: Scene, rules: Mapping[int, Expect], opened: Opened) -> pl.DataFrame:
    asked = [
        Asked(number, rows, rule.cancel, rule.key, next_moment())
        for number, rows in opened.items()
        if (rule := rules[number]).cancel is not None
    ]
    return first_after(scene, asked, by_beginning=True)


def _replaced(scene: Scene, rules: Mapping[int, Expect], opened: Opened) -> pl.DataFrame:
    """The next trigger of the same key, for the rules that start anew with it."""
    some = [opened[number] for number, rule in rules.items() if rule.restarts and number in opened]
    if not some:
        return pl.DataFrame(schema={ROW: pl.UInt32, c.MOMENT: pl.Int64})
    rows = stacked(each.select_seq(ROW, c.RULE_NO, c.CASE_NO, c.KEY, c.MOMENT) for each in some)
    return next_alike(scene.history, rows)
