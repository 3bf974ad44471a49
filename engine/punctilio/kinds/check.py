"""**check**: what an event says.

The standard term is a data condition. Each condition is one function from the judged
events to those that break it; what was not logged is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, assert_never

import polars as pl

from punctilio.content.bullets import bullets
from punctilio.content.citing import cited
from punctilio.content.folding import folded, names_in_cases
from punctilio.counting import later
from punctilio.covering import ASKED, BEGAN, EXIT, latest_covering
from punctilio.history import History
from punctilio.model.rule import (
    AddressedTo,
    Avoids,
    Bullets,
    Check,
    Cites,
    Condition,
    Content,
    Distinct,
    Range,
    Recent,
    Separate,
)
from punctilio.patterns import Missing, fitting, mentions, within
from punctilio.people import addressees, with_party
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT, Schema

OTHER: Final = "other"
SOURCE: Final = "source"
BROKEN: Final[Schema] = {
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.EVENT: pl.UInt32,
    c.AT: INSTANT,
    c.MESSAGE: pl.String,
    OTHER: pl.UInt32,  # an earlier event that says the same
    SOURCE: pl.UInt32,  # the event that should have been cited
}
"""A row for each condition that an event breaks."""


def breaches(
    history: History, rules: Mapping[int, Check], events: pl.DataFrame, judged: Mapping[int, pl.DataFrame]
) -> pl.DataFrame:
    """What the events in ``judged`` (by rule number, all of them among
    ``events``; the columns of ``History.events``) break."""
    found = [pl.DataFrame(schema=BROKEN).drop(c.CASE_NO, c.AT)]
    for number, rule in rules.items():
        rows = judged[number]
        if rows.height:
            broken = [*_plainly_broken(history, rule, rows), *_broken_otherwise(history, rule, rows)]
            found.extend(
                each.with_columns(pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO)) for each in broken if each.height
            )
    if len(found) == 1:
        return pl.DataFrame(schema=BROKEN)
    placed = pl.concat(found, how="diagonal").join(
        events.select(c.EVENT, c.CASE_NO, c.AT), on=c.EVENT, maintain_order="left"
    )
    return placed.select(list(BROKEN))


def _plainly_broken(history: History, rule: Check, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """``event`` and ``message`` for the conditions that a row answers by itself: all are tried at once."""
    plain = [each for condition in rule.conditions if (each := _plainly(history, condition)) is not None]
    if not plain:
        return
    flags = rows.select(is_broken.fill_null(False).alias(str(n)) for n, (is_broken, _) in enumerate(plain))
    for flag, (_, message) in zip(flags, plain, strict=True):
        if flag.any():
            yield rows.filter(flag).select(c.EVENT, message.alias(c.MESSAGE))


def _plainly(history: History, condition: Condition) -> tuple[pl.Expr, pl.Expr] | None:
    """Whether a row breaks the condition, and what is said then; None where more than the row must be known."""
    match condition:
        case Content(pattern, text):
            return ~fitting(pattern, history.vocabulary, Missing.UNJUDGED), pl.lit(f"does not fit {text}")
        case Avoids(field, phrases, name):
            said = pl.lit(f"says a phrase of {name}" if name else "says a phrase to avoid")
            return mentions(pl.col(c.field(field)), phrases), said
        case Separate():
            size = addressees(history.vocabulary).list.len()
            return size > 1, pl.format("has {} addressees where each should have a message of their own", size)
        case _:
            return None


def _broken_otherwise(history: History, rule: Check, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """``event``, ``message`` and perhaps ``other`` or ``source`` for the conditions that ask for more than the row."""
    for condition in rule.conditions:
        match condition:
            case Content() | Avoids() | Separate():
                pass
            case Bullets():
                yield _bulleted(history, condition, rows)
            case Distinct(field):
                yield _repeated(history, rows, c.field(field))
            case Cites(field, name):
                found = cited(history, rows, c.field(field), history.vocabulary.parts.citable[name])
                message = pl.lit(f"does not cite the {name}").alias(c.MESSAGE)
                yield found.filter(~pl.col("is_cited")).select(c.EVENT, message, SOURCE)
            case AddressedTo(party):
                yield _misdirected(history, rows, party)
            case Recent(field, duration):
                aged = later(history, rows, c.field(field), duration, "_fresh_until", fold="second")
                yield _where(
                    aged,
                    pl.col("_fresh_until") < pl.col(c.AT),
                    pl.lit(f"is about something older than {duration.text}"),
                )
            case _:
                assert_never(condition)


def _where(rows: pl.DataFrame, is_broken: pl.Expr, message: pl.Expr) -> pl.DataFrame:
    return rows.filter(is_broken.fill_null(False)).select(c.EVENT, message.alias(c.MESSAGE))


def _bulleted(history: History, condition: Bullets, rows: pl.DataFrame) -> pl.DataFrame:
    listed = rows.with_columns(bullets(pl.col(c.field(condition.field))).alias("_bullets"))
    count = pl.col("_bullets").list.len().cast(pl.Int64)
    wrong = ~within(count, condition.count.at_least, condition.count.at_most)
    frames = [
        _where(listed, wrong, pl.format(f"has {{}} bullets where {_wanted(condition.count)} are asked for", count))
    ]
    if condition.each is not None:
        single = (
            listed.explode("_bullets").filter(pl.col("_bullets").is_not_null()).rename({"_bullets": c.field("bullet")})
        )
        unfit = single.filter(~fitting(condition.each, history.vocabulary, Missing.UNJUDGED))
        bad = unfit.unique(c.EVENT, keep="first", maintain_order=True)
        frames.append(bad.select(c.EVENT, pl.lit("has a bullet that is not as asked for").alias(c.MESSAGE)))
    return pl.concat(frames).unique(c.EVENT, keep="first", maintain_order=True)


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
    known = rows.join(same, on=c.EVENT).select(c.EVENT, c.CASE_NO, "folded", c.MOMENT, c.VOID)
    earlier = known.select(
        c.CASE_NO, "folded", pl.col(c.MOMENT).alias(BEGAN), pl.col(c.VOID).alias(EXIT), pl.col(c.EVENT).alias(OTHER)
    )
    askers = known.select(c.EVENT, c.CASE_NO, "folded", pl.col(c.MOMENT).alias(ASKED))
    found = latest_covering(askers, earlier, [OTHER], by=[c.CASE_NO, "folded"], strictly=True)
    repeated = found.filter(pl.col(OTHER).is_not_null())
    return repeated.select(
        c.EVENT, pl.lit("says the same as an earlier one, names and greeting aside").alias(c.MESSAGE), OTHER
    )


def _misdirected(history: History, rows: pl.DataFrame, party: str) -> pl.DataFrame:
    found = with_party(rows, history.parties.get(party, pl.DataFrame()), at=c.MOMENT, into="_party")
    is_missing = ~addressees(history.vocabulary).list.contains(pl.col("_party"))
    name = party.replace("-", " ")
    known = pl.col("_party").is_not_null()
    return _where(found, known & is_missing, pl.format(f"is not addressed to the {name}, {{}}", "_party"))
