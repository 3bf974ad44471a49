"""**require**: not without that before.

The standard term is precedence. The latest such event counts: it may have to be recent (`within`),
and an instant of it may have to have passed (`from`). All requires of a rulebook are judged at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from punctilio.counting import by_rule, each_later
from punctilio.matching import ROW, Asked, Scene, latest_before
from punctilio.model.rule import Require
from punctilio.tables import columns as c
from punctilio.tables.joining import with_found, without
from punctilio.tables.schemas import INSTANT, Schema
from punctilio.triggers import triggers_of

AFTER: Final = "after"
IS_FORBIDDEN: Final = "is_forbidden"
_KNOWN: Final = ["_after_at", "_from"]


def judged_events(scene: Scene, rules: Mapping[int, Require]) -> pl.DataFrame:
    """Every event that needs another before it (``triggers``, with ``row`` unique among all)."""
    return triggers_of(scene, {n: (rule.of, rule.key) for n, rule in rules.items()}) if rules else pl.DataFrame()


def breaches(scene: Scene, rules: Mapping[int, Require], events: pl.DataFrame) -> pl.DataFrame:
    """Every `of` event without its `after`: ``rule_no case_no person event at after``;
    ``after`` is the event that does not suffice."""
    empty: Schema = {
        c.RULE_NO: pl.UInt32,
        c.CASE_NO: pl.UInt32,
        c.PERSON: pl.String,
        c.EVENT: pl.UInt32,
        c.AT: INSTANT,
        AFTER: pl.UInt32,
    }
    if not events.height:
        return pl.DataFrame(schema=empty)
    return judged(scene, rules, events).filter(IS_FORBIDDEN).select_seq(list(empty))


def judged(scene: Scene, rules: Mapping[int, Require], askers: pl.DataFrame) -> pl.DataFrame:
    """Add ``row``, ``is_forbidden``, ``after`` (the latest such event) and ``next_at``
    (when its instant will have passed, if only that is wanting).

    ``askers`` have ``rule_no case_no moment at`` and the columns of the key.
    """
    rows = without(askers, ROW).with_row_index(ROW)
    parts = by_rule(rows)
    asked = [
        Asked(n, part, rules[n].after, rules[n].key, pl.col(c.MOMENT), _values(rules[n])) for n, part in parts.items()
    ]
    found = latest_before(scene, asked, values=_KNOWN).rename({c.MOMENT: "_after"})
    known = _since(scene, rules, rows.pipe(with_found, found, on=ROW), parts)
    lengths = {n: rule.within for n, rule in rules.items()}
    ends = each_later(
        scene.history, known.filter(pl.col("_after").is_not_null()), "_after_at", lengths, "_until", fold="second"
    )
    known = known.pipe(with_found, ends, on=ROW)
    is_recent = (pl.col("_until") >= pl.col(c.AT)).fill_null(True)
    has_passed = (pl.col("_from") <= pl.col(c.AT)).fill_null(True)
    is_there = pl.col("_after").is_not_null() & is_recent
    return known.with_columns_seq(
        (~(is_there & has_passed)).alias(IS_FORBIDDEN),
        pl.when(is_there & ~has_passed & (pl.col("_until") >= pl.col("_from")).fill_null(True))
        .then("_from")
        .alias(c.NEXT_AT),
        (pl.col("_after") // 2).cast(pl.UInt32).alias(AFTER),
    ).pipe(without, "_after", "_until", *_KNOWN)


def _values(rule: Require) -> tuple[pl.Expr, ...]:
    start = pl.col(c.field(rule.from_field)) if rule.from_field else pl.lit(None, dtype=INSTANT)
    return pl.col(c.AT).alias("_after_at"), start.alias("_from")


def _since(
    scene: Scene, rules: Mapping[int, Require], rows: pl.DataFrame, parts: Mapping[int, pl.DataFrame]
) -> pl.DataFrame:
    """Forget what came before the beginning of the latest `since` event."""
    begins = (pl.col(c.BEGINS).alias("_begins"),)
    asked = [
        Asked(n, part, since, rules[n].key, pl.col(c.MOMENT), begins)
        for n, part in parts.items()
        if (since := rules[n].since)
    ]
    if not asked:
        return rows
    found = latest_before(scene, asked, values=["_begins"], even_void=True).select_seq(
        ROW, pl.col("_begins").cast(pl.Int64)
    )
    known = rows.pipe(with_found, found, on=ROW)
    is_fresh = (pl.col("_after") > pl.col("_begins")).fill_null(True)
    return known.with_columns_seq(pl.when(is_fresh).then(name).alias(name) for name in ("_after", *_KNOWN)).pipe(
        without, "_begins"
    )
