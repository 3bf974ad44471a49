"""What the promises of case files have tried: of each, what it says and what is so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from punctilio.casefiles.comparing import fits, spoken_of
from punctilio.casefiles.judging import Row
from punctilio.casefiles.model import CaseFile, Promise
from punctilio.casefiles.trying import Answer, TriedFile
from punctilio.coverage.targets import EDGES, Effect, Target
from punctilio.history import history
from punctilio.matching import scene_of
from punctilio.model.decision import Verdict
from punctilio.model.rule import Check, Close, Expect, Force, Limit, Require, Rule, Rulebook
from punctilio.selection import DRAFT
from punctilio.tables import columns as c
from punctilio.tables.tables import Log

NEAR: Final = timedelta(seconds=1)
"""What is no farther from an edge is just before or just after it."""


def reached(file: TriedFile, rulebook: Rulebook) -> frozenset[Target]:
    """What a case file covers of a rulebook: by its promises that are kept, of rules that stand in the
    same place, with whatever parameters and overrides."""
    if file.file is None or file.rulebook is None:
        return frozenset()
    here = {rule.id: rule.location for rule in rulebook.rules}
    same = {rule.id for rule in file.rulebook.rules if here.get(rule.id) == rule.location}
    kept = [answer for answer in file.answers if not answer.differences]
    found = {target for answer in kept for target in _of_answer(file.file, answer, file.rulebook, file.log)}
    found |= set(_reopened(file.file, kept))
    return frozenset(target for target in found if target.rule in same)


def _of_answer(file: CaseFile, answer: Answer, rulebook: Rulebook, log: Log | None) -> Iterator[Target]:
    rules = {rule.id: rule for rule in rulebook.rules}
    for seen in answer.seen:
        rows = {section: spoken_of(section, file, answer.promise, seen.rows) for section in seen.rows}
        for row in _stated(rows["decisions"], answer.promise):
            yield from _of_decision(row, answer.promise, rules[row[c.RULE]].kind)
        found = set(_of_findings(file, answer.promise, rows, rulebook))
        yield from found
        if answer.promise.notes is not None:
            yield from _of_drafts(rows["notes"], rules)
        if log is not None:
            yield from _fine_beside(found, rows["findings"], rulebook, log, seen.at)
        for row in rows["statuses"]:
            if row[c.RULE] is not None:
                yield Target(row[c.RULE], Effect.CLOSED)


def _stated(decisions: Iterable[Row], promise: Promise) -> Iterator[Row]:
    """The decisions whose verdict the promise says."""
    lines = [line for line in promise.decisions if c.VERDICT in line.values]
    return (row for row in decisions if any(fits(line, row) for line in lines))


def _of_decision(row: Row, promise: Promise, kind: object) -> Iterator[Target]:
    rule = row[c.RULE]
    yield Target(rule, row[c.VERDICT])
    if isinstance(kind, Close):
        if row[c.VERDICT] == Verdict.SATISFIED:
            yield Target(rule, Effect.CLOSED)
        return
    if row[c.BLOCKED_BY] is not None:
        yield Target(row[c.BLOCKED_BY], Effect.BLOCKED)
    yield from (Target(warning, Effect.WARNED) for warning in row[c.WARNED_BY] or ())
    if isinstance(kind, Expect):
        yield from _edges(row, promise)


def _edges(row: Row, promise: Promise) -> Iterator[Target]:
    """The sides of edges at which it was judged undone, or was done."""
    first, last = promise.first, promise.last
    if row[c.DONE_AT] is not None:
        first = last = row[c.DONE_AT]
    elif row[c.ENDED_BY] is not None or row[c.WAIVER] is not None:
        return
    for edge in EDGES:
        at: datetime | None = row[f"{edge}_at"]
        if at is not None:
            sides: Mapping[str, bool] = {
                "just before": first < at and last >= at - NEAR,
                "at": first <= at <= last,
                "just after": last > at and first <= at + NEAR,
            }
            yield from (Target(row[c.RULE], side, edge) for side, is_tried in sides.items() if is_tried)


def _of_drafts(notes: Iterable[Row], rules: Mapping[str, Rule]) -> Iterator[Target]:
    """What was said of drafts, which are proposals too."""
    for row in notes:
        kind = rules[row[c.RULE]].kind if row[c.NOTE] == DRAFT else None
        if isinstance(kind, Limit | Require):
            force = rules[row[c.RULE]].force
            yield Target(row[c.RULE], Effect.BLOCKED if force is Force.MUST else Effect.WARNED)


def _of_findings(
    file: CaseFile, promise: Promise, rows: Mapping[str, list[Any]], rulebook: Rulebook
) -> Iterator[Target]:
    """Where a limit, a requirement or a check found something, and where it was set off and found nothing."""
    broken = {row[c.RULE] for row in rows["findings"]}
    advised = {row[c.RULE] for row in rows["notes"] if row[c.NOTE] == "advice"}
    idle = {row[c.RULE] for row in rows["notes"] if row[c.NOTE] == "vacuous"}
    for rule in rulebook.rules:
        is_looked_at = not file.only or rule.id in file.only
        if isinstance(rule.kind, Expect | Close) or not is_looked_at or rule.id in idle:
            continue
        if rule.force is not Force.MAY:
            yield Target(rule.id, Effect.FINDING if rule.id in broken else Effect.CLEAR)
        elif promise.notes is not None:
            yield Target(rule.id, Effect.ADVICE if rule.id in advised else Effect.CLEAR)


def _fine_beside(
    found: Iterable[Target], findings: Iterable[Row], rulebook: Rulebook, log: Log, at: datetime
) -> Iterator[Target]:
    """Of the rules that found something, those that also looked at an event without finding anything."""
    broken = {target.rule for target in found if target.what == Effect.FINDING}
    kinds = {r.id: r.kind for r in rulebook.rules if r.id in broken and isinstance(r.kind, Limit | Require | Check)}
    if not kinds:
        return
    seen = history(rulebook, log, at.replace(tzinfo=UTC))
    scene = scene_of(seen, [kind.of for kind in kinds.values()])
    for rule, kind in kinds.items():
        events = {str(row[c.EVENT]) for row in findings if row[c.RULE] == rule}
        if len(scene.fitting[kind.of.pattern]) > len(events):
            yield Target(rule, Effect.CLEAR)


def _reopened(file: CaseFile, kept: Iterable[Answer]) -> Iterator[Target]:
    """Closes that were in force at one instant, and no longer at a later one."""
    in_order = sorted(kept, key=lambda answer: answer.promise.first)
    closed: dict[str, str] = {}
    for answer in in_order:
        for row in spoken_of("statuses", file, answer.promise, answer.seen[0].rows):
            before = closed.pop(row[c.CASE], None)
            if before is not None and before != row[c.RULE]:
                yield Target(before, Effect.REOPENED)
            if row[c.RULE] is not None:
                closed[row[c.CASE]] = row[c.RULE]
