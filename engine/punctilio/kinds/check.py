"""**check**: what an event says.

The standard term is a data condition. Each condition is one function from the judged
events to those that break it; what was not logged is not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, assert_never

import polars as pl

from punctilio.content.bullets import bullets
from punctilio.content.citing import cited
from punctilio.content.folding import folded, names_in_cases
from punctilio.content.saying import counted, said, uncited, unfit
from punctilio.counting import later
from punctilio.covering import ASKED, BEGAN, EXIT, latest_covering
from punctilio.history import History, fields_read, void_moment
from punctilio.model.rule import (
    AddressedTo,
    Avoids,
    Bullets,
    Check,
    Cites,
    Condition,
    Content,
    Distinct,
    Passes,
    Recent,
    Separate,
)
from punctilio.patterns import Missing, fitting, mentions, within
from punctilio.people import with_party
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import INSTANT, Schema

OTHER: Final = "other"
SOURCE: Final = "source"
BROKEN: Final[Schema] = {
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.EVENT: pl.UInt32,
    c.AT: INSTANT,
    c.MESSAGE: pl.String,  # what follows the name of the event; null where only the words of the rule can say it
    OTHER: pl.UInt32,  # an earlier event that says the same
    SOURCE: pl.UInt32,  # the event that should have been cited
}
"""A row for each condition that an event breaks."""


def columns_read(history: History, rule: Check) -> list[str]:
    """The columns of ``History.events`` that a check looks at."""
    marks = [c.EVENT, c.CASE_NO, c.MOMENT, c.AT, c.VOID, c.ZONE, c.PERSONS]
    fields = (c.field(name) for name in sorted(fields_read(rule)))
    return [*marks, *(name for name in fields if name in history.events.columns)]


def compares(rule: Check) -> bool:
    """Whether a check looks at what other events say."""
    return any(isinstance(condition, Distinct) for condition in rule.conditions)


def breaches(
    history: History,
    rules: Mapping[int, Check],
    events: pl.DataFrame,
    judged: Mapping[int, pl.DataFrame],
    earlier: Mapping[int, pl.DataFrame] = MappingProxyType({}),
) -> pl.DataFrame:
    """What the events in ``judged`` (of each rule that judges any; all among ``events``; with ``columns_read``) break.

    Where those are drafts, ``earlier`` are the events that they are compared with, beside the drafts before them.
    """
    found = [pl.DataFrame(schema=BROKEN).drop(c.CASE_NO, c.AT)]
    for number, rows in judged.items():
        rule = rules[number]
        if rows.height:
            broken = [*_plainly_broken(history, rule, rows)]
            broken += _broken_otherwise(history, rule, rows, earlier.get(number))
            found.extend(
                each.with_columns_seq(pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO))
                for each in broken
                if each.height
            )
    if len(found) == 1:
        return pl.DataFrame(schema=BROKEN)
    placed = stacked(found, how="diagonal").join(
        events.select_seq(c.EVENT, c.CASE_NO, c.AT), on=c.EVENT, maintain_order="left"
    )
    return placed.select_seq(list(BROKEN))


def _plainly_broken(history: History, rule: Check, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """``event`` and ``message`` for the conditions that a row answers by itself: all are tried at once."""
    plain = [each for condition in rule.conditions if (each := _plainly(history, condition)) is not None]
    if not plain:
        return
    flags = rows.select_seq(is_broken.fill_null(False).alias(str(n)) for n, (is_broken, _) in enumerate(plain))
    for flag, (_, message) in zip(flags, plain, strict=True):
        if flag.any():
            yield rows.filter(flag).select_seq(c.EVENT, message().alias(c.MESSAGE))


def _plainly(history: History, condition: Condition) -> tuple[pl.Expr, Callable[[], pl.Expr]] | None:
    """Whether a row breaks the condition, and what is said then; None where more than the row must be known.
    What is said is null where only the words of the rule can say it."""
    match condition:
        case Content(pattern):
            return ~fitting(pattern, history.vocabulary, Missing.UNJUDGED), partial(unfit, pattern, history)
        case Avoids(field, phrases):
            return mentions(pl.col(c.field(field)), phrases), partial(said, condition)
        case Separate():
            return pl.col(c.PERSONS).list.len() > 1, _shared
        case _:
            return None


def _shared() -> pl.Expr:
    everyone = pl.col(c.PERSONS).list.join(" and ")
    return pl.format("goes to {} at once, where each should have a message of their own", everyone)


def _broken_otherwise(
    history: History, rule: Check, rows: pl.DataFrame, earlier: pl.DataFrame | None
) -> Iterator[pl.DataFrame]:
    """``event``, ``message`` and perhaps ``other`` or ``source`` for the conditions that ask for more than the row."""
    for condition in rule.conditions:
        match condition:
            case Content() | Avoids() | Separate():
                pass
            case Bullets():
                yield _bulleted(history, condition, rows)
            case Distinct(field):
                yield _repeated(history, rows, earlier, c.field(field))
            case Cites(field, name):
                citable = history.vocabulary.parts.citable[name]
                found = cited(history, rows, c.field(field), citable).filter(~pl.col("is_cited"))
                if found.height:
                    yield uncited(history, found, citable, SOURCE).select_seq(c.EVENT, c.MESSAGE, SOURCE)
            case AddressedTo(party):
                yield _misdirected(history, rows, party)
            case Recent(field, duration):
                aged = later(history, rows, c.field(field), duration, "_fresh_until", fold="second")
                yield _where(
                    aged,
                    pl.col("_fresh_until") < pl.col(c.AT),
                    pl.lit(f"is about something older than {duration.text}"),
                )
            case Passes():
                yield _unpassed(condition, rows)
            case _:
                assert_never(condition)


def _where(rows: pl.DataFrame, is_broken: pl.Expr, message: pl.Expr) -> pl.DataFrame:
    broken = rows.filter(is_broken.fill_null(False)).rechunk()  # `pl.format` fails where the first chunk is empty
    return broken.select_seq(c.EVENT, message.alias(c.MESSAGE))


def _bulleted(history: History, condition: Bullets, rows: pl.DataFrame) -> pl.DataFrame:
    listed = rows.with_columns_seq(bullets(pl.col(c.field(condition.field))).alias("_bullets"))
    count = pl.col("_bullets").list.len().cast(pl.Int64)
    wrong = ~within(count, condition.count.at_least, condition.count.at_most)
    frames = [_where(listed, wrong, counted(count, "bullet", condition.count))]
    if condition.each is not None:
        single = (
            listed.explode("_bullets").filter(pl.col("_bullets").is_not_null()).rename({"_bullets": c.field("bullet")})
        )
        unfit = single.filter(~fitting(condition.each, history.vocabulary, Missing.UNJUDGED))
        bad = unfit.unique(c.EVENT, keep="first", maintain_order=True)
        frames.append(bad.select_seq(c.EVENT, pl.lit("has a bullet that is not as asked for").alias(c.MESSAGE)))
    return stacked(frames).unique(c.EVENT, keep="first", maintain_order=True)


def _repeated(history: History, rows: pl.DataFrame, earlier: pl.DataFrame | None, text: str) -> pl.DataFrame:
    """Later events that say the same as an earlier one of their case: found by grouping, never pairwise."""
    compared = rows if earlier is None else _in_line(earlier, rows)
    same = folded(compared, text, names_in_cases(history.events, history.vocabulary))
    known = compared.join(same, on=c.EVENT).select_seq(c.EVENT, c.CASE_NO, "folded", c.MOMENT, c.VOID)
    before = known.select_seq(
        c.CASE_NO, "folded", pl.col(c.MOMENT).alias(BEGAN), void_moment().alias(EXIT), pl.col(c.EVENT).alias(OTHER)
    )
    asking = known if earlier is None else known.join(rows, on=c.EVENT, how="semi", maintain_order="left")
    askers = asking.select_seq(c.EVENT, c.CASE_NO, "folded", pl.col(c.MOMENT).alias(ASKED))
    found = latest_covering(askers, before, [OTHER], by=[c.CASE_NO, "folded"], strictly=True)
    repeated = found.filter(pl.col(OTHER).is_not_null())
    return repeated.select_seq(
        c.EVENT, pl.lit("says the same as an earlier one, names and greeting aside").alias(c.MESSAGE), OTHER
    )


def _in_line(earlier: pl.DataFrame, drafts: pl.DataFrame) -> pl.DataFrame:
    """The events, and after them the drafts, which would all be sent at one moment, one after the other."""
    after = drafts.select_seq(earlier.columns).with_columns_seq(pl.col(c.MOMENT) + pl.int_range(pl.len()))
    return stacked([earlier, after])


def _unpassed(condition: Passes, rows: pl.DataFrame) -> pl.DataFrame:
    """What a plugin's check says of the texts, each of which it is asked about once."""
    from punctilio.plugins.calls import judged  # most rules do without plugins

    text = c.field(condition.field)
    written = rows.select_seq(c.EVENT, text).drop_nulls(text)
    texts = written[text].unique().sort()
    answers = pl.Series(c.MESSAGE, judged(condition.check, condition.origin, texts.to_list()), dtype=pl.String)
    wrong = pl.DataFrame([texts, answers]).drop_nulls(c.MESSAGE)
    return written.join(wrong, on=text, maintain_order="left").select_seq(c.EVENT, c.MESSAGE)


def _misdirected(history: History, rows: pl.DataFrame, party: str) -> pl.DataFrame:
    found = _with_name(
        history, with_party(rows, history.parties.get(party, pl.DataFrame()), at=c.MOMENT, into="_party")
    )
    is_missing = ~pl.col(c.PERSONS).list.contains(pl.col("_party"))
    name = party.replace("-", " ")
    known = pl.col("_party").is_not_null()
    return _where(found, known & is_missing, pl.format(f"is not addressed to the {name}, {{}}", "_name"))


def _with_name(history: History, rows: pl.DataFrame) -> pl.DataFrame:
    """Add what the party is called, ``_name``, as it was last noted; their key where it was not."""
    part = history.vocabulary.parts.people
    if part is None or part.name is None or c.field(part.name) not in history.known.columns:
        return rows.with_columns_seq(pl.col("_party").alias("_name"))
    called = pl.col(c.field(part.name)).last().alias("_called")
    names = history.known.group_by(c.CASE_NO, pl.col(c.PERSON).alias("_party")).agg(called)
    named = rows.pipe(with_found, names, on=[c.CASE_NO, "_party"])
    return named.with_columns_seq(pl.coalesce("_called", "_party").alias("_name"))
