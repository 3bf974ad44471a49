"""Breaches, gathered from every kind into one frame, each as a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from punctilio.counting import INTERVAL
from punctilio.further import persons
from punctilio.history import History
from punctilio.kinds.check import OTHER, SOURCE
from punctilio.matching import ROW
from punctilio.model.rule import Check, Content, Force, Limit, Require, Rule, Rulebook, While
from punctilio.model.window import Duration, FieldBound
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import INSTANT, Schema
from punctilio.using import EARLIER

INSTANCE: Final = "instance"

RAW: Final[Schema] = {
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.PERSON: pl.String,
    c.PEOPLE: pl.List(pl.String),
    c.AT: INSTANT,
    c.EVENTS: pl.List(pl.UInt32),
    INSTANCE: pl.UInt32,  # the row of what was not met, and its due, against which a waiver is held
    c.DUE_AT: INSTANT,
    c.USED: pl.Int64,
    c.ALLOWED: pl.Int64,
    c.NEXT_AT: INSTANT,
    c.MESSAGE: pl.String,
    c.EVENT: pl.UInt32,  # the breaching event, and another that says the same: the people of both are concerned
    OTHER: pl.UInt32,
}
"""Breaches of every force, before waivers: `may` ones become advice."""

_READ: Final = (ROW, c.RULE_NO, c.CASE_NO, c.PERSON, c.EVENT, c.DUE_AT, c.DONE, c.ENDED_BY, c.VERDICT, c.FINDING_AT)


def from_expectations(instances: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Instances (with ``finding_at``) that were not met."""
    unmet = instances[_READ].filter(pl.col(c.FINDING_AT).is_not_null())
    if not unmet.height:
        return pl.DataFrame(schema=RAW)
    words = (
        pl.when(pl.col(c.DONE).is_not_null()).then(pl.lit("was done after it was due"))
        .when(pl.col(c.ENDED_BY) == "restart").then(pl.lit("was not done by its due, and was asked for anew since"))
        .when(pl.col(c.ENDED_BY).is_not_null()).then(pl.lit("was not done by its due, and was called off since"))
        .when(pl.col(c.VERDICT) == "waived").then(pl.lit("was not done by its due"))
        .when(pl.col(c.VERDICT).is_in(["missed", "excused"])).then(pl.lit("was not done, and its time is over"))
        .otherwise(pl.lit("is overdue"))
    )  # fmt: skip
    person = pl.when(pl.col(c.PERSON).is_not_null()).then(pl.concat_list(c.PERSON))
    rows = unmet.pipe(_with_events, c.EVENT, c.DONE).select_seq(
        c.RULE_NO,
        c.CASE_NO,
        c.PERSON,
        person.alias(c.PEOPLE),
        pl.col(c.FINDING_AT).alias(c.AT),
        c.EVENTS,
        pl.col(ROW).alias(INSTANCE),
        c.DUE_AT,
        words.alias("_words"),
    )
    return _raw(rows, pl.format("{} {}.", _title(rulebook), "_words"), [c.RULE_NO, "_words"])


