"""What limits, requirements and checks said of each event that they are about: also of those that are in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from punctilio.counting import with_interval
from punctilio.explanation import Event
from punctilio.forecasting.bench import Bench
from punctilio.forecasting.nearness import wanted_words
from punctilio.forecasting.reasons import why_outside
from punctilio.forecasting.values import Verdict
from punctilio.history import fields_read
from punctilio.inert import inert
from punctilio.kinds import check, limit, require
from punctilio.kinds.limit import AT_MOST, HAS_GAP, SPACED, Counted
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
    Limit,
    Passes,
    Recent,
    Require,
    Separate,
)
from punctilio.patterns import Missing, fitting
from punctilio.tables import columns as c

Row = Mapping[str, Any]


def judged_events(bench: Bench, number: int, kind: Limit | Require | Check) -> tuple[Verdict, ...]:
    """Every event that the rule is about, in order, with what it says of it."""
    match kind:
        case Limit():
            return tuple(_counted(bench, number, kind))
        case Require():
            return tuple(_preceded(bench, number, kind))
        case Check():
            return tuple(_checked(bench, number, kind))


# ── limits ──


def _counted(bench: Bench, number: int, kind: Limit) -> Iterator[Verdict]:
    limits = bench.frames.bounding.limits
    if not limits.events.height:
        return
    asked = limits.events.filter(pl.col(c.RULE_NO) == number)
    numbers = _numbers(limits, number)
    left_out = _left_out(bench, number, kind, asked.filter(~pl.col(ROW).is_in(list(numbers))))
    for row in asked.iter_rows(named=True):
        if not bench.is_shown(row[c.PERSON]):
            continue
        known, event = numbers.get(row[ROW]), bench.told[row[c.EVENT]]
        if known is None:
            yield Verdict(event, True, f"{_words(event, row)} is not counted: {_outside(bench, kind, left_out, row)}.")
        else:
            yield _number(kind, event, row, known)


def _numbers(limits: Counted, number: int) -> Mapping[int, Row]:
    """What a rule counted for each of its events, by row."""
    if not limits.rows.height:
        return {}
    counted = limit.numbered(limits).filter(pl.col(c.RULE_NO) == number)
    return {row[ROW]: row for row in counted.iter_rows(named=True)}


def _left_out(bench: Bench, number: int, kind: Limit, rows: pl.DataFrame) -> pl.DataFrame:
    """Those that the limit does not count, with the interval of its `while` in which each came."""
    if kind.during is None or not rows.height:
        return rows
    return with_interval(bench.frames.scene, rows, {number: kind}, {number: rows})


def _outside(bench: Bench, kind: Limit, left_out: pl.DataFrame, row: Row) -> str:
    """Why an event is not inside the limit's `while`."""
    if kind.during is None:
        return "it came outside the time in which the rule counts"
    return why_outside(bench, kind.during, left_out.filter(pl.col(ROW) == row[ROW]))


def _number(kind: Limit, event: Event, row: Row, known: Row) -> Verdict:
    is_many = known[AT_MOST] is not None and known[c.USED] > known[AT_MOST]
    is_near = bool(known[HAS_GAP]) and known[SPACED] > 1
    said: list[str] = []
    if known[AT_MOST] is not None:
        allowed = (
            f"where {known[AT_MOST]} {'is' if known[AT_MOST] == 1 else 'are'}" if is_many else f"of {known[AT_MOST]}"
        )
        said.append(f"is number {known[c.USED]} {allowed} allowed")
    if known[HAS_GAP] and kind.gap:
        spaced = f"{kind.gap.text} before it"
        said.append(f"has another less than {spaced}" if is_near else f"has none less than {spaced}")
    return Verdict(event, not (is_many or is_near), f"{_words(event, row)} {' and '.join(said) or 'is counted'}.")


def _words(event: Event, row: Row) -> str:
    person = row.get(c.PERSON)
    return f"{event.words}, for {inert(person)}," if person is not None else event.words


# ── requirements ──


