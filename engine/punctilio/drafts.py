"""Drafts that were not sent: judged as if they were sent at the as-of instant."""

from __future__ import annotations

import polars as pl

from punctilio.further import FURTHER, with_further
from punctilio.history import History
from punctilio.matching import Scene, by_person, key_text, scene_among
from punctilio.model.rule import EventPattern, Expect, Key, Limit, Require, Rulebook
from punctilio.model.vocabulary import Drafts
from punctilio.patterns import Missing, fitting
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import INSTANT


def unsent(history: History) -> pl.DataFrame:
    """The drafts that were not sent, with the type they would have, and ``further`` columns."""
    part = history.vocabulary.parts.drafts
    if part is None or part.event not in history.by_type:
        return with_further(history, history.events.clear(), *FURTHER)
    written = with_further(history, history.of_type(part.event, history.events.columns), *FURTHER)
    return _unsent(history, written, part).with_columns_seq(pl.lit(part.of).alias(c.TYPE))


def sent_now(history: History, written: pl.DataFrame) -> pl.DataFrame:
    """The drafts as if they were sent at the as-of instant."""
    return written.with_columns_seq(
        pl.lit(history.now, dtype=pl.Int64).alias(c.MOMENT), pl.lit(history.as_of, dtype=INSTANT).alias(c.AT)
    )


def drafted(history: History, written: pl.DataFrame, rulebook: Rulebook) -> Scene:
    """A scene in which only the drafts fit what expectations wait for, as far as they say."""
    targets = (rule.kind.until for rule in rulebook.rules if isinstance(rule.kind, Expect))
    return scene_among(history, written, targets, Missing.UNKNOWN)


def _unsent(history: History, written: pl.DataFrame, part: Drafts) -> pl.DataFrame:
    """The drafts without a later event that agrees with them in
    the first group of fields that they have written whole."""
    sent = history.of_type(part.of, [c.CASE_NO, c.MOMENT, *(c.field(name) for names in part.same for name in names)])
    unsent: list[pl.DataFrame] = []
    pending = written
    for names in part.same:
        columns = [c.field(name) for name in names]
        is_whole = pl.all_horizontal(pl.col(name).is_not_null() for name in columns)
        by = [c.CASE_NO, *columns]
        later = sent.select_seq(*by, pl.col(c.MOMENT).alias("_sent")).group_by(by).agg(pl.col("_sent").max())
        found = pending.filter(is_whole).pipe(with_found, later, on=by)
        unsent.append(found.filter((pl.col("_sent") <= pl.col(c.MOMENT)).fill_null(True)).drop("_sent"))
        pending = pending.filter(~is_whole)
    return stacked([*unsent, pending]).sort(c.EVENT)


def fitting_drafts(written: pl.DataFrame, of: EventPattern, history: History) -> pl.DataFrame:
    """The drafts that a rule is about, as far as they say."""
    return written.filter(fitting(of.pattern, history.vocabulary, Missing.UNKNOWN).fill_null(False))


def fit_any(written: pl.DataFrame, of: EventPattern, history: History) -> bool:
    """Whether a rule is about any of the drafts."""
    return bool(written.height and fitting_drafts(written, of, history).height)


def askers(history: History, written: pl.DataFrame, rulebook: Rulebook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The drafts that each limit is about, and those that each require is about,
    with ``rule_no`` and the columns of the key."""
    limited, required = [pl.DataFrame()], [pl.DataFrame()]
    for number, rule in enumerate(rulebook.rules):
        if isinstance(rule.kind, Limit):
            limited.append(_asking(fitting_drafts(written, rule.kind.of, history), number, rule.kind.key))
            limited[-1] = limited[-1].filter(pl.col(c.KEY).is_not_null())
        elif isinstance(rule.kind, Require):
            required.append(_asking(fitting_drafts(written, rule.kind.of, history), number, rule.kind.key))
    return stacked(limited, how="diagonal"), stacked(required, how="diagonal")


def _asking(rows: pl.DataFrame, number: int, key: Key) -> pl.DataFrame:
    nobody = pl.lit(None, dtype=pl.String).alias(c.PERSON)
    peopled = by_person(rows, pl.col(c.PERSONS)) if c.PERSON in key else rows.with_columns_seq(nobody)
    return peopled.with_columns_seq(key_text(key), pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO))
