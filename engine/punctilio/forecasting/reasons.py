"""Why a rule did nothing: the first condition of opening that no event fulfils, as the kinds themselves ask it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from punctilio.closures import ENDS, STARTS
from punctilio.counting import COUNT, ENDS_AT, INTERVAL, with_interval
from punctilio.explanation import Event
from punctilio.forecasting.bench import Bench
from punctilio.forecasting.nearness import nearest
from punctilio.forecasting.values import Failure, Reason
from punctilio.inert import inert
from punctilio.kinds import close, expect
from punctilio.model.rule import Close, EventPattern, Expect, While
from punctilio.tables import columns as c
from punctilio.triggers import Stage, with_number

_NAMED: Final = 4
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def why_idle(bench: Bench, number: int, kind: Expect | Close) -> Reason | None:
    """The first condition that failed; None where something set the rule off."""
    scene, frames = bench.frames.scene, bench.frames
    if isinstance(kind, Expect):
        stages = list(expect.stages(scene, number, kind, frames.stretches))
    else:
        stages = list(close.stages(scene, number, kind, frames.closed))
    failed, rows = stages[-1]
    if rows.height:
        return None
    if failed is Stage.TRIGGER:
        return why_no_event(bench, kind.when, kind.each if isinstance(kind, Expect) else None)
    left = stages[-2][1]
    if not left.height:  # nothing fits, and the last stage was asked all the same
        return why_no_event(bench, kind.when, None)
    latest = bench.told[int(left[c.EVENT][-1])]
    match failed:
        case Stage.NTH:
            return _not_the_nth(bench, number, kind, left, latest)
        case Stage.WHILE if isinstance(kind, Expect) and kind.during:
            return _outside(bench, number, kind, kind.during, left.tail(1), latest)
        case Stage.STANDS:
            by = bench.told[int(left[c.VOID][-1])]
            return Reason(Failure.TAKEN_BACK, f"{latest.words} was taken back by {by.words}.", event=latest)
        case _:
            return _closed(bench, left, latest)


def why_no_event(bench: Bench, wanted: EventPattern, each: str | None) -> Reason:
    """Nothing of the type, nothing that fits, or nobody whom it concerns."""
    fitting = bench.frames.scene.fit(wanted, [c.EVENT])
    if fitting.height:
        event = bench.told[int(fitting[c.EVENT][-1])]
        where = f"its {inert(each)}" if each else "it"
        return Reason(Failure.NO_PERSON, f"{event.words} fits, but nobody is named in {where}.", event=event)
    near = nearest(bench.history, wanted, bench.history.events, bench.told)
    if near is None:
        return Reason(Failure.NO_EVENT, f"Nothing of that kind is in the log of this case: no {_types(wanted)}.")
    return Reason(Failure.NO_MATCH, f"No event of this case is what it looks for ({_name(wanted)}). {near.words}", near)


def _types(wanted: EventPattern) -> str:
    names = [inert(name) for name in sorted(wanted.types)]
    return " or ".join(names) if len(names) <= _NAMED else inert(wanted.name)


def _name(wanted: EventPattern) -> str:
    return inert(wanted.name)


def _not_the_nth(bench: Bench, number: int, kind: Expect | Close, left: pl.DataFrame, latest: Event) -> Reason:
    counted = with_number(bench.frames.scene, number, left, kind)[COUNT]
    since = f" since the latest {inert(kind.since.name)}" if kind.since else ""
    highest = int(counted.max() or 0)  # type: ignore[arg-type]  # a number
    asked = ordinal(kind.nth or 1)
    words = f"It asks for the {asked} {_name(kind.when)}{since}, and the latest, {latest.words}, is the {{}}."
    reached = highest if highest < (kind.nth or 1) else int(counted[-1])
    return Reason(Failure.NTH, words.format(ordinal(reached)), event=latest)


def ordinal(number: int) -> str:
    """Such as ``2nd``."""
    ending = "th" if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def _outside(bench: Bench, number: int, kind: Expect, during: While, last: pl.DataFrame, latest: Event) -> Reason:
    """The latest event is told of: the interval it might have been in."""
    placed = with_interval(bench.frames.scene, last, {number: kind}, {number: last})
    return Reason(
        Failure.WHILE,
        f"{latest.words} came outside the time in which the rule asks for anything: "
        f"{why_outside(bench, during, placed)}.",
        event=latest,
    )


def why_outside(bench: Bench, during: While, placed: pl.DataFrame) -> str:
    """Why a row (``with_interval``) is not inside: the half of a sentence."""
    interval, ends, at = placed[INTERVAL][0], placed[ENDS_AT][0], placed[c.AT][0]
    if interval is None and during.after:
        return f"no {_name(during.after)} came before it"
    if ends is not None and ends <= at:
        return f"that had ended {bench.instant(ends).local}"
    return f"{_name(during.until)} had ended it" if during.until else "that had ended"


def _closed(bench: Bench, left: pl.DataFrame, latest: Event) -> Reason:
    moment = int(left[c.MOMENT][-1])
    over = bench.frames.stretches.filter(
        pl.col(STARTS) <= moment, pl.col(ENDS).is_null() | (pl.col(ENDS) > moment)
    ).sort(STARTS)
    by = next(iter(over.tail(1).iter_rows(named=True)), None)
    said = ""
    if by is not None:
        rule = bench.rulebook.rules[int(by[c.RULE_NO])]
        said = f" since {bench.instant(by[c.SINCE_AT]).local}, by {rule.id}"
    return Reason(Failure.CLOSED, f"{latest.words} came while the case was closed{said}.", event=latest)


def why_another(people: Iterable[str | None], asked: Iterable[str]) -> Reason:
    """It concerns others alone."""
    others = sorted({inert(person) for person in people if person is not None})
    words = f"It concerns {' and '.join(others)}, and not {' or '.join(inert(person) for person in asked)}."
    return Reason(Failure.OTHER_PERSON, words)
