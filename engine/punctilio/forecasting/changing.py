"""When an answer changes by itself: the engine judges the same log at each later instant that may matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from punctilio.counting import INCLUSIVE_END, SIDE, each_later
from punctilio.history import history
from punctilio.matching import ROW
from punctilio.model.decision import UNSETTLED, Next
from punctilio.model.rule import Rulebook
from punctilio.model.vocabulary import WAIVER
from punctilio.plan import Frames, Judged, judge
from punctilio.tables import columns as c
from punctilio.tables.tables import Log
from punctilio.value import Value
from punctilio.zones import END_OF_TIME

MOST: Final = 48
"""Instants at which the case is judged. What changes only after so many others is told by its own instants."""
_TICK: Final = timedelta(microseconds=1)
Key = tuple[str, ...]
Answer = tuple[object, ...]


class Turn(Value):
    """An instant (UTC, without a zone) at which an answer is another one, and that answer."""

    at: datetime
    answer: Answer


Turns = Mapping[Key, Turn]
"""By decision, as ``("decision", id)``, or by allowance, as ``("allowance", rule, person, key)``."""


def turns(rulebook: Rulebook, events: pl.DataFrame, frames: Frames, now: Judged) -> Turns:
    """When each answer that stands now changes, if nothing else happens."""
    waiting = {key: answer for key, answer in _answers(now).items() if _may_change(key, answer)}
    before = dict(waiting)
    found: dict[Key, Turn] = {}
    log = Log(events=events, vocabulary=rulebook.vocabulary)
    for at in _instants(frames, now)[:MOST]:
        if not waiting:
            break
        then = _answers(judge(rulebook, history(rulebook, log, at.replace(tzinfo=UTC))))
        for key in [key for key, answer in waiting.items() if then.get(key) != answer]:
            del waiting[key]
            found[key] = Turn(at, then.get(key, ()))
    assert found.keys() <= before.keys()
    return found


def decision_key(decision: str) -> Key:
    return ("decision", decision)


def allowance_key(rule: str, person: str | None, key: str) -> Key:
    return ("allowance", rule, person or "", key)


def _answers(said: Judged) -> dict[Key, Answer]:
    """What is told of each decision and allowance, as far as time alone may change it."""
    decisions = said.decisions.select(c.ID, c.VERDICT, c.BLOCKED_BY).iter_rows()
    allowances = said.allowances.select(c.RULE, c.PERSON, c.KEY, c.LEFT, c.NEXT).iter_rows()
    return {
        **{decision_key(name): (verdict, by) for name, verdict, by in decisions},
        **{allowance_key(rule, person, key): (left, following) for rule, person, key, left, following in allowances},
    }


def _may_change(key: Key, answer: Answer) -> bool:
    """Whether time may change it: what is settled or over stays so, unless it is waived for a while."""
    if key[0] == "decision":
        return answer[0] in (*UNSETTLED, "waived")
    return answer != (None, Next.NOW.value)


# ── the instants that may matter ──


def _instants(frames: Frames, now: Judged) -> list[datetime]:
    """Every edge after the as-of, in order."""
    as_of = frames.scene.history.as_of
    edges = (at for series in _edges(frames, now) for at in series.drop_nulls().to_list())
    return sorted({at for at in edges if as_of < at <= END_OF_TIME})


def _edges(frames: Frames, now: Judged) -> Iterator[pl.Series]:
    decisions = now.decisions.filter(pl.col(c.VERDICT).is_in([*UNSETTLED, "waived"]))
    yield decisions[c.OPENS_AT]
    yield decisions[c.BLOCKED_UNTIL]
    yield _after(decisions[c.DUE_AT])
    yield _after(decisions[c.EXPIRES_AT])
    yield now.allowances[c.NEXT_AT]
    for exits in (*frames.bounding.limits.exits, *frames.bounding.limits.gap_exits):
        yield exits.filter(pl.col(SIDE) != INCLUSIVE_END)[c.AT]
        yield _after(exits.filter(pl.col(SIDE) == INCLUSIVE_END)[c.AT])
    yield from _ends_of_precedence(frames)
    yield _after(frames.scene.history.of_type(WAIVER, [c.field("expires_at")]).to_series())


def _ends_of_precedence(frames: Frames) -> Iterator[pl.Series]:
    """When what had to come before becomes too old, or its instant has passed."""
    for number, rule in frames.bounding.requires.items():
        rows = frames.scene.fit(rule.after, [c.CASE_NO, c.AT, *([c.field(rule.from_field)] if rule.from_field else [])])
        numbered = rows.with_row_index(ROW).with_columns(pl.lit(number, dtype=pl.UInt32).alias(c.RULE_NO))
        ends = each_later(frames.scene.history, numbered, c.AT, {number: rule.within}, "end", fold="second")
        yield _after(ends["end"])
        if rule.from_field:
            yield rows[c.field(rule.from_field)]


def _after(instants: pl.Series) -> pl.Series:
    """The instants after those that end something inclusively."""
    return instants.filter(instants < END_OF_TIME) + _TICK


def is_just_after(turn: Turn, end: datetime) -> bool:
    """Whether the change comes after the last instant of a window, and not with an instant of its own."""
    return turn.at - _TICK == end
