"""What every limit and require still allows, for each key of an open case, whether or not anything is proposed."""

from __future__ import annotations

from typing import Final

import polars as pl

from punctilio.counting import INTERVAL, IS_INSIDE
from punctilio.kinds import limit, require
from punctilio.matching import ROW, Scene, key_column, key_text
from punctilio.model.decision import Next
from punctilio.model.rule import Key
from punctilio.model.vocabulary import PERSON_TYPES
from punctilio.proposals import Bounds
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import INSTANT, Schema
from punctilio.using import with_alive

RAW: Final[Schema] = {
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.PERSON: pl.String,
    c.KEY: pl.String,
    c.USED: pl.Int64,
    c.LEFT: pl.Int64,
    c.NEXT: pl.String,
    c.NEXT_AT: INSTANT,
    c.EVENT: pl.UInt32,
    c.EVENTS: pl.List(pl.UInt32),
}


def allowances(scene: Scene, bounds: Bounds, required: pl.DataFrame, open_cases: pl.DataFrame) -> pl.DataFrame:
    """A row (``RAW``) for each limit and require and each key of the ``open_cases`` (``case_no``);
    ``required`` are the events under requires."""
    rules = {
        **{n: rule.key for n, rule in bounds.limits.rules.items()},
        **{n: rule.key for n, rule in bounds.requires.items()},
    }
    people = _people(scene) if any(c.PERSON in key for key in rules.values()) else pl.DataFrame()
    frames = [pl.DataFrame(schema=RAW)]
    for numbers, events, told in (
        (bounds.limits.rules, bounds.limits.events, _of_limits),
        (bounds.requires, required, _of_requires),
    ):
        keys = [_keys(scene, n, events, rules[n], open_cases, people) for n in numbers]
        if any(rows.height for rows in keys):
            frames.append(_raw(told(scene, bounds, stacked(keys, how="diagonal"), events)))
    return stacked(frames)


def _people(scene: Scene) -> pl.DataFrame:
    """Everyone seen in a case: ``case_no person``."""
    lists = {name: kind == "people" for name, kind in scene.history.vocabulary.fields().items() if kind in PERSON_TYPES}
    seen = [
        scene.history.events.select_seq(c.CASE_NO, pl.col(c.field(name)).alias(c.PERSON)).drop_nulls() for name in lists
    ]
    single = [rows.explode(c.PERSON) if is_list else rows for rows, is_list in zip(seen, lists.values(), strict=True)]
    return stacked(single).drop_nulls().unique().sort(c.CASE_NO, c.PERSON)


def _keys(
    scene: Scene, number: int, events: pl.DataFrame, key: Key, open_cases: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """The keys of the open cases for one rule, with their columns, asking at the as-of instant."""
    if not key:
        keys = open_cases
    elif key == (c.PERSON,):
        keys = people.join(open_cases, on=c.CASE_NO)
    else:
        mine = events.filter((pl.col(c.RULE_NO) == number) & pl.col(c.KEY).is_not_null()) if events.height else events
        columns = [key_column(name) for name in key]
        keys = (
            mine.select_seq(c.CASE_NO, *columns).unique(maintain_order=True).join(open_cases, on=c.CASE_NO)
            if mine.height
            else open_cases.clear()
        )
    nobody = [] if c.PERSON in keys.columns else [pl.lit(None, dtype=pl.String).alias(c.PERSON)]
    others = [name for name in key if name != c.PERSON and c.field(name) in keys.columns]
    parts = [pl.format(f"{name}={{}}", pl.col(c.field(name)).cast(pl.String)) for name in others]
    label = pl.concat_str(parts, separator=", ") if parts else pl.lit("")
    text = key_text(key) if keys.height else pl.lit("").alias(c.KEY)
    return keys.with_columns_seq(
        *nobody,
        pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO),
        pl.lit(scene.history.now, dtype=pl.Int64).alias(c.MOMENT),
        pl.lit(scene.history.as_of, dtype=INSTANT).alias(c.AT),
        text,
        label.alias("label"),
    )


def _of_limits(scene: Scene, bounds: Bounds, keys: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    standing = limit.standing(scene, bounds.limits, keys).with_columns_seq(pl.lit(0, dtype=pl.Int64).alias("ahead"))
    forbidden = limit.with_next(scene, bounds.limits, standing.filter(limit.IS_FORBIDDEN)).select_seq(
        ROW, c.NEXT_AT, limit.IS_NEVER
    )
    rows = standing.pipe(with_found, forbidden, on=ROW)
    room = pl.when(pl.col(limit.AT_MOST).is_not_null()).then(
        pl.max_horizontal(pl.col(limit.AT_MOST) - pl.col(c.USED), 0)
    )
    left = pl.when(pl.col(IS_INSIDE)).then(pl.when(limit.IS_FORBIDDEN).then(0).otherwise(room))
    since = pl.when(pl.col(IS_INSIDE) & (pl.col(INTERVAL) >= 0)).then(pl.col(INTERVAL) // 2)
    told = with_alive(scene.history, bounds.limits, rows, into=c.EVENTS)
    return told.with_columns_seq(left.alias(c.LEFT), since.cast(pl.UInt32).alias(c.EVENT))


def _of_requires(scene: Scene, bounds: Bounds, keys: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    group = [c.RULE_NO, c.CASE_NO, c.KEY]
    valid = events.filter(pl.col(c.VOID).is_null()) if events.height else keys.clear()
    used = valid.group_by(group).agg(pl.len().cast(pl.Int64).alias(c.USED))
    judged = require.judged(scene, bounds.requires, keys)
    known = judged.pipe(with_found, used, on=group)
    left = pl.when(require.IS_FORBIDDEN).then(pl.lit(0, dtype=pl.Int64))
    return known.with_columns_seq(
        pl.col(c.USED).fill_null(0), left.alias(c.LEFT), pl.col(c.NEXT_AT).is_null().alias(limit.IS_NEVER)
    ).with_columns_seq(pl.col(require.AFTER).alias(c.EVENT), pl.lit(None, dtype=pl.List(pl.UInt32)).alias(c.EVENTS))


def _raw(rows: pl.DataFrame) -> pl.DataFrame:
    opening = pl.when("is_never").then(pl.lit(Next.NEVER.value)).otherwise(pl.lit(Next.AT.value))
    rows = rows.with_columns_seq(
        pl.when("is_forbidden").then(opening).otherwise(pl.lit(Next.NOW.value)).alias(c.NEXT),
        pl.when(pl.col("is_forbidden") & ~pl.col("is_never")).then(c.NEXT_AT).alias(c.NEXT_AT),
        pl.col("label").alias(c.KEY),
    )
    return rows.select_seq(pl.col(name).cast(kind) for name, kind in RAW.items())
