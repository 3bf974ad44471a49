"""What is held against accounts: the evaluation itself, and the engine judging what was supposed, from lines on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import polars as pl

from punctilio.evaluation import evaluate
from punctilio.forecasting import Account, Accounts, State, Suggestion
from punctilio.forecasting.values import Failure
from punctilio.history import history
from punctilio.logs.read import read_log
from punctilio.model.rule import Close, EventPattern, Expect
from punctilio.patterns import fitting
from punctilio.tables import columns as c
from punctilio.tables.schemas import events as event_schema
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import replaced

TICK = timedelta(microseconds=1)
FAR = timedelta(days=365 * 20)


def complaints(evaluation: Evaluation, told: Sequence[Accounts], log: Log, folder: Path) -> Iterator[str]:
    """Everything in the accounts of its cases that is not so."""
    later = _later(evaluation, log)
    for of_case in told:
        for said in (
            *_against_the_evaluation(evaluation, of_case),
            *_against_time(evaluation, later, of_case),
            *_against_what_was_supposed(log, evaluation, of_case, folder),
        ):
            yield f"{of_case.case.case}: {said}"


# ── the same answer as the evaluation's ───────────────────────────────────────────────────────────────────────────


def _against_the_evaluation(evaluation: Evaluation, told: Accounts) -> Iterator[str]:
    case = pl.col(c.CASE) == told.case.case
    if [account.rule for account in told.accounts] != list(evaluation.rulebook.rules):
        yield "not every rule is told of"
    for account in told.accounts:
        mine = case & (pl.col(c.RULE) == account.rule.id)
        decisions = evaluation.decisions.filter(mine).select(c.ID, c.VERDICT).rows()
        if [(one.decision.id, one.decision.verdict) for one in account.asked] != decisions:
            yield f"{account.rule.id} has other decisions"
        findings = evaluation.findings.filter(mine)[c.MESSAGE].to_list()
        if [one.finding.message for one in account.broken] != findings:
            yield f"{account.rule.id} has other findings"
        if len(account.left) != evaluation.allowances.filter(mine).height:
            yield f"{account.rule.id} has other allowances"
        yield from _state(account, bool(decisions), bool(findings), evaluation, told.case.case)


def _state(
    account: Account, has_decisions: bool, has_findings: bool, evaluation: Evaluation, case: str
) -> Iterator[str]:
    if (account.state is State.IDLE) != (account.reason is not None):
        yield f"{account.rule.id} has a reason for nothing, or none"
    if (has_decisions or has_findings) and account.state is State.IDLE:
        yield f"{account.rule.id} did something"
    closed = evaluation.statuses.filter(pl.col(c.CASE) == case)[c.RULE].to_list()
    if account.rule.id in closed and account.state is not State.ACTIVE:
        yield f"{account.rule.id} closed the case"
    if account.reason is not None:
        kind = account.rule.kind
        wanted = kind.when if isinstance(kind, Expect | Close) else kind.of
        types = set(evaluation.events.filter(pl.col(c.CASE) == case)[c.TYPE])
        if (account.reason.failure is Failure.NO_EVENT) != wanted.types.isdisjoint(types):
            yield f"{account.rule.id}: of its types there are some, or none"


# ── when it changes by itself ─────────────────────────────────────────────────────────────────────────────────────


Answers = Mapping[str, tuple[str, str | None]]
"""The verdict of each decision, by its id, and what blocks it."""


def _later(evaluation: Evaluation, log: Log) -> Callable[[datetime], Answers]:
    """What is answered at an instant, if nothing happens until then."""
    seen = replaced(log, events=log.events.filter(pl.col(c.AT) <= evaluation.as_of.replace(tzinfo=None)))

    @cache
    def answers(at: datetime) -> Answers:
        then = evaluate(evaluation.rulebook, seen, as_of=at).decisions
        return {row[0]: row[1:] for row in then.select(c.ID, c.VERDICT, c.BLOCKED_BY).iter_rows()}

    return answers


def _against_time(evaluation: Evaluation, later: Callable[[datetime], Answers], told: Accounts) -> Iterator[str]:
    """The answer is the same until it changes, and another one then; what never changes is so in twenty years."""
    as_of = evaluation.as_of

    for account in told.accounts:
        for one in account.asked:
            name, now = one.decision.id, later(as_of).get(one.decision.id)
            if one.change.at is None:
                if later(as_of + FAR).get(name) != now:
                    yield f"{account.rule.id} changes by itself, and nobody says so"
                continue
            at = one.change.at.utc.replace(tzinfo=UTC)
            if later(at).get(name) == now:
                yield f"{account.rule.id} does not change at {at}"
            if later(max(at - TICK, as_of)).get(name) != now:
                yield f"{account.rule.id} changes before {at}"


# ── which event would change it ───────────────────────────────────────────────────────────────────────────────────


def _against_what_was_supposed(log: Log, evaluation: Evaluation, told: Accounts, folder: Path) -> Iterator[str]:
    """Each suggestion, read from a file as any line, has the effect that is told of it. All are judged at once."""
    rulebook = evaluation.rulebook
    asked = list(_suggestions(told))
    mine = log.events.filter(pl.col(c.CASE) == told.case.case)
    copies = {f"copy {n}": suggestion for n, (_, _, suggestion) in enumerate(asked)}
    written = [{**line, c.CASE: name} for name, suggestion in copies.items() for line in suggestion.lines]
    file = folder / "supposed.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in written), encoding="utf-8")
    added = read_log([file], vocabulary=rulebook.vocabulary)
    if added.problems:
        yield f"suggestions are no events: {added.problems[0].sentence}"
        return
    events = pl.concat([*(mine.with_columns(pl.lit(name).alias(c.CASE)) for name in copies), added.events])
    supposed = Log(
        events=events.sort(c.AT, maintain_order=True), vocabulary=rulebook.vocabulary, files=(*log.files, "")
    )
    then = evaluate(rulebook, supposed, as_of=evaluation.as_of)
    for (account, what, _), name in zip(asked, copies, strict=True):
        if not _has_changed(account, what, evaluation, then, told.case.case, name):
            yield f"{account.rule.id}: the suggestion for {what} changes nothing"


def _suggestions(told: Accounts) -> Iterator[tuple[Account, str, Suggestion]]:
    for account in told.accounts:
        if account.suggestion:
            yield account, "idle", account.suggestion
        for asked in account.asked:
            if asked.suggestion:
                yield account, asked.decision.id, asked.suggestion
        for broken in account.broken:
            if broken.suggestion:
                yield account, "finding", broken.suggestion


def _has_changed(account: Account, what: str, before: Evaluation, after: Evaluation, case: str, name: str) -> bool:
    rule = pl.col(c.RULE) == account.rule.id
    here, there = (pl.col(c.CASE) == case) & rule, (pl.col(c.CASE) == name) & rule
    if what == "finding":
        return after.findings.filter(there).height < before.findings.filter(here).height
    if what != "idle":
        return _verdicts(after, there) != _verdicts(before, here)
    if isinstance(account.rule.kind, Expect):
        return after.decisions.filter(there).height > 0
    if isinstance(account.rule.kind, Close):
        closed = after.statuses.filter(pl.col(c.CASE) == name)[c.STATUS].to_list() != ["open"]
        return closed or after.decisions.filter(there).height > 0
    return name in _cases_with(after, account.rule.kind.of)


def _verdicts(evaluation: Evaluation, rows: pl.Expr) -> Sequence[tuple[str | None, ...]]:
    found = evaluation.decisions.filter(rows).select(c.PERSON, c.TRIGGER_AT, c.VERDICT, c.BLOCKED_BY)
    return sorted(found.rows(), key=str)


def _cases_with(evaluation: Evaluation, wanted: EventPattern) -> set[str]:
    """The cases that have an event that fits."""
    vocabulary = evaluation.rulebook.vocabulary
    events = evaluation.events.select(list(event_schema(vocabulary)))
    seen = history(evaluation.rulebook, Log(events=events, vocabulary=vocabulary), evaluation.as_of).events
    return set(seen.filter(fitting(wanted.pattern, vocabulary))[c.CASE])
