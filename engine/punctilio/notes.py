"""What is worth knowing and is no finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from punctilio.history import History
from punctilio.model.rule import Rulebook
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import NOTES

LEARNED_LATE: Final = "learned-late"


def vacuous(rulebook: Rulebook, active: set[int]) -> pl.DataFrame:
    """The rules that nothing in the whole log set off."""
    idle = [rule.id for number, rule in enumerate(rulebook.rules) if number not in active]
    message = "Nothing in the log set this rule off."
    return _notes(pl.DataFrame({c.RULE: idle}, schema={c.RULE: pl.String}), "vacuous", pl.lit(message))


def of_breaches(raw: pl.DataFrame, kind: str, history: History, rulebook: Rulebook) -> pl.DataFrame:
    """Breaches that are told but are no findings: advice, drafts."""
    return _notes(_named(raw, history, rulebook), kind, pl.col(c.MESSAGE))


def of_waived(raw: pl.DataFrame, history: History, rulebook: Rulebook) -> pl.DataFrame:
    """Breaches that a waiver lifts, each with its waiver and the reason."""
    if not raw.height:
        return pl.DataFrame(schema=NOTES)
    reasons = history.events.select_seq(pl.col(c.EVENT).alias(c.WAIVER), pl.col(c.field("reason")).alias("_reason"))
    known = _named(raw, history, rulebook).pipe(with_found, reasons, on=c.WAIVER)
    events = pl.concat_list(c.EVENTS, c.WAIVER).alias(c.EVENTS)
    reason = pl.col("_reason").str.strip_chars().str.strip_chars_end(".")
    message = pl.concat_str(c.MESSAGE, pl.format(" This was waived: {}.", reason).fill_null(" This was waived."))
    return _notes(known.with_columns_seq(events), "waived", message)


def of_waivers(history: History, granted: pl.DataFrame, used: pl.Series, rulebook: Rulebook) -> pl.DataFrame:
    """Waivers that are over, and those that excused nothing."""
    known = granted.pipe(with_found, history.cases, on=c.CASE_NO)
    known = known.with_columns_seq(
        _rule(rulebook), pl.concat_list(c.EVENT).alias(c.EVENTS), pl.col(c.PERSON).replace("", None)
    )
    is_over = (pl.col(c.EXPIRES_AT) < pl.lit(history.as_of)).fill_null(False)
    idle = ~pl.col(c.EVENT).is_in(used.implode())
    return stacked(
        [
            _notes(known.filter(is_over), "waiver-expired", pl.lit("This waiver is over.")),
            _notes(known.filter(idle), "waiver-unused", pl.lit("This waiver excused nothing so far.")),
        ]
    )


def of_late_records(history: History, instances: pl.DataFrame, rulebook: Rulebook) -> Iterator[pl.DataFrame]:
    """What was done, or called off, in time, and what arose, where that was recorded only after the due."""
    recorded = pl.lit(history.events[c.RECORDED_AT])
    if not history.events[c.RECORDED_AT].count() or not instances.height:
        return
    titles = pl.Series([rule.title or rule.id for rule in rulebook.rules], dtype=pl.String)
    read = [c.RULE_NO, c.CASE_NO, c.PERSON, c.EVENT, c.DUE_AT, c.DONE, c.DONE_AT, c.ENDED, c.ENDED_AT, c.ENDED_BY]
    rows = _named(instances[[*read, c.FINDING_AT]], history, rulebook).with_columns_seq(
        pl.lit(titles).gather(c.RULE_NO).alias("_title")
    )
    due, is_ended = pl.col(c.DUE_AT), pl.col(c.ENDED_BY) == "cancel"
    for event, is_so, words in (
        (c.DONE, pl.col(c.DONE_AT) <= due, "{} was done in time, and recorded only after its due."),
        (
            c.ENDED,
            is_ended & (pl.col(c.ENDED_AT) <= due),
            "{} was called off in time, and recorded only after its due.",
        ),
        (c.EVENT, pl.col(c.FINDING_AT).is_not_null(), "{} arose from what was recorded only after its due."),
    ):
        late = rows.filter((is_so & (recorded.gather(event) > due)).fill_null(False))
        told = late.with_columns_seq(pl.concat_list(event).alias(c.EVENTS))
        yield _notes(told, LEARNED_LATE, pl.format(words, "_title"))


def of_history(history: History) -> Iterator[pl.DataFrame]:
    """Bounces of nothing, and the zone that had to be taken."""
    events = history.unmatched.with_columns_seq(pl.concat_list(c.EVENT).alias(c.EVENTS))
    yield _notes(events, "bounce-unmatched", pl.format("This {} names nothing that was sent before it.", c.TYPE))
    if history.has_default_zone:
        yield _notes(
            pl.DataFrame({c.CASE: [None]}, schema={c.CASE: pl.String}),
            "zone-default",
            pl.lit("Neither the case nor the rules name a zone somewhere: UTC was taken there."),
        )


def _named(raw: pl.DataFrame, history: History, rulebook: Rulebook) -> pl.DataFrame:
    return raw.with_columns_seq(_rule(rulebook)).pipe(with_found, history.cases, on=c.CASE_NO)


def _rule(rulebook: Rulebook) -> pl.Expr:
    names = {number: rule.id for number, rule in enumerate(rulebook.rules)}
    return pl.col(c.RULE_NO).cast(pl.Int64).replace_strict(names, default=None, return_dtype=pl.String).alias(c.RULE)


def _notes(rows: pl.DataFrame, kind: str, message: pl.Expr) -> pl.DataFrame:
    if not rows.height:
        return pl.DataFrame(schema=NOTES)
    rows = rows.with_columns_seq(pl.lit(kind).alias(c.NOTE), message.alias(c.MESSAGE))
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in NOTES.items() if name not in rows.columns]
    return rows.with_columns_seq(missing).select_seq(pl.col(name).cast(dtype) for name, dtype in NOTES.items())
