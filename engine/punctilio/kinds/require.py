"""**require**: not without that before.

The standard term is precedence. The latest such event counts: it may have to be recent (`within`), and an instant of it may have to have passed (`from`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from punctilio.counting import later
from punctilio.matching import ROW, Asked, Scene, latest_before
from punctilio.model.rule import Require
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT
from punctilio.triggers import triggers


def breaches(scene: Scene, rules: Mapping[int, Require]) -> pl.DataFrame:
    """Every `of` event without its `after`: ``rule_no case_no person event at after``; ``after`` is the event that does not suffice."""
    empty = {c.RULE_NO: pl.UInt32, c.CASE_NO: pl.UInt32, c.PERSON: pl.String, c.EVENT: pl.UInt32, c.AT: INSTANT, "after": pl.UInt32}
    frames = [pl.DataFrame(schema=empty)]
    for number, rule in rules.items():
        rows = triggers(scene, number, rule.of, rule.key)
        frames.append(judged(scene, number, rule, rows).filter("is_wanting").select(list(empty)))
    return pl.concat(frames)


def judged(scene: Scene, number: int, rule: Require, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``is_wanting``, ``after`` (the latest such event) and ``next_at`` (when its instant will have passed, if only that is wanting)."""
    start = c.field(rule.from_field) if rule.from_field else None
    values = [c.AT, *([start] if start and start != c.AT else [])]
    found = latest_before(scene, [Asked(number, rows, rule.after, rule.key)], before=c.MOMENT, values=values)
    after = found.select(
        ROW,
        pl.col(c.MOMENT).alias("_after"),
        pl.col(c.AT).alias("_after_at"),
        (pl.col(start) if start else pl.lit(None, dtype=INSTANT)).alias("_from"),
    )
    known = rows.join(after, on=ROW, how="left", maintain_order="left")
    known = _since(scene, number, rule, known)
    is_recent = pl.lit(True)
    if rule.within is not None:
        known = later(scene.history, known, "_after_at", rule.within, "_until", fold="second")
        is_recent = pl.col("_until") >= pl.col(c.AT)
    has_passed = (pl.col("_from") <= pl.col(c.AT)).fill_null(True)
    is_there = pl.col("_after").is_not_null() & is_recent.fill_null(False)
    return known.with_columns(
        (~(is_there & has_passed)).alias("is_wanting"),
        pl.when(is_there & ~has_passed).then("_from").alias(c.NEXT_AT),
        (pl.col("_after") // 2).cast(pl.UInt32).alias("after"),
    )


def _since(scene: Scene, number: int, rule: Require, rows: pl.DataFrame) -> pl.DataFrame:
    """Forget what came before the beginning of the latest `since` event."""
    if rule.since is None:
        return rows
    found = latest_before(scene, [Asked(number, rows, rule.since, rule.key)], before=c.MOMENT, values=[c.BEGINS])
    known = rows.join(found.select(ROW, pl.col(c.BEGINS).alias("_begins")), on=ROW, how="left", maintain_order="left")
    is_fresh = (pl.col("_after") > pl.col("_begins")).fill_null(True)
    fresh = [pl.when(is_fresh).then(name).alias(name) for name in ("_after", "_after_at", "_from")]
    return known.with_columns(fresh)
