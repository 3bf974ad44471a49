"""**check**: what an event says.

The standard term is a data condition. Each condition is one function from the judged events to those that break it; what was not
logged is not judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, assert_never

import polars as pl

from punctilio.content.bullets import bullets
from punctilio.content.citing import cited
from punctilio.content.folding import folded, names_in_cases
from punctilio.counting import later
from punctilio.covering import EXIT, latest_covering
from punctilio.history import History
from punctilio.matching import ROW
from punctilio.model.rule import (
    AddressedTo,
    Avoids,
    Bullets,
    Check,
    Cites,
    Condition,
    Content,
    Distinct,
    Party,
    Range,
    Recent,
    Separate,
)
from punctilio.patterns import Missing, fitting, mentions, within
from punctilio.people import addressees, with_party
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT

OTHER: Final = "other"
SOURCE: Final = "source"
BROKEN: Final = {
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.EVENT: pl.UInt32,
    c.AT: INSTANT,
    c.MESSAGE: pl.String,
    OTHER: pl.UInt32,  # an earlier event that says the same
    SOURCE: pl.UInt32,  # the event that should have been cited
}
"""A row for each condition that an event breaks."""


def breaches(history: History, rules: Mapping[int, Check], judged: Mapping[int, pl.DataFrame], parties: Mapping[str, Party]) -> pl.DataFrame:
    """What the events in ``judged`` (by rule number; the columns of ``History.events``) break."""
    frames = [pl.DataFrame(schema=BROKEN)]
    for number, rule in rules.items():
        rows = judged[number].with_row_index(ROW)
        if rows.height:
            broken = (_broken(history, condition, rows, parties) for condition in rule.conditions)
            some = [each for each in broken if each.height]
            if some:
                frames.append(_placed(rows, pl.concat(some, how="diagonal"), number))
    return pl.concat(frames)


def _placed(rows: pl.DataFrame, broken: pl.DataFrame, number: int) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=pl.UInt32).alias(name) for name in (OTHER, SOURCE) if name not in broken.columns]
    found = broken.with_columns(pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO), *missing)
    return found.join(rows.select(ROW, c.CASE_NO, c.EVENT, c.AT), on=ROW).select(list(BROKEN))


def _broken(history: History, condition: Condition, rows: pl.DataFrame, parties: Mapping[str, Party]) -> pl.DataFrame:
    """``row``, ``message`` and perhaps ``other`` of what breaks a condition."""
    match condition:
        case Content(pattern, text):
            return _where(rows, ~fitting(pattern, history.vocabulary, Missing.UNJUDGED), pl.lit(f"does not fit {text}"))
        case Avoids(field, phrases, name):
            said = mentions(pl.col(c.field(field)), phrases)
            return _where(rows, said, pl.lit(f"says a phrase of {name}" if name else "says a phrase to avoid"))
        case Bullets():
            return _bulleted(history, condition, rows)
        case Separate():
            size = addressees(history.vocabulary).list.len()
            return _where(rows, size > 1, pl.format("has {} addressees where each should have a message of their own", size))
        case Distinct(field):
            return _repeated(history, rows, c.field(field))
        case Cites(field, name):
            found = cited(history, rows, c.field(field), history.vocabulary.parts.citable[name])
            message = pl.lit(f"does not cite the {name}").alias(c.MESSAGE)
            return found.filter(~pl.col("is_cited")).select(ROW, message, SOURCE)
        case AddressedTo(party):
            return _misdirected(history, rows, parties[party])
        case Recent(field, duration):
            aged = later(history, rows.drop(c.ZONE), c.field(field), duration, "_fresh_until", fold="second")
            return _where(aged, pl.col("_fresh_until") < pl.col(c.AT), pl.lit(f"is about something older than {duration.text}"))
        case _:
            assert_never(condition)


def _where(rows: pl.DataFrame, is_broken: pl.Expr, message: pl.Expr) -> pl.DataFrame:
    return rows.filter(is_broken.fill_null(False)).select(ROW, message.alias(c.MESSAGE))


def _bulleted(history: History, condition: Bullets, rows: pl.DataFrame) -> pl.DataFrame:
    listed = rows.with_columns(bullets(pl.col(c.field(condition.field))).alias("_bullets"))
    count = pl.col("_bullets").list.len().cast(pl.Int64)
    wrong = ~within(count, condition.count.at_least, condition.count.at_most)
    frames = [_where(listed, wrong, pl.format(f"has {{}} bullets where {_wanted(condition.count)} are asked for", count))]
    if condition.each is not None:
        single = listed.explode("_bullets").filter(pl.col("_bullets").is_not_null()).rename({"_bullets": c.field("bullet")})
        unfit = single.filter(~fitting(condition.each, history.vocabulary, Missing.UNJUDGED))
        bad = unfit.unique(ROW, keep="first", maintain_order=True)
        frames.append(bad.select(ROW, pl.lit("has a bullet that is not as asked for").alias(c.MESSAGE)))
    return pl.concat(frames).unique(ROW, keep="first", maintain_order=True)


def _wanted(size: Range) -> str:
    match size:
        case Range(int(low), int(high)):
            return str(low) if low == high else f"{low} to {high}"
        case Range(None, high):
            return f"at most {high}"
        case Range(low, _):
            return f"at least {low}"


def _repeated(history: History, rows: pl.DataFrame, text: str) -> pl.DataFrame:
    """Later events that say the same as an earlier one of their case: found by grouping, never pairwise."""
    same = folded(rows, text, names_in_cases(history.events, history.vocabulary))
    known = rows.join(same, on=ROW).select(ROW, c.CASE_NO, "folded", c.MOMENT, c.VOID, pl.col(c.EVENT).alias(OTHER))
    earlier = known.select(c.CASE_NO, "folded", c.MOMENT, pl.col(c.VOID).alias(EXIT), OTHER)
    askers = known.select(ROW, c.CASE_NO, "folded", c.MOMENT)
    found = latest_covering(askers, earlier, [OTHER], at=c.MOMENT, by=[c.CASE_NO, "folded"], strictly=True)
    repeated = found.filter(pl.col(OTHER).is_not_null())
    return repeated.select(ROW, pl.lit("says the same as an earlier one, names and greeting aside").alias(c.MESSAGE), OTHER)


def _misdirected(history: History, rows: pl.DataFrame, party: Party) -> pl.DataFrame:
    found = with_party(rows, history.known, party, history.vocabulary, at=c.MOMENT, into="_party")
    is_missing = ~addressees(history.vocabulary).list.contains(pl.col("_party"))
    name = party.name.replace("-", " ")
    known = pl.col("_party").is_not_null()
    return _where(found, known & is_missing, pl.format(f"is not addressed to the {name}, {{}}", "_party"))
