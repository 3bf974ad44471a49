"""From the frames of an evaluation to values that say why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from punctilio.explanation import bounds, sentences
from punctilio.explanation.lookup import Lookup, Row, by_case, lookup
from punctilio.explanation.steps import next_words
from punctilio.explanation.values import Allowance, Case, Decision, Explanation, Finding, Instant, Note
from punctilio.inert import inert
from punctilio.model.decision import ACTIONABLE, Verdict
from punctilio.model.rule import Rulebook
from punctilio.notes import LEARNED_LATE
from punctilio.selection import DRAFT, EVERYTHING, Selection, is_forbidding, of_cases
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
        obstacles=tuple(bounds.obstacles(row, told)),
        readings=tuple(bounds.readings(rule)),
    )


def _finding(row: Row, told: Lookup, decisions: Mapping[str, Decision]) -> Finding:
    case, rule = row[c.CASE], told.rules[row[c.RULE]]
    decision = decisions.get(row[c.DECISION] or "")
    grounds = (*decision.grounds, *decision.outcome) if decision else tuple(bounds.breach(rule, row, told))
    return Finding(
        case=case,
        rule=rule,
        level=row[c.LEVEL],
        person=told.person(case, row[c.PERSON]),
        people=told.people(case, row[c.PEOPLE]),
        at=Instant(row[c.AT], told.zone(case)),
        events=told.all_events(row[c.EVENTS]),
        decision=row[c.DECISION],
        used=row[c.USED],
        allowed=row[c.ALLOWED],
        allowed_at=told.instant(case, row[c.NEXT_AT]),
        message=inert(row[c.MESSAGE] or ""),
        why=(*grounds, *bounds.readings(rule)),
    )


def _allowance(row: Row, told: Lookup) -> Allowance:
    case, rule = row[c.CASE], told.rules[row[c.RULE]]
    return Allowance(
        case=case,
        rule=rule,
        person=told.person(case, row[c.PERSON]),
        key=row[c.KEY] or "",
        used=row[c.USED],
        left=row[c.LEFT],
        next=row[c.NEXT],
        next_at=told.instant(case, row[c.NEXT_AT]),
        events=told.all_events(row[c.EVENTS]),
        words=bounds.allowance_words(rule, row, told),
        why=(*bounds.grounds(rule, row, told), *bounds.readings(rule)),
    )


def _note(row: Row, told: Lookup) -> Note:
    message, rule = inert(row[c.MESSAGE] or ""), told.rule(row[c.RULE])
    is_blocked = row[c.NOTE] == DRAFT and rule is not None and is_forbidding(rule)
    if is_blocked and rule:
        known = told.allowance(row[c.CASE], rule.id, (row[c.PERSON],))
        words = bounds.forbidden(known, told)
        message = f"{words[:1].upper()}{words[1:]}: {message}"
    events = told.all_events(row[c.EVENTS])
    if row[c.NOTE] == LEARNED_LATE and events[0].recorded:
        message = f"{message} It was recorded {events[0].recorded.local}."
    return Note(
        note=row[c.NOTE],
        case=row[c.CASE],
        rule=rule,
        person=told.person(row[c.CASE], row[c.PERSON]),
        events=events,
        message=message,
        is_blocked=is_blocked,
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
        next=next_words(row, told, book, decisions),
        decisions=shown,
        findings=findings,
        allowances=allowances,
        notes=notes,
    )
