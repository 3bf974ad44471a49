"""What every limit and require still allows, for each key of an open case, whether or not anything is proposed."""

from __future__ import annotations

import polars as pl

from punctilio.kinds import limit, require
from punctilio.kinds.limit import Counted
from punctilio.matching import ROW, Scene, key_column, key_text
from punctilio.model.decision import Next
from punctilio.model.rule import Key, Require
from punctilio.model.vocabulary import PERSON_TYPES
from punctilio.proposals import Bounds
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT
from punctilio.triggers import triggers

RAW = {
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.PERSON: pl.String,
    c.KEY: pl.String,
    c.USED: pl.Int64,
    c.LEFT: pl.Int64,
    c.NEXT: pl.String,
    c.NEXT_AT: INSTANT,
}


def allowances(scene: Scene, bounds: Bounds, open_cases: pl.DataFrame) -> pl.DataFrame:
    """A row (``RAW``) for each limit and require and each key of the ``open_cases`` (``case_no``)."""
    people = _people(scene) if any(c.PERSON in rule.key for rule in _rules(bounds)) else pl.DataFrame()
    frames = [pl.DataFrame(schema=RAW)]
    for number, each in bounds.limits.items():
        keys = _keys(scene, each.rows, each.rule.key, open_cases, people)
        frames.append(_of_limit(scene, each, keys))
    for number, rule in bounds.requires.items():
        rows = triggers(scene, number, rule.of, rule.key).filter(pl.col(c.KEY).is_not_null())
        frames.append(_of_require(scene, number, rule, rows, _keys(scene, rows, rule.key, open_cases, people)))
    return pl.concat(frames)


def _rules(bounds: Bounds) -> list[limit.Limit | Require]:
    return [*(each.rule for each in bounds.limits.values()), *bounds.requires.values()]


def _people(scene: Scene) -> pl.DataFrame:
    """Everyone seen in a case: ``case_no person``."""
    lists = {name: kind == "people" for name, kind in scene.history.vocabulary.fields().items() if kind in PERSON_TYPES}
    seen = [scene.history.events.select(c.CASE_NO, pl.col(c.field(name)).alias(c.PERSON)).drop_nulls() for name in lists]
    single = [rows.explode(c.PERSON) if is_list else rows for rows, is_list in zip(seen, lists.values(), strict=True)]
    return pl.concat(single).drop_nulls().unique().sort(c.CASE_NO, c.PERSON)


def _keys(scene: Scene, rows: pl.DataFrame, key: Key, open_cases: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The keys of the open cases, with their columns, asking at the as-of instant."""
    columns = [key_column(name) for name in key]
    if not key:
        keys = open_cases
    elif key == (c.PERSON,):
        keys = people.join(open_cases, on=c.CASE_NO, how="semi")
    else:
        keys = rows.select(c.CASE_NO, *columns).unique(maintain_order=True).join(open_cases, on=c.CASE_NO, how="semi")
    if c.PERSON not in keys.columns:
        keys = keys.with_columns(pl.lit(None, dtype=pl.String).alias(c.PERSON))
    now = [pl.lit(scene.history.now, dtype=pl.Int64).alias(c.MOMENT), pl.lit(scene.history.as_of, dtype=INSTANT).alias(c.AT)]
    others = [name for name in key if name != c.PERSON]
    parts = [pl.format(f"{name}={{}}", pl.col(c.field(name)).cast(pl.String)) for name in others]
    label = pl.concat_str(parts, separator=", ") if parts else pl.lit("")
    return keys.with_columns(*now, key_text(key), label.alias("label")).with_row_index(ROW)


def _of_limit(scene: Scene, each: Counted, keys: pl.DataFrame) -> pl.DataFrame:
    standing = limit.standing(scene, each, keys)
    rows = limit.with_next(scene, each, standing)
    room = pl.lit(None, dtype=pl.Int64) if each.rule.at_most is None else pl.max_horizontal(each.rule.at_most - pl.col(c.USED), 0)
    forbids = limit.forbids(each)
    left = pl.when(~pl.col("is_inside")).then(None).when(forbids).then(0).otherwise(room)
    return _raw(rows.with_columns(left.alias(c.LEFT), forbids.alias("is_forbidden")))


def _of_require(scene: Scene, number: int, rule: Require, rows: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    valid = rows.filter(pl.col(c.VOID).is_null()).group_by(c.CASE_NO, c.KEY).agg(pl.len().cast(pl.Int64).alias(c.USED))
    judged = require.judged(scene, number, rule, keys).rename({"is_wanting": "is_forbidden"})
    known = judged.join(valid, on=[c.CASE_NO, c.KEY], how="left", maintain_order="left")
    left = pl.when("is_forbidden").then(pl.lit(0, dtype=pl.Int64))
    return _raw(
        known.with_columns(
            pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO),
            pl.col(c.USED).fill_null(0),
            left.alias(c.LEFT),
            pl.col(c.NEXT_AT).is_null().alias("is_never"),
        )
    )


def _raw(rows: pl.DataFrame) -> pl.DataFrame:
    opening = pl.when("is_never").then(pl.lit(Next.NEVER.value)).otherwise(pl.lit(Next.AT.value))
    rows = rows.with_columns(
        pl.when("is_forbidden").then(opening).otherwise(pl.lit(Next.NOW.value)).alias(c.NEXT),
        pl.when(pl.col("is_forbidden") & ~pl.col("is_never")).then(c.NEXT_AT).alias(c.NEXT_AT),
        pl.col("label").alias(c.KEY),
    )
    return rows.select(pl.col(name).cast(kind) for name, kind in RAW.items())
