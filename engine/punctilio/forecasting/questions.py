"""Which event would change an answer: examples are supposed, and the first that the engine confirms is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from punctilio.explanation import Decision, Finding
from punctilio.forecasting.bench import Bench
from punctilio.forecasting.examples import Example, Wanted, examples, written
from punctilio.forecasting.supposing import Supposed, supposed, suppositions
from punctilio.forecasting.values import Suggestion
from punctilio.model.decision import ACTIONABLE, Verdict
from punctilio.model.rule import Check, Close, EventPattern, Expect, Kind, Limit, Require, Rule
from punctilio.model.window import FieldBound
from punctilio.tables import columns as c
from punctilio.value import Value, replaced

_TRIED: Final = 12
"""Examples that are tried for one question."""
_SOME: Final = 4
_STEP: Final = timedelta(seconds=1)
_LATER: Final = timedelta(days=7)
_SETTLED: Final = {
    Verdict.SATISFIED: "would settle it",
    Verdict.EARLY: "would settle it early",
    Verdict.LATE: "would settle it, late",
}
Told = Callable[[Supposed, str], str | None]
"""What became of the copy of this name, in words; None where the answer is the same."""


class Question(Value):
    """Sequences of events, of which one may change an answer, and how to see whether it does. Where it ``is_past``,
    it asks what would have been better."""

    tried: tuple[tuple[Example, ...], ...]
    told: Told
    is_past: bool = False


def answered(bench: Bench, questions: Sequence[Question]) -> list[Suggestion | None]:
    """For each question the first of its examples that the engine confirms. All are judged at once."""
    order = _order(questions)
    copies = suppositions(
        bench.events, [tuple(one.line for one in questions[number].tried[rank]) for rank, number in order]
    )
    if not copies:
        return [None] * len(questions)
    said = supposed(bench.rulebook, bench.events, copies, bench.evaluation.as_of)
    found: dict[int, Suggestion] = {}
    for (rank, number), copy in zip(order, copies, strict=False):
        if number in found:
            continue
        outcome = questions[number].told(said, copy.case)
        if outcome is not None:
            tried = questions[number].tried[rank]
            lines = tuple({**one.line, c.CASE: bench.case.case} for one in tried)
            found[number] = Suggestion(lines, f"{_sequence(tried)} {outcome}.")
    return [found.get(number) for number in range(len(questions))]


def _order(questions: Sequence[Question]) -> list[tuple[int, int]]:
    """The examples, as rank and number of the question: the first of every question comes before the second of any,
    and what can still be done before what is past."""
    ranks = [(rank, number) for number, question in enumerate(questions) for rank in range(len(question.tried))]
    return sorted(ranks, key=lambda one: (one[0], questions[one[1]].is_past, one[1]))


def _sequence(tried: Sequence[Example]) -> str:
    """Such as ``A message.sent with purpose inquiry, then another one,``."""
    words: list[str] = []
    for one in tried:
        words.append("another one" if words and one.words == tried[len(words) - 1].words else one.words)
    text = ", then ".join(words) + ("," if len(words) > 1 else "")
    return f"{text[:1].upper()}{text[1:]}"


# ── what rules that did nothing ask for ──


def setting_off(bench: Bench, number: int, rule: Rule) -> Question:
    """What would bring a rule into play: the fewest events that do."""
    match rule.kind:
        case Expect() as kind:
            wanted, told = kind.when, _opens(bench, rule)
        case Close() as kind:
            wanted, told = kind.when, _closes(bench, number, rule, kind)
        case Limit() | Require() | Check() as kind:
            wanted, told = kind.of, _is_judged(bench, number, kind)
    some = list(islice(_some(bench, wanted, kind), _SOME))
    openings: list[tuple[Example, ...]] = [()]
    during = kind.during if isinstance(kind, Expect | Limit) else None
    if during and during.after:
        lasts = {during.lasts.field: written(bench.as_of + _LATER)} if isinstance(during.lasts, FieldBound) else {}
        openings += [(one,) for one in islice(_some(bench, during.after, kind, lasts), 2)]
    openings += [(*again, *opening) for again in _reopenings(bench) for opening in openings]
    most = min(_TRIED, kind.nth or 1) if isinstance(kind, Expect | Close) else 1
    tried = ((*first, *[one] * times) for times in range(1, most + 1) for first in openings for one in some)
    return Question(tuple(islice(tried, _TRIED * most)), told)


def _some(
    bench: Bench, wanted: EventPattern, kind: Kind, fields: Mapping[str, object] = MappingProxyType({})
) -> Iterator[Example]:
    """Examples now: with nobody where it matters not whom they concern, then with each of some people."""
    kinds = bench.rulebook.vocabulary.fields()
    each = kind.each if isinstance(kind, Expect) else None
    key = kind.key if not isinstance(kind, Check) else ()
    unsaid = {name: _something(kinds[name]) for name in key if name != c.PERSON}
    nobody = [] if c.PERSON in key or each else [None]
    for person in (*nobody, *bench.someone()[:_SOME]):
        people = {each: (person,)} if each and person else {}
        asked = Wanted(
            case=bench.case.case,
            at=bench.as_of,
            pattern=wanted,
            people=people,
            person=None if each and c.PERSON not in key else person,
            fields=fields,
            unsaid=unsaid,
        )
        yield from examples(asked, bench.rulebook.vocabulary)


def _something(kind: str) -> object:
    some: dict[str, object] = {"integer": 1, "number": 1.0, "boolean": True, "strings": ["x"], "people": ["somebody"]}
    return some.get(kind, "x")


def _reopenings(bench: Bench) -> Iterator[tuple[Example, ...]]:
    """What opens the case anew, if it is closed and anything does."""
    if bench.case.since is None:
        return
    for rule in bench.rulebook.rules:
        if isinstance(rule.kind, Close) and rule.kind.reopen:
            yield from ((one,) for one in islice(_some(bench, rule.kind.reopen, rule.kind), 1))


def _opens(bench: Bench, rule: Rule) -> Told:
    def told(said: Supposed, case: str) -> str | None:
        mine = said.judged.decisions.filter(pl.col(c.CASE) == case, pl.col(c.RULE) == rule.id)
        shown = [row for row in mine.iter_rows(named=True) if bench.is_shown(row[c.PERSON])]
        return "would set it off" if shown else None

    return told


def _closes(bench: Bench, number: int, rule: Rule, kind: Close) -> Told:
    def told(said: Supposed, case: str) -> str | None:
        if kind.silence_for:
            is_there = said.has(said.judged.decisions, case, rule.id)
            return f"would begin the silence of {kind.silence_for.text} that closes the case" if is_there else None
        at = bench.case_no(said.frames.scene.history.cases, case)
        closed = said.frames.stretches.filter(pl.col(c.RULE_NO) == number, pl.col(c.CASE_NO) == at)
        return "would close the case" if closed.height else None

    return told


def _is_judged(bench: Bench, number: int, kind: Limit | Require | Check) -> Told:
    def told(said: Supposed, case: str) -> str | None:
        at = bench.case_no(said.frames.scene.history.cases, case)
        rows = said.frames.scene.fit(kind.of, [c.CASE_NO])
        if isinstance(kind, Limit):
            rows = said.frames.bounding.limits.rows
            rows = rows.filter(pl.col(c.RULE_NO) == number) if rows.height else rows
        is_there = rows.height and rows.filter(pl.col(c.CASE_NO) == at).height
        return ("would be counted" if isinstance(kind, Limit) else "would be judged") if is_there else None

    return told


# ── what would change a decision ──


def changing(bench: Bench, decision: Decision, row: Mapping[str, Any], identity: str, rule: Rule) -> Question:
    """What would settle a decision, break a silence, or lift what blocks it."""
    if isinstance(rule.kind, Close):
        unless = rule.kind.unless
        some = _some(bench, unless, rule.kind) if unless else iter(())
        return _question(some, _verdict(row, identity, {Verdict.CANCELLED: "would break the silence"}))
    assert isinstance(rule.kind, Expect)
    blocking = decision.blocked_by.kind if decision.blocked_by else None
    lifting = _before(bench, blocking, bench.as_of) if isinstance(blocking, Require) else iter(())
    free = dict.fromkeys(map(str, ACTIONABLE), "would lift what blocks it") if decision.blocked_by else {}
    ends = decision.due if decision.due and bench.as_of <= decision.due.utc else decision.expires
    by = f" by {ends.local}" if ends else ""
    but = f", although {decision.blocked_by.id} forbids it now" if decision.blocked_by else ""
    words = {str(verdict): f"{words}{but}" for verdict, words in _SETTLED.items()}
    settling = (replaced(one, words=f"{one.words}{by}") for one in _settling(bench, rule.kind, row, bench.as_of))
    some = chain(islice(lifting, _SOME), settling)
    return _question(some, _verdict(row, identity, {**free, **words}))


def _question(some: Iterable[Example], told: Told) -> Question:
    return Question(tuple((one,) for one in islice(some, _TRIED)), told)


def _settling(bench: Bench, kind: Expect, row: Mapping[str, Any], at: datetime) -> Iterator[Example]:
    """Examples of what an instance waits for, with its key."""
    event = bench.told[row[c.TRIGGER]]
    fields = {name: event.values[name] for name in kind.key if name != c.PERSON and name in event.values}
    own = Wanted(case=bench.case.case, at=at, pattern=kind.until, fields=fields)
    nobody = dict.fromkeys((row[c.TO], None, *bench.someone()[:_SOME]))  # whom the action is for comes first
    people = nobody if row[c.PERSON] is None else (row[c.PERSON],)
    asked = (replaced(own, person=person) for person in people)
    return chain.from_iterable(examples(one, bench.rulebook.vocabulary) for one in asked)


def _before(bench: Bench, kind: Require, at: datetime) -> Iterator[Example]:
    """Examples of what has to come first, whose instant has passed where that is asked for."""
    passed = {kind.from_field: written(at - _STEP)} if kind.from_field and kind.from_field != c.AT else {}
    for person in (*([None] if c.PERSON not in kind.key else []), *bench.someone()[:_SOME]):
        asked = Wanted(case=bench.case.case, at=at, pattern=kind.after, person=person, fields=passed)
        yield from examples(asked, bench.rulebook.vocabulary)


def _verdict(row: Mapping[str, Any], identity: str, words: Mapping[str, str]) -> Told:
    def told(said: Supposed, case: str) -> str | None:
        found = said.decision(case, row, identity)
        return words.get(found[c.VERDICT]) if found else None

    return told


# ── what would have kept a breach from being one ──


def preventing(bench: Bench, finding: Finding, row: Mapping[str, Any] | None, rule: Rule) -> Question:
    """What in its time would have been enough; ``row`` is the decision of an expectation that was not met."""
    now = bench.now.findings.filter(pl.col(c.RULE) == rule.id).height
    if isinstance(rule.kind, Expect) and row is not None and row[c.DUE_AT] is not None:
        some = _settling(bench, rule.kind, row, row[c.DUE_AT])
        by = bench.instant(row[c.DUE_AT]).local
        dated = (replaced(one, words=f"{one.words} by {by}") for one in some)
        return replaced(_question(dated, _fewer(rule, now, "would have settled it in time")), is_past=True)
    if isinstance(rule.kind, Require):
        some = _before(bench, rule.kind, finding.at.utc - _STEP)
        return replaced(_question(some, _fewer(rule, now, "before it would have been enough")), is_past=True)
    return Question((), lambda _, __: None)


def _fewer(rule: Rule, now: int, words: str) -> Told:
    """Whether there are fewer findings of the rule than there are ``now``."""

    def told(said: Supposed, case: str) -> str | None:
        left = said.judged.findings.filter(pl.col(c.CASE) == case, pl.col(c.RULE) == rule.id).height
        return words if left < now else None

    return told
