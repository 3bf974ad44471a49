"""What is judged otherwise: two evaluations of one log, joined by what keeps its name in both.

Decisions are the same by their ids, findings and notes by the event that they begin with, allowances by rule and key,
statuses by case. Nothing is looked at row by row, whatever the size of the log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import polars as pl

from punctilio.model.decision import ACTIONABLE, Verdict
from punctilio.model.rule import Check, Expect, Rulebook
from punctilio.tables import columns as c
from punctilio.tables.schemas import Schema
from punctilio.tables.tables import Evaluation

CHANGE: Final = "change"
OLD: Final = "old"
NEW: Final = "new"
MOVED: Final = "moved"
BY: Final = "by"
SAME: Final = "same"
AFTER: Final = "after"

GAINED: Final = "gained"
LOST: Final = "lost"
REJUDGED: Final = "verdict"
SHIFTED: Final = "moved"
ALTERED: Final = "changed"

RECORDS: Final = ("decision", "finding", "status", "allowance", "note")
CHANGES: Final = (GAINED, LOST, REJUDGED, SHIFTED, ALTERED)

SCHEMA: Final[Schema] = {
    c.RULE: pl.String,
    c.RECORD: pl.Enum(RECORDS),
    CHANGE: pl.Enum(CHANGES),
    c.CASE: pl.String,
    c.PERSON: pl.String,
    OLD: pl.UInt32,  # place among the records of its case in the old evaluation; null where there is none
    NEW: pl.UInt32,
    MOVED: pl.List(pl.String),  # of a decision: the instants that moved
    BY: pl.List(pl.String),  # the rules that bound or close it, before and now
    SAME: pl.String,  # what the record is known by in both, beside rule, case and person
    AFTER: pl.UInt64,  # what is different about it, as it is by the new rules: equal where that is
}
"""A row for each judgement and each way in which it is another one; sorted by rule, record, change, case, place."""

_NEW: Final = ".new"
_TIMES: Final = (c.FROM_AT, c.OPENS_AT, c.DUE_AT, c.EXPIRES_AT)
_OTHER: Final = (c.BLOCKED_BY, c.WARNED_BY, c.TO, c.THROUGH, c.DONE_AT, c.ENDED_AT, c.ENDED_BY)
_DIGITS: Final = r"[0-9]+"
_UNSAID: Final = ("vacuous",)
"""Notes that only tell what the records themselves show."""


def outcomes(old: Evaluation, new: Evaluation) -> pl.DataFrame:
    """Every judgement that is different (``SCHEMA``)."""
    found = [_decisions(old, new), _findings(old, new), _statuses(old, new), _allowances(old, new), _notes(old, new)]
    return pl.concat(found).sort(c.RULE, c.RECORD, CHANGE, c.CASE, OLD, NEW, nulls_last=True)


# ── decisions ──


def _decisions(old: Evaluation, new: Evaluation) -> pl.DataFrame:
    sides = [_placed(side.decisions).pipe(_with_closing, side) for side in (old, new)]
    both = _joined(sides[0], sides[1], on=[c.ID, c.CASE, c.RULE])
    moved = [(name, _differs(name) & _is_kept()) for name in _TIMES]
    blocked = (pl.col(c.VERDICT) == Verdict.BLOCKED) & (pl.col(c.VERDICT + _NEW) == Verdict.BLOCKED)
    moved.append((c.BLOCKED_UNTIL, _differs(c.BLOCKED_UNTIL) & _is_kept() & blocked.fill_null(False)))
    names = pl.concat_list([pl.when(is_so).then(pl.lit(name)) for name, is_so in moved]).list.drop_nulls()
    known = both.with_columns(
        names.alias(MOVED), pl.coalesce(c.PERSON, c.PERSON + _NEW).alias(c.PERSON), _bound_by().alias(BY)
    )
    judged = _is_kept() & _differs(c.VERDICT)
    shifted = pl.col(MOVED).list.len() > 0
    other = _is_kept() & ~judged & ~shifted & (pl.any_horizontal(map(_differs, _OTHER)) | _proposes_otherwise(old, new))
    known = known.with_columns(pl.col(c.ID).alias(SAME))
    return _ways(
        known,
        "decision",
        {
            REJUDGED: (judged, (c.VERDICT,)),
            SHIFTED: (shifted, (*_TIMES, c.BLOCKED_UNTIL)),
            ALTERED: (other, _OTHER),
        },
    )


def _with_closing(decisions: pl.DataFrame, side: Evaluation) -> pl.DataFrame:
    """Add the rule that closed the case."""
    closing = side.statuses.select(c.CASE, pl.col(c.RULE).alias("closing"))
    listed = decisions.with_columns(pl.col(c.WARNED_BY).list.join(", "))
    return listed.join(closing, on=c.CASE, how="left")


def _bound_by() -> pl.Expr:
    named = (c.BLOCKED_BY, c.BLOCKED_BY + _NEW, "closing", "closing" + _NEW)
    warned = [pl.col(name).fill_null("").str.split(", ") for name in (c.WARNED_BY, c.WARNED_BY + _NEW)]
    every = pl.concat_list([*(pl.col(name) for name in named), *warned])
    return every.list.drop_nulls().list.unique().list.sort()


def _proposes_otherwise(old: Evaluation, new: Evaluation) -> pl.Expr:
    """Whether it is acted on by both, and the action says something else."""
    actions = [{r.id: r.kind.action for r in side.rulebook.rules if isinstance(r.kind, Expect)} for side in (old, new)]
    otherwise = sorted(rule for rule in actions[0].keys() & actions[1].keys() if actions[0][rule] != actions[1][rule])
    acted = [pl.col(name).is_in([str(verdict) for verdict in ACTIONABLE]) for name in (c.VERDICT, c.VERDICT + _NEW)]
    return pl.col(c.RULE).is_in(otherwise) & pl.all_horizontal(acted).fill_null(False)


# ── findings and notes ──


def _findings(old: Evaluation, new: Evaluation) -> pl.DataFrame:
    checks = _checks(old.rulebook) | _checks(new.rulebook)
    sides = [_named(_placed(side.findings), side, checks, (c.DECISION,)) for side in (old, new)]
    both = _joined(sides[0], sides[1], on=[c.CASE, c.RULE, c.PERSON, c.DECISION, "_event", "_said", "_nth"])
    both = both.with_columns(_text(c.DECISION, "_event", "_said", "_nth").alias(SAME))
    said = (c.LEVEL, c.AT, c.MESSAGE)
    return _ways(both, "finding", {ALTERED: (_is_kept() & pl.any_horizontal(map(_differs, said)), said)})


def _notes(old: Evaluation, new: Evaluation) -> pl.DataFrame:
    checks = _checks(old.rulebook) | _checks(new.rulebook)
    sides = [_named(_placed(_told(side.notes)), side, checks, (c.NOTE,)) for side in (old, new)]
    both = _joined(sides[0], sides[1], on=[c.CASE, c.RULE, c.PERSON, c.NOTE, "_event", "_said", "_nth"])
    both = both.with_columns(_text(c.NOTE, "_event", "_said", "_nth").alias(SAME))
    return _ways(both, "note", {ALTERED: (_is_kept() & _differs(c.MESSAGE), (c.MESSAGE,))})


def _told(notes: pl.DataFrame) -> pl.DataFrame:
    return notes.filter(pl.col(c.CASE).is_not_null() & pl.col(c.RULE).is_not_null() & ~pl.col(c.NOTE).is_in(_UNSAID))


def _checks(rulebook: Rulebook) -> frozenset[str]:
    return frozenset(rule.id for rule in rulebook.rules if isinstance(rule.kind, Check))


def _named(frame: pl.DataFrame, side: Evaluation, checks: Collection[str], beside: Sequence[str]) -> pl.DataFrame:
    """Add what names a finding in both evaluations: its first event by file and line; of a check, which may find
    several things wrong with one event, the message without its numbers; and which of those alike it is."""
    place = side.events.select(pl.col(c.FILE).cast(pl.Int64) * 2**32 + pl.col(c.LINE)).to_series()
    known = frame.with_columns(
        pl.lit(place).gather(pl.col(c.EVENTS).list.first()).alias("_event"),
        pl.when(pl.col(c.RULE).is_in(sorted(checks)))
        .then(pl.col(c.MESSAGE).str.replace_all(_DIGITS, "0"))
        .otherwise(pl.lit(""))
        .alias("_said"),
    )
    alike = [c.CASE, c.RULE, c.PERSON, *beside, "_event", "_said"]
    return known.with_columns(pl.int_range(pl.len()).over(alike).alias("_nth"))


# ── statuses and allowances ──


def _statuses(old: Evaluation, new: Evaluation) -> pl.DataFrame:
    sides = [_placed(side.statuses) for side in (old, new)]
    both = _joined(sides[0], sides[1], on=[c.CASE])
    rule = pl.coalesce(c.RULE + _NEW, c.RULE)
    by = pl.concat_list(c.RULE, c.RULE + _NEW).list.drop_nulls().list.unique().list.sort()
    said = (c.STATUS, c.SINCE_AT)
    altered = pl.any_horizontal(map(_differs, (*said, c.RULE)))
    rows = both.filter(altered).with_columns(by.alias(BY), rule.alias(c.RULE))
    return _ways(rows, "status", {ALTERED: (pl.lit(True), said)})


def _allowances(old: Evaluation, new: Evaluation) -> pl.DataFrame:
    sides = [_placed(side.allowances) for side in (old, new)]
    both = _joined(sides[0], sides[1], on=[c.CASE, c.RULE, c.PERSON, c.KEY])
    both = both.with_columns(pl.col(c.KEY).alias(SAME))
    said = (c.USED, c.LEFT, c.NEXT, c.NEXT_AT)
    return _ways(both, "allowance", {ALTERED: (_is_kept() & pl.any_horizontal(map(_differs, said)), said)})


# ── joining ──


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the place of each row among those of its case."""
    return frame.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over(c.CASE).alias("_place"))