def _preceded(bench: Bench, number: int, kind: Require) -> Iterator[Verdict]:
    events = bench.frames.required
    if not events.height:
        return
    asked = events.filter(pl.col(c.RULE_NO) == number)
    judged = require.judged(bench.frames.scene, {number: kind}, asked) if asked.height else asked
    for row in judged.iter_rows(named=True):
        if not bench.is_shown(row[c.PERSON]):
            continue
        event, after = bench.told[row[c.EVENT]], row[require.AFTER]
        is_broken = row[require.IS_FORBIDDEN]
        if after is None:
            since = f" since the latest {inert(kind.since.name)}" if kind.since else ""
            words = f"came without {inert(kind.after.name)}{since} before it"
        else:
            words = f"{'came too soon or too late after' if is_broken else 'comes after'} {bench.told[after].words}"
        yield Verdict(event, not is_broken, f"{_words(event, row)} {words}{'' if is_broken else ', which it needs'}.")


# ── checks ──


def _checked(bench: Bench, number: int, kind: Check) -> Iterator[Verdict]:
    history = bench.history
    rows = bench.frames.scene.fit(kind.of, check.columns_read(history, kind))
    broken = [_broken(bench, kind, condition, rows) for condition in kind.conditions]
    unknown = [_unknown(bench, condition, rows) for condition in kind.conditions]
    asked_for = [condition_words(condition) for condition in kind.conditions]
    for place, (event, people) in enumerate(rows.select(c.EVENT, c.PERSONS).iter_rows()):
        if not bench.is_shown(*(people or ())):
            continue
        wrong = [n for n, events in enumerate(broken) if event in events]
        open_ones = [n for n, flags in enumerate(unknown) if flags[place] and n not in wrong]
        held = [n for n in range(len(asked_for)) if n not in wrong and n not in open_ones]
        parts = (("breaks", wrong), ("fulfils", held), ("does not say enough to judge", open_ones))
        words = "; it ".join(f"{verb} {_listed(asked_for, numbers)}" for verb, numbers in parts if numbers)
        yield Verdict(bench.told[event], not wrong, f"{bench.told[event].words}: it {words}.")


def _listed(asked_for: Sequence[str], numbers: list[int]) -> str:
    return ", ".join(f"“{asked_for[n]}”" for n in numbers)


def _broken(bench: Bench, kind: Check, condition: Condition, rows: pl.DataFrame) -> set[int]:
    """The events that break this one condition."""
    alone = {0: Check(of=kind.of, conditions=(condition,))}
    return set(check.breaches(bench.history, alone, bench.history.events, {0: rows})[c.EVENT])


def _unknown(bench: Bench, condition: Condition, rows: pl.DataFrame) -> list[bool]:
    """Of each row, whether it does not say what the condition reads."""
    if isinstance(condition, Content):
        truth = fitting(condition.pattern, bench.history.vocabulary, Missing.UNJUDGED)
        return rows.select(truth.is_null().alias("_")).to_series().to_list()
    read = [c.field(name) for name in sorted(fields_read(condition)) if c.field(name) in rows.columns]
    if not read:
        return [False] * rows.height
    return rows.select(pl.any_horizontal(pl.col(name).is_null() for name in read).alias("_")).to_series().to_list()


def condition_words(condition: Condition) -> str:
    """What a condition asks for."""
    match condition:
        case Content(_, text):
            return inert(text)
        case Avoids(field, phrases, name):
            some = f"a phrase of {inert(name)}" if name else " or ".join(f"‘{inert(each)}’" for each in phrases[:3])
            return f"its {inert(field)} has not {some}"
        case Bullets(field, count, each):
            like = f", each {wanted_words(each)}" if each is not None else ""
            return f"its {inert(field)} has {_range(count.at_least, count.at_most)} bullets{like}"
        case Separate():
            return "it goes to one person"
        case Distinct(field):
            return f"its {inert(field)} says something else than those before"
        case Cites(field, name):
            return f"its {inert(field)} names the {inert(name)}"
        case AddressedTo(party):
            return f"it goes to the {inert(party)}"
        case Recent(field, within):
            return f"its {inert(field)} is at most {within.text} before it"
        case Passes(field, name, _):
            return f"its {inert(field)} passes {inert(name)}"


def _range(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return str(least) if least == most else f"{least} to {most}"
    return f"at least {least}" if least is not None else f"at most {most}"