def from_limits(breaches: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Events that are one too many."""
    if not breaches.height:
        return pl.DataFrame(schema=RAW)
    interval = pl.when(pl.col(INTERVAL) >= 0).then(pl.col(INTERVAL) // 2).cast(pl.UInt32)
    rows = breaches.with_columns_seq(interval.alias("_since")).pipe(_with_events, c.EVENT, "_since")
    earlier = pl.when(pl.col(c.ALLOWED).is_null() | (pl.col(c.ALLOWED) > 0)).then(EARLIER)
    events = pl.col(c.EVENTS).list.concat(pl.coalesce(earlier, pl.lit([], dtype=pl.List(pl.UInt32))))
    return _raw(rows.with_columns_seq(events), _limit_words(rulebook), [c.RULE_NO, c.USED, c.ALLOWED])


def _limit_words(rulebook: Rulebook) -> pl.Expr:
    limits = {n: rule.kind for n, rule in enumerate(rulebook.rules) if isinstance(rule.kind, Limit)}
    name = _by_rule({n: rule.of.name for n, rule in limits.items()})
    gap = _by_rule({n: rule.gap.text for n, rule in limits.items() if rule.gap})
    times = _by_rule({n: f" {_times(rule.during)}" for n, rule in limits.items() if rule.during})
    many = pl.format("{} is number {} where {} allowed.", name, c.USED, _allowed())
    none = pl.format("{} came while none is allowed{}.", name, times.fill_null(""))
    near = pl.format("{} comes sooner than {} after the one before.", name, gap)
    return pl.when(pl.col(c.USED).is_null()).then(near).when(pl.col(c.ALLOWED) == 0).then(none).otherwise(many)


def _times(during: While) -> str:
    """Such as ``after timeframe.given, until its decision_by has passed``."""
    match during.lasts:
        case FieldBound(field):
            lasts = f"until its {field} has passed"
        case Duration() as lasting:
            lasts = f"for {lasting.text}"
        case None:
            lasts = ""
    parts = (f"after {during.after.name}" if during.after else "", lasts)
    return ", ".join(part for part in parts if part) or f"until {during.until.name if during.until else 'then'}"


def _allowed() -> pl.Expr:
    return pl.when(pl.col(c.ALLOWED) == 1).then(pl.lit("1 is")).otherwise(pl.format("{} are", c.ALLOWED))


def from_requires(breaches: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Events that came without, or before, what they need."""
    if not breaches.height:
        return pl.DataFrame(schema=RAW)
    rules = {n: rule.kind for n, rule in enumerate(rulebook.rules) if isinstance(rule.kind, Require)}
    name, needed = (
        _by_rule({n: r.of.name for n, r in rules.items()}),
        _by_rule({n: r.after.name for n, r in rules.items()}),
    )
    absent = pl.format("{} came without the {} that it needs before it.", name, needed)
    words = (
        pl.when("_is_absent").then(absent).otherwise(pl.format("{} came too soon or too late after {}.", name, needed))
    )
    rows = breaches.pipe(_with_events, c.EVENT, "after").with_columns_seq(pl.col("after").is_null().alias("_is_absent"))
    return _raw(rows, words, [c.RULE_NO, "_is_absent"])


def from_checks(breaches: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Events that do not say what they should."""
    if not breaches.height:
        return pl.DataFrame(schema=RAW)
    checks = {n: (rule, rule.kind) for n, rule in enumerate(rulebook.rules) if isinstance(rule.kind, Check)}
    name = _by_rule({n: kind.of.name for n, (_, kind) in checks.items()})
    asked = _by_rule({n: f"is not as asked for: {_asked(rule, kind)}" for n, (rule, kind) in checks.items()})
    rows = breaches.pipe(_with_events, c.EVENT, OTHER, SOURCE).rename({c.MESSAGE: "_words"})
    return _raw(rows, pl.format("{} {}.", name, pl.coalesce("_words", asked)), [c.RULE_NO, "_words"])


def _asked(rule: Rule, kind: Check) -> str:
    """What a check asks for, by its own words."""
    written = [condition.text for condition in kind.conditions if isinstance(condition, Content)]
    return (rule.title or rule.about or "; ".join(written)).rstrip(".")


def _with_people(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Fill ``people``, the addressees of the events concerned, and ``person`` where it is one and the key had none."""
    who, others = persons(history, rows[c.EVENT]), persons(history, rows[OTHER]).fill_null([])
    named = rows.with_row_index("_row").with_columns_seq(who.alias("_who"))
    is_alone = pl.col("_who").list.len() == 1
    own = pl.col("_who").fill_null([])
    several = (
        named.with_columns_seq(others.alias("_others"))
        .filter(pl.col(OTHER).is_not_null() | ~is_alone)
        .select_seq("_row", own.list.set_union("_others").list.sort().alias("_several"))
    )
    known = named.pipe(with_found, several.filter(pl.col("_several").list.len() > 0), on="_row")
    alone = pl.when(is_alone).then(pl.col("_who").list.first())
    return known.with_columns_seq(
        pl.coalesce(c.PERSON, alone).alias(c.PERSON), pl.coalesce(c.PEOPLE, "_several", "_who").alias(c.PEOPLE)
    ).select_seq(list(RAW))


def _by_rule(values: dict[int, str]) -> pl.Expr:
    numbers = pl.col(c.RULE_NO).cast(pl.Int64)
    return (
        numbers.replace_strict(values, default=None, return_dtype=pl.String)
        if values
        else pl.lit(None, dtype=pl.String)
    )


def _title(rulebook: Rulebook) -> pl.Expr:
    return _by_rule({n: rule.title or rule.id for n, rule in enumerate(rulebook.rules)})


def _with_events(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Add ``events`` (List of UInt32): those in these columns that are not null, of which the first never is.

    To make lists by grouping is many times as fast as to join columns and drop nulls.
    """
    numbered = rows.select_seq(pl.int_range(pl.len()).alias("_row"), *names)
    events = numbered.unpivot(list(names), index="_row", value_name=c.EVENTS).drop_nulls()
    listed = events.sort("_row", maintain_order=True).group_by("_row", maintain_order=True).agg(c.EVENTS)
    return rows.with_columns_seq(listed[c.EVENTS])


def _raw(rows: pl.DataFrame, message: pl.Expr, by: list[str]) -> pl.DataFrame:
    """The rows as ``RAW``. A message is made once for all rows that are equal in ``by``: they share its text."""
    messages = rows.select_seq(by).unique().with_columns_seq(message.alias(c.MESSAGE))
    told = rows.join(messages, on=by, how="left", nulls_equal=True, maintain_order="left")
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in RAW.items() if name not in told.columns]
    return told.with_columns_seq(missing).select_seq(pl.col(name).cast(kind) for name, kind in RAW.items())


def gathered(frames: Iterable[pl.DataFrame], history: History) -> pl.DataFrame:
    """All breaches, with the people they concern."""
    rows = [frame for frame in frames if frame.height]
    return _with_people(stacked(rows), history) if rows else pl.DataFrame(schema=RAW)


def by_force(raw: pl.DataFrame, rulebook: Rulebook, *forces: Force) -> pl.DataFrame:
    numbers = [n for n, rule in enumerate(rulebook.rules) if rule.force in forces]
    return raw.filter(pl.col(c.RULE_NO).is_in(numbers))