def _joined(old: pl.DataFrame, new: pl.DataFrame, *, on: Sequence[str]) -> pl.DataFrame:
    both = old.join(new, on=on, how="full", suffix=_NEW, coalesce=True, nulls_equal=True)
    return both.rename({"_place": OLD, "_place" + _NEW: NEW})


def _is_kept() -> pl.Expr:
    return pl.col(OLD).is_not_null() & pl.col(NEW).is_not_null()


def _differs(name: str) -> pl.Expr:
    return pl.col(name).ne_missing(pl.col(name + _NEW))


def _text(*names: str) -> pl.Expr:
    """Columns as one text, by which rows are told apart."""
    if not names:
        return pl.lit("")
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("\0") for name in names], separator="\x1f")


def _ways(both: pl.DataFrame, record: str, ways: Mapping[str, tuple[pl.Expr, Sequence[str]]]) -> pl.DataFrame:
    """A row for each way in which a record is different, by whether it is and by the columns that say how."""
    every = {GAINED: (pl.col(OLD).is_null(), ()), LOST: (pl.col(NEW).is_null(), ()), **ways}
    unsaid = [pl.lit(None).alias(name) for name in SCHEMA if name not in both.columns]
    both = both.with_columns(*unsaid).with_columns(pl.lit(record).alias(c.RECORD))
    frames = [
        both.filter(is_so).with_columns(
            pl.lit(change).alias(CHANGE), _text(*(name + _NEW for name in said)).hash().alias(AFTER)
        )
        for change, (is_so, said) in every.items()
    ]
    return pl.concat([frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()) for frame in frames])
