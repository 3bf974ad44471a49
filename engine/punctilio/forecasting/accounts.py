"""All that each rule says of a case: why, and why not; which event would change that, and when it changes by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import polars as pl

from punctilio.closures import ENDS
from punctilio.errors import UsageError
from punctilio.explanation import Allowance, Decision, Finding
from punctilio.explanation.bounds import readings
from punctilio.forecasting import changing
from punctilio.forecasting.bench import Bench, bench
from punctilio.forecasting.changing import Turn, Turns, allowance_key, decision_key, turns
from punctilio.forecasting.judging import judged_events
from punctilio.forecasting.nearness import nearest
from punctilio.forecasting.questions import Question, answered, preventing, setting_off
from punctilio.forecasting.questions import changing as changing_decision
from punctilio.forecasting.reasons import why_another, why_idle, why_no_event
from punctilio.forecasting.sources import source_line
from punctilio.forecasting.values import (
    Account,
    Accounts,
    Asked,
    Broken,
    Change,
    Failure,
    Left,
    Reason,
    State,
    Suggestion,
)
from punctilio.inert import inert
from punctilio.model.decision import UNSETTLED, Next, Verdict
from punctilio.model.rule import Check, Close, Expect, Limit, Require, Rule
from punctilio.selection import Selection, require_known, require_people
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation
from punctilio.value import replaced

_Told = TypeVar("_Told", Decision, Finding)
_UNDONE: Final = (*UNSETTLED, Verdict.MISSED, Verdict.LAPSED, Verdict.EXCUSED)
_NEVER: Final = Change(None, "Nothing changes by itself.")
_OVER: Final = Change(None, "Nothing changes by itself: it is over, and only a correction of the log would change it.")
_BECOMES: Final[Mapping[str, str]] = {
    Verdict.DUE: "it is due",
    Verdict.OPEN: "it opens",
    Verdict.OVERDUE: "it is overdue",
    Verdict.MISSED: "its time is over, and it counts as missed",
    Verdict.LAPSED: "it lapses",
    Verdict.EXCUSED: "its time is over, and it is excused",
    Verdict.WAITING: "it waits",
    Verdict.CANCELLED: "it is cancelled, as the case is closed",
    Verdict.SATISFIED: "the case is closed",
}


def accounts(
    evaluation: Evaluation,
    case: str,
    *,
    rules: Collection[str] = (),
    people: Collection[str] = (),
    latest: int | None = None,
) -> Accounts:
    """What these rules (all, where none is named) say of the case, as far as it concerns these people; of each rule
    only so many of its latest decisions, and of its latest findings, where a number is given.

    Raises UsageError for a case, a rule or a person that is not there.
    """
    require_known(evaluation, Selection(frozenset({case}), frozenset(rules)))
    if case in evaluation.left_out:
        raise UsageError(f"The case `{case}` is left out, since lines of it could not be read. Mend them first.")
    on = bench(evaluation, case, sorted(people))
    require_people(people, on.known)
    told = [_of_rule(on, number, rule, latest) for number, rule in on.rules(rules)]
    later = turns(on.rulebook, on.events, on.frames, on.now)
    rows = {row[c.ID]: row for row in on.now.decisions.iter_rows(named=True)}
    questions = [question for account in told for question in _questions(on, account, rows)]
    answers = iter(answered(on, questions))
    return Accounts(
        case=on.case,
        as_of=evaluation.as_of,
        known_at=evaluation.known_at,
        rulebook=on.rulebook,
        people=tuple(sorted(people)),
        accounts=tuple(_whole(on, account, later, answers) for account in told),
    )


# ── what stands ──


def _of_rule(on: Bench, number: int, rule: Rule, latest: int | None) -> Account:
    """Everything but which event would change it, and when it changes by itself."""
    case = on.case
    decisions = [one for one in case.decisions if one.rule.id == rule.id and on.is_shown(_key(one.person))]
    findings = [one for one in case.findings if one.rule.id == rule.id and _is_about(on, one)]
    notes = tuple(one for one in case.notes if one.rule and one.rule.id == rule.id and on.is_shown(_key(one.person)))
    bounds = isinstance(rule.kind, Limit | Require | Check)
    judged = judged_events(on, number, rule.kind) if isinstance(rule.kind, Limit | Require | Check) else ()
    closing = tuple(_closings(on, number)) if isinstance(rule.kind, Close) else ()
    is_broken = findings or any(not one.is_in_order for one in judged)
    is_idle = not (decisions or findings or judged or closing)
    state = State.BROKEN if is_broken else State.IDLE if is_idle else State.HELD if bounds else State.ACTIVE
    shown, told = _latest(decisions, latest), _latest(findings, latest)
    return Account(
        rule=rule,
        state=state,
        line=source_line(on.rulebook, rule),
        readings=tuple(readings(rule)),
        asked=tuple(Asked(one, _near(on, one), None, _NEVER) for one in shown),
        broken=tuple(Broken(one, None) for one in told),
        left=tuple(
            Left(one, _NEVER) for one in case.allowances if one.rule.id == rule.id and on.is_shown(_key(one.person))
        ),
        notes=notes,
        judged=judged,
        closing=closing,
        reason=_reason(on, number, rule) if is_idle else None,
        change=_NEVER,
        left_out=len(decisions) - len(shown) + len(findings) - len(told),
    )


def _latest(every: Sequence[_Told], latest: int | None) -> Sequence[_Told]:
    """The last so many, what is still to be settled before what is over, in the order in which they stand."""
    if latest is None or len(every) <= latest:
        return every
    ranked = sorted(range(len(every)), key=lambda place: (_is_unsettled(every[place]), place))
    return [every[place] for place in sorted(ranked[len(every) - latest :])]


def _is_unsettled(one: Decision | Finding) -> bool:
    return isinstance(one, Decision) and one.verdict in UNSETTLED


def _key(person: Any) -> str | None:
    return person.key if person else None


def _is_about(on: Bench, finding: Finding) -> bool:
    return on.is_shown(_key(finding.person), *(person.key for person in finding.people))


def _reason(on: Bench, number: int, rule: Rule) -> Reason:
    kind = rule.kind
    if isinstance(kind, Expect | Close):
        others = [one.person.key for one in on.case.decisions if one.rule.id == rule.id and one.person]
        if others:
            return why_another(others, on.people)
        return why_idle(on, number, kind) or Reason(Failure.NO_MATCH, "Nothing set it off.")
    if on.people and on.frames.scene.has(kind.of):
        return Reason(Failure.OTHER_PERSON, f"None of its events concerns {' or '.join(map(inert, on.people))}.")
    return why_no_event(on, kind.of, None)


def _near(on: Bench, decision: Decision) -> Any:
    """What looks like the settling of an undone decision, after what it arose from, and is not."""
    kind = decision.rule.kind
    if not isinstance(kind, Expect) or decision.verdict not in _UNDONE:
        return None
    [row] = on.now.decisions.filter(pl.col(c.ID) == decision.id).iter_rows(named=True)
    events = on.history.events
    later = events.filter(pl.col(c.EVENT) != row[c.TRIGGER], pl.col(c.AT) >= row[c.TRIGGER_AT])
    return nearest(on.history, kind.until, later, on.told, row[c.PERSON] if c.PERSON in kind.key else None)


def _closings(on: Bench, number: int) -> Iterator[str]:
    """When the rule closed the case, by which event, and until when."""
    for row in on.frames.stretches.filter(pl.col(c.RULE_NO) == number).iter_rows(named=True):
        kind = on.rulebook.rules[number].kind
        status = inert(kind.status) if isinstance(kind, Close) else ""
        until = f" {on.told[row[ENDS] // 2].words} opened it again." if row[ENDS] is not None else ""
        by = "after a silence since" if isinstance(kind, Close) and kind.silence_for else "by"
        since = on.instant(row[c.SINCE_AT]).local
        yield f"It closed the case as {status} {since}, {by} {on.told[row[c.EVENT]].words}.{until}"


# ── which event would change it ──


def _questions(on: Bench, account: Account, rows: Mapping[str, Mapping[str, Any]]) -> Iterator[Question]:
    """In the order in which ``_whole`` takes the answers; ``rows`` are the decisions by id."""
    identities = on.now.events[c.IDENTITY]
    number = next(n for n, rule in enumerate(on.rulebook.rules) if rule.id == account.rule.id)
    for one in account.asked:
        if one.decision.verdict in UNSETTLED:
            row = rows[one.decision.id]
            yield changing_decision(on, one.decision, row, identities[row[c.TRIGGER]], account.rule)
    for broken in account.broken:
        yield preventing(on, broken.finding, rows.get(broken.finding.decision or ""), account.rule)
    if account.reason is not None:
        yield setting_off(on, number, account.rule)


def _whole(on: Bench, account: Account, later: Turns, answers: Iterator[Suggestion | None]) -> Account:
    asked = tuple(
        replaced(
            one,
            suggestion=next(answers) if one.decision.verdict in UNSETTLED else None,
            change=_of_decision(on, one.decision, later),
        )
        for one in account.asked
    )
    broken = tuple(replaced(one, suggestion=next(answers)) for one in account.broken)
    left = tuple(replaced(one, change=_of_allowance(on, one.allowance, later)) for one in account.left)
    return replaced(
        account,
        asked=asked,
        broken=broken,
        left=left,
        suggestion=next(answers) if account.reason is not None else None,
        change=_first([*(one.change for one in asked), *(one.change for one in left)]),
    )


# ── when it changes by itself ──


def _first(changes: Sequence[Change]) -> Change:
    known = [change for change in changes if change.at is not None]
    return min(known, key=lambda change: change.at.utc) if known else _NEVER  # type: ignore[union-attr]  # not None


def _of_decision(on: Bench, decision: Decision, later: Turns) -> Change:
    turn = later.get(decision_key(decision.id))
    if turn is None:
        return _NEVER if decision.verdict in (*UNSETTLED, Verdict.WAIVED) else _OVER
    verdict, by = (str(part) for part in turn.answer or ("", ""))
    ends = (decision.due, decision.expires)
    is_after = any(end is not None and end.utc < turn.at and changing.is_just_after(turn, end.utc) for end in ends)
    words = f"it is blocked by {by}" if verdict == Verdict.BLOCKED else _BECOMES.get(verdict, "there is none any more")
    if isinstance(decision.rule.kind, Close) and verdict == Verdict.CANCELLED:
        words = "the case is closed otherwise"
    return _change(on, turn, words, is_after=is_after)


def _of_allowance(on: Bench, allowance: Allowance, later: Turns) -> Change:
    turn = later.get(allowance_key(allowance.rule.id, _key(allowance.person), allowance.key))
    if turn is None:
        return _NEVER
    if not turn.answer:
        return _change(on, turn, "the case is closed, and nothing more is asked", is_after=False)
    left, following = turn.answer
    if following == Next.NOW:
        words = "the next is allowed" if not left else f"{left} more are allowed" if left != 1 else "1 more is allowed"
    else:
        words = "no more is allowed"
    is_after = turn.at.microsecond == 1 and allowance.next_at is not None and allowance.next_at.utc == turn.at
    return _change(on, turn, words, is_after=is_after)


def _change(on: Bench, turn: Turn, words: str, *, is_after: bool) -> Change:
    at = on.instant(turn.at)
    return Change(at, f"By itself it changes {'after' if is_after else 'on'} {at.local}: then {words}.")
