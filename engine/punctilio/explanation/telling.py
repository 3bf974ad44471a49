"""From the frames of an evaluation to values that say why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from punctilio.explanation import sentences
from punctilio.explanation.lookup import Lookup, Row, by_case, lookup
from punctilio.explanation.values import Allowance, Case, Decision, Explanation, Finding, Instant, Note
from punctilio.inert import inert
from punctilio.model.decision import ACTIONABLE, OPEN_STATUS, Verdict
from punctilio.model.rule import Close, Expect, Rulebook
from punctilio.selection import EVERYTHING, Selection, of_cases
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation


def explain(evaluation: Evaluation, selection: Selection = EVERYTHING) -> Explanation:
    """Say why, case by case, of what is selected. The next step of a case is the same, whichever rules are shown."""
    if selection.cases:
        evaluation = of_cases(evaluation, selection.cases)
    told = lookup(evaluation)
    book = evaluation.rulebook
    decisions, findings = by_case(evaluation.decisions), by_case(selection.of(evaluation.findings))
    allowances, notes = by_case(selection.of(evaluation.allowances)), by_case(_shown_notes(evaluation, selection))
    now = evaluation.as_of.astimezone(UTC).replace(tzinfo=None)

    def case(row: Row) -> Case:
        name = row[c.CASE]
        decided = tuple(_decision(d, told, book) for d in decisions.get(name, ()))
        by_id = {d.id: d for d in decided}
        return _case(
            row,
            told,
            book,
            now=now,
            decisions=decided,
            shown=tuple(d for d in decided if not selection.rules or d.rule.id in selection.rules),
            findings=tuple(_finding(f, told, by_id) for f in findings.get(name, ())),
            allowances=tuple(_allowance(a, told) for a in allowances.get(name, ())),
            notes=tuple(_note(n, told) for n in notes.get(name, ())),
        )

    return Explanation(
        cases=tuple(case(row) for row in evaluation.statuses.iter_rows(named=True)),
        notes=tuple(_note(n, told) for n in notes.get(None, ())),
    )


def _shown_notes(evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
    """Notes of the run are shown unless something narrower was asked for."""
    return evaluation.notes if selection == EVERYTHING else selection.of(evaluation.notes)


def _decision(row: Row, told: Lookup, book: Rulebook) -> Decision:
    case, rule = row[c.CASE], told.rules[row[c.RULE]]
    is_proposed = Verdict(row[c.VERDICT]) in ACTIONABLE
    drafts = book.vocabulary.parts.drafts
    return Decision(
        id=row[c.ID],
        case=case,
        rule=rule,
        person=told.person(case, row[c.PERSON]),
        verdict=row[c.VERDICT],
        verdict_words=sentences.verdict_words(rule, row, told),
        opens=told.instant(case, row[c.OPENS_AT]),
        due=told.instant(case, row[c.DUE_AT]),
        expires=told.instant(case, row[c.EXPIRES_AT]),
        trigger=told.events[row[c.TRIGGER]],
        done=told.event(row[c.DONE]),
        ended=told.event(row[c.ENDED]),
        ended_at=told.instant(case, row[c.ENDED_AT]),
        ended_by=row[c.ENDED_BY],
        waiver=told.event(row[c.WAIVER]),
        blocked_by=told.rule(row[c.BLOCKED_BY]),
        blocked_until=told.instant(case, row[c.BLOCKED_UNTIL]),
        warned_by=tuple(row[c.WARNED_BY] or ()),
        near=told.all_events(row[c.NEAR]),
        finding_at=told.instant(case, row[c.FINDING_AT]),
        do=sentences.proposal(rule, row, told, drafts.of if drafts else "") if is_proposed else None,
        arithmetic=dict(sentences.arithmetic(rule, row, told, book.vocabulary)),
        outcome=tuple(sentences.outcome(row, told, book.vocabulary)),
        obstacles=tuple(sentences.obstacles(row, told)),
        readings=tuple(sentences.readings(rule)),
    )


def _finding(row: Row, told: Lookup, decisions: Mapping[str, Decision]) -> Finding:
    case, rule = row[c.CASE], told.rules[row[c.RULE]]
    events = told.all_events(row[c.EVENTS])
    decision = decisions.get(row[c.DECISION] or "")
    grounds = (
        (*decision.grounds, *decision.outcome) if decision else (f"It rests on {event.words}." for event in events)
    )
    return Finding(
        case=case,
        rule=rule,
        level=row[c.LEVEL],
        person=told.person(case, row[c.PERSON]),
        people=told.people(case, row[c.PEOPLE]),
        at=Instant(row[c.AT], told.zone(case)),
        events=events,
        decision=row[c.DECISION],
        used=row[c.USED],
        allowed=row[c.ALLOWED],
        message=inert(row[c.MESSAGE] or ""),
        why=(*grounds, *sentences.readings(rule)),
    )


def _allowance(row: Row, told: Lookup) -> Allowance:
    case, rule = row[c.CASE], told.rules[row[c.RULE]]
    next_at = told.instant(case, row[c.NEXT_AT])
    return Allowance(
        case=case,
        rule=rule,
        person=told.person(case, row[c.PERSON]),
        key=row[c.KEY] or "",
        used=row[c.USED],
        left=row[c.LEFT],
        next=row[c.NEXT],
        next_at=next_at,
        words=sentences.allowance_words(rule, row, next_at),
    )


def _note(row: Row, told: Lookup) -> Note:
    return Note(
        note=row[c.NOTE],
        case=row[c.CASE],
        rule=row[c.RULE],
        person=told.person(row[c.CASE], row[c.PERSON]),
        events=told.all_events(row[c.EVENTS]),
        message=inert(row[c.MESSAGE] or ""),
    )


def _case(
    row: Row,
    told: Lookup,
    book: Rulebook,
    *,
    now: datetime,
    decisions: tuple[Decision, ...],
    shown: tuple[Decision, ...],
    findings: tuple[Finding, ...],
    allowances: tuple[Allowance, ...],
    notes: tuple[Note, ...],
) -> Case:
    name = row[c.CASE]
    return Case(
        case=name,
        status=row[c.STATUS],
        zone=told.zone(name),
        now=Instant(now, told.zone(name)),
        since=told.instant(name, row[c.SINCE_AT]),
        rule=told.rule(row[c.RULE]),
        event=told.event(row[c.EVENT]),
        waits_for=row[c.WAITS_FOR],
        waits_until=told.instant(name, row[c.WAITS_UNTIL]),
        next=_next(row, told, book, decisions),
        decisions=shown,
        findings=findings,
        allowances=allowances,
        notes=notes,
    )


def _next(row: Row, told: Lookup, book: Rulebook, decisions: tuple[Decision, ...]) -> str:
    """The next step of a case, or what it waits for; why it is over, where it is."""
    if row[c.STATUS] != OPEN_STATUS:
        event, since = told.event(row[c.EVENT]), told.instant(row[c.CASE], row[c.SINCE_AT])
        rested = f", because of {event.words}" if event else ""
        return f"Closed as {inert(row[c.STATUS])} by {row[c.RULE]}{f' {since.local}' if since else ''}{rested}."
    open_now = next((d for d in decisions if Verdict(d.verdict) in ACTIONABLE), None)
    if open_now:
        whom = f", for {open_now.person.called}" if open_now.person else ""
        what = inert(open_now.rule.title or open_now.rule.id)
        return f"Next step: {what}{whom}: {open_now.verdict_words} ({open_now.rule.id})."
    if row[c.WAITS_FOR]:
        until = told.instant(row[c.CASE], row[c.WAITS_UNTIL])
        comes = "closes the case" if isinstance(told.rules[row[c.WAITS_FOR]].kind, Close) else "opens"
        return f"Waits for {row[c.WAITS_FOR]}{f', which {comes} {until.local}' if until else ''}."
    blocked = next((d for d in decisions if d.verdict == Verdict.BLOCKED), None)
    if blocked:
        return f"Waits: {blocked.rule.id} is {blocked.verdict_words}."
    names = sorted({rule.kind.when.name for rule in book.rules if isinstance(rule.kind, Expect)})
    if not names:
        return "Nothing is pending, and no rule expects anything."
    return f"Nothing is pending: a new {inert(sentences.listed(names))} would open the next step."
