"""**close**: a case is over when something happened, or when nothing did for long enough.

The standard term is termination, or discharge.
A rule that waits for a silence also reports each silence as an instance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from punctilio.closures import ENDS, STARTS, STRETCHES, is_closed, next_closing
from punctilio.counting import later
from punctilio.history import void_moment
from punctilio.matching import ROW, Asked, Scene, first_after, next_moment
from punctilio.model.decision import Verdict
from punctilio.model.rule import Close
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.triggers import Stage, nth, triggers


def at_once(scene: Scene, rules: Mapping[int, Close]) -> pl.DataFrame:
    """The stretches (``closures.STRETCHES``) of the rules that close a case at an event."""
    some = {number: rule for number, rule in rules.items() if not rule.silence_for and scene.has(rule.when)}
    closing = {number: _closing(scene, number, rule) for number, rule in some.items()}
    made = [_ended(scene, number, rules[number], rows) for number, rows in closing.items() if rows.height]
    return stacked([pl.DataFrame(schema=STRETCHES), *made])


def stages(scene: Scene, number: int, rule: Close, closed: pl.DataFrame) -> Iterator[tuple[Stage, pl.DataFrame]]:
    """The triggers that are left after each condition, up to the first that none fulfils: of those of a rule that waits
    for a silence, the ones that begin one."""
    rows = triggers(scene, number, rule.when, rule.key)
    yield Stage.TRIGGER, rows
    if rule.nth is not None and rows.height:
        rows = nth(scene, number, rows, rule)
        yield Stage.NTH, rows
    if rule.silence_for is None:
        yield Stage.STANDS, rows.filter(pl.col(c.VOID).is_null())
    elif rows.height:
        yield Stage.OPEN, rows.filter(~is_closed(rows, closed))


def _closing(scene: Scene, number: int, rule: Close) -> pl.DataFrame:
    *_, (_, found) = stages(scene, number, rule, pl.DataFrame(schema=STRETCHES))
    return found.with_columns_seq(pl.col(c.MOMENT).alias(STARTS), pl.col(c.AT).alias(c.SINCE_AT))


def after_silence(scene: Scene, rules: Mapping[int, Close], closed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The stretches of the rules that wait for a silence, and every silence as
    an instance; ``closed`` are the stretches made by events.

    Instances have ``rule_no case_no person event moment at opens_at ended ended_at
    ended_by verdict``: ``opens_at`` is when it takes effect.
    """
    waiting = [number for number, rule in rules.items() if rule.silence_for and scene.has(rule.when)]
    triggered = {number: [*stages(scene, number, rules[number], closed)][-1] for number in waiting}
    silences = {n: _silences(scene, n, rules[n], rows, closed) for n, (_, rows) in triggered.items() if rows.height}
    made = [_ended(scene, number, rules[number], _taken_effect(rows, scene)) for number, rows in silences.items()]
    told = stacked(silences.values(), how="diagonal") if silences else pl.DataFrame()
    return stacked([pl.DataFrame(schema=STRETCHES), *made]), told


def _silences(scene: Scene, number: int, rule: Close, rows: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    assert rule.silence_for is not None
    timed = later(scene.history, rows, c.AT, rule.silence_for, c.OPENS_AT, fold="second")
    broken = _with_end(scene, number, rule, timed, closed)
    as_of = pl.lit(scene.history.as_of)
    verdict = (
        pl.when(pl.col(c.ENDED_BY).is_not_null())
        .then(pl.lit(Verdict.CANCELLED.value))
        .when(pl.col(c.OPENS_AT) <= as_of)
        .then(pl.lit(Verdict.SATISFIED.value))
        .otherwise(pl.lit(Verdict.WAITING.value))
    )
    return broken.with_columns_seq(verdict.alias(c.VERDICT))


def _with_end(scene: Scene, number: int, rule: Close, rows: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """Add ``ended ended_at ended_by``: what broke each silence first, by the
    instant at which it would have taken effect; its trigger's becoming void, whenever."""
    void = rows.filter(pl.col(c.VOID).is_not_null())
    void_at = scene.history.events[c.AT].gather(void[c.VOID])
    ends = [
        void.select_seq(
            ROW, void_moment(), void_at.alias("_at"), pl.lit("void").alias(c.ENDED_BY), pl.col(c.VOID).alias("_by")
        ),
        next_closing(rows, closed).select_seq(ROW, STARTS, c.SINCE_AT, pl.lit("close").alias(c.ENDED_BY), "closed_by"),
    ]
    if rule.unless is not None:
        asked = Asked(number, rows, rule.unless, rule.key, next_moment())
        found = first_after(scene, [asked])
        at, event = scene.history.at(found[c.MOMENT]), found[c.MOMENT] // 2
        broken = found.with_columns_seq(
            at.alias("_at"), pl.lit("cancel").alias(c.ENDED_BY), event.cast(pl.UInt32).alias(c.ENDED)
        )
        ends.insert(0, broken.select_seq(ROW, c.MOMENT, "_at", c.ENDED_BY, c.ENDED))
    names = [ROW, "_moment", c.ENDED_AT, c.ENDED_BY, c.ENDED]
    every = stacked([end.rename(dict(zip(end.columns, names, strict=True))) for end in ends])
    in_time = (pl.col(c.ENDED_AT) <= pl.col(c.OPENS_AT)) | (pl.col(c.ENDED_BY) == "void")
    breaks = every.join(rows.select_seq(ROW, c.OPENS_AT), on=ROW, maintain_order="left").filter(in_time)
    first = breaks.sort("_moment", maintain_order=True).unique(ROW, keep="first", maintain_order=True)
    return rows.pipe(with_found, first.drop("_moment", c.OPENS_AT), on=ROW)


def _taken_effect(silences: pl.DataFrame, scene: Scene) -> pl.DataFrame:
    rows = silences.filter(pl.col(c.VERDICT) == Verdict.SATISFIED.value).with_columns_seq(
        pl.col(c.OPENS_AT).alias(c.SINCE_AT)
    )
    return rows.with_columns_seq(scene.history.moments(rows[c.SINCE_AT]).alias(STARTS))


def _ended(scene: Scene, number: int, rule: Close, rows: pl.DataFrame) -> pl.DataFrame:
    """As stretches, each up to the first event that reopens the case."""
    if rule.reopen is None:
        return rows.with_columns_seq(pl.lit(None, dtype=pl.Int64).alias(ENDS)).select_seq(list(STRETCHES))
    asked = Asked(number, rows, rule.reopen, rule.key, pl.col(STARTS) + 1)
    found = first_after(scene, [asked]).rename({c.MOMENT: ENDS})
    return rows.pipe(with_found, found, on=ROW).select_seq(list(STRETCHES))
