"""The slow evaluator: it follows docs/language.md sentence by sentence, one event after the other.

It shares nothing with the engine but the values of ``punctilio.model``, so that the two can prove each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from punctilio.model.decision import OPEN_STATUS, UNSETTLED, Level, Verdict
from punctilio.model.rule import Check, Distinct, Expect, Force, Limit, Require, Rule, Rulebook
from punctilio.model.vocabulary import WAIVER
from tests.reference import checking, closing, expecting, limiting, proposing, requiring
from tests.reference.expecting import Instance
from tests.reference.instants import utc
from tests.reference.keys import Keyed, keys_of, matching, wanted_keys
from tests.reference.patterns import fitting
from tests.reference.rows import Decision, Finding, Reference, Spot
from tests.reference.story import Event, Json, Story, addressees, instant_in, stories

LEVELS = {Force.MUST: Level.ERROR, Force.SHOULD: Level.WARNING}
Ids = Mapping[tuple[str, str, str | None, Spot], str]
"""The ids of decisions, by rule, case, person and trigger: they only break ties between proposals."""


def evaluate(
    rulebook: Rulebook,
    events: Sequence[Json],
    as_of: datetime,
    ids: Ids | None = None,
    known_at: datetime | None = None,
) -> Reference:
    """Judge events as they were logged, each with its ``file`` (a number) and ``line`` added."""
    known = utc(known_at) if known_at else None
    told = [_told(story, ids or {}) for story in stories(rulebook, events, utc(as_of), known)]
    return Reference(
        decisions=tuple(row for one in told for row in one.decisions),
        findings=tuple(row for one in told for row in one.findings),
        allowances=tuple(row for one in told for row in one.allowances),
        statuses=tuple(row for one in told for row in one.statuses),
    )


def _told(story: Story, ids: Ids) -> Reference:
    """One case."""
    rules = story.rulebook.rules
    by_events = closing.closed_by_events(story, rules)
    silences = closing.silences(story, rules, by_events)
    closed = by_events + closing.closed_by_silence(story, silences)
    expects = [rule for rule in rules if isinstance(rule.kind, Expect)]
    judged = [_judged(story, one) for rule in expects for one in expecting.instances(story, rule, closed)]
    decided = _arbitrated(story, judged, ids)
    status = closing.status(story, closed)
    return Reference(
        decisions=tuple(_decision(one) for one in decided) + tuple(closing.decision(story, s) for s in silences),
        findings=tuple(_findings(story, decided)),
        allowances=tuple(proposing.allowances(story, rules)) if status.status == OPEN_STATUS else (),
        statuses=(status,),
    )


# ── the verdict of each instance ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    story: Story
    instance: Instance
    verdict: Verdict
    finding_at: datetime | None
    blocked_by: str | None = None
    blocked_until: datetime | None = None
    to: str | None = None
    through: str | None = None
    warned_by: tuple[str, ...] = ()


def _judged(story: Story, instance: Instance) -> Judged:
    """Everything but what the other proposals of this run decide."""
    forbidden_at_due = _was_forbidden(story, instance, instance.due_at)
    forbidden_at_expiry = _was_forbidden(story, instance, instance.expires_at)
    return Judged(
        story=story,
        instance=instance,
        verdict=_verdict(story, instance, forbidden_at_expiry),
        finding_at=expecting.breach_at(instance, forbidden_at_due, forbidden_at_expiry, story.as_of),
    )


def _was_forbidden(story: Story, instance: Instance, at: datetime | None) -> bool:
    if instance.kind.action is None or at is None or at > story.as_of:
        return False
    event, _, _ = proposing.proposed(story, instance.kind.action, instance.person, at)
    return bool(proposing.breached(story, story.rulebook.rules, Force.MUST, event, ()))


def _verdict(story: Story, instance: Instance, forbidden_at_expiry: bool) -> Verdict:
    settled = expecting.settled_verdict(instance)
    if settled:
        return settled
    if _is_excused(story, instance):
        return Verdict.WAIVED
    if instance.expires_at is not None and story.as_of > instance.expires_at:
        undone = Verdict.LAPSED if instance.due_at is None else Verdict.MISSED
        return Verdict.EXCUSED if forbidden_at_expiry else undone
    if story.as_of < instance.opens_at:
        return Verdict.WAITING
    return expecting.open_verdict(instance, story.as_of)


def _is_waived(story: Story, rule: Rule, person: str | None, at: datetime) -> bool:
    """Whether a waiver of the rule, for everybody or this person, covers that instant."""
    waivers = [event for event in story.events if event.type == WAIVER and event.fields["rule"] == rule.id]
    return any(
        waiver.fields.get("person") in (None, person) and at <= (instant_in(waiver, "expires_at") or at)
        for waiver in waivers
    )


# ── proposals ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _arbitrated(story: Story, all_judged: Iterable[Judged], ids: Ids) -> list[Judged]:
    """Open actions are admitted in a fixed order; those a ``must`` rule forbids are blocked and use nothing up."""
    admitted: list[Event] = []
    decided: list[Judged] = []
    for judged in sorted(all_judged, key=lambda one: _precedence(one, ids)):
        if judged.instance.kind.action is None or judged.verdict not in UNSETTLED or judged.verdict is Verdict.WAITING:
            decided.append(judged)
            continue
        one, event = _proposed(story, judged, admitted)
        decided.append(one)
        if one.verdict is not Verdict.BLOCKED:
            admitted.append(event)
    return decided


def _precedence(judged: Judged, ids: Ids) -> tuple[int, bool, object, str, str, str, Spot]:
    """Force, due (none last), rule id, person, decision id."""
    one = judged.instance
    spot = one.trigger.spot
    decision_id = ids.get((one.rule.id, judged.story.case, one.person, spot), "")
    due = one.due_at or judged.story.as_of
    force = list(Force).index(one.rule.force or Force.MAY)
    return (force, one.due_at is None, due, one.rule.id, one.person or "", decision_id, spot)


def _proposed(story: Story, judged: Judged, admitted: Sequence[Event]) -> tuple[Judged, Event]:
    action = judged.instance.kind.action
    assert action is not None
    event, to, through = proposing.proposed(story, action, judged.instance.person, story.as_of)
    blockers = proposing.breached(story, story.rulebook.rules, Force.MUST, event, admitted)
    warners = proposing.breached(story, story.rulebook.rules, Force.SHOULD, event, admitted)
    return Judged(
        story=story,
        instance=judged.instance,
        verdict=Verdict.BLOCKED if blockers else judged.verdict,
        finding_at=judged.finding_at,
        blocked_by=min((rule.id for rule in blockers), default=None),
        blocked_until=proposing.blocked_until(story, blockers, event, admitted) if blockers else None,
        to=to,
        through=through,
        warned_by=tuple(sorted(rule.id for rule in warners)),
    ), event


def _decision(judged: Judged) -> Decision:
    one = judged.instance
    return Decision(
        case=judged.story.case,
        rule=one.rule.id,
        person=one.person,
        trigger=one.trigger.spot,
        verdict=judged.verdict,
        opens_at=one.opens_at,
        due_at=one.due_at,
        expires_at=one.expires_at,
        done=one.done.spot if one.done else None,
        ended_by=one.ended_by,
        ended_at=one.ended_at,
        blocked_by=judged.blocked_by,
        blocked_until=judged.blocked_until,
        finding_at=judged.finding_at,
        to=judged.to,
        through=judged.through,
        warned_by=judged.warned_by,
    )


# ── findings ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _findings(story: Story, decided: Iterable[Judged]) -> list[Finding]:
    """What is broken by rules that bind, waivers aside."""
    missed = [_missed(story, one) for one in decided if one.finding_at and not _is_excused(story, one.instance)]
    breached = [
        one for rule in story.rulebook.rules for one in _breaches(story, rule) if not _is_lifted(story, rule, one)
    ]
    return [finding for finding in (*missed, *breached) if finding.level in LEVELS.values()]


def _is_excused(story: Story, instance: Instance) -> bool:
    """Whether a waiver covers the instance's due, else the as-of instant."""
    return _is_waived(story, instance.rule, instance.person, instance.due_at or story.as_of)


def _is_lifted(story: Story, rule: Rule, finding: Finding) -> bool:
    return _is_waived(story, rule, finding.person, finding.at)


def _missed(story: Story, judged: Judged) -> Finding:
    assert judged.finding_at is not None
    one = judged.instance
    people = (one.person,) if one.person is not None else ()
    return _finding(story, one.rule, one.trigger, one.person, people, judged.finding_at)


def _breaches(story: Story, rule: Rule) -> Iterable[Finding]:
    match rule.kind:
        case Limit():
            return _excesses(story, rule, rule.kind)
        case Require():
            return _omissions(story, rule, rule.kind)
        case Check():
            return _faults(story, rule, rule.kind)
        case _:
            return ()


def _excesses(story: Story, rule: Rule, limit: Limit) -> Iterable[Finding]:
    for event in fitting(story, limit.of):
        for key in keys_of(story, limit.key, event):
            judged = limiting.judge(story, limit, key, matching(story, limit.of, key), event)
            if judged.is_breach:
                numbers = (judged.used, limit.at_most) if judged.is_too_many else (None, None)
                yield _finding(
                    story, rule, event, _person(story, key, event), addressees(story, event), event.at, *numbers
                )


def _omissions(story: Story, rule: Rule, require: Require) -> Iterable[Finding]:
    for event in fitting(story, require.of):
        for key in wanted_keys(story, require.key, event):
            if not requiring.is_met(story, require, key, event.place):
                yield _finding(story, rule, event, _person(story, key, event), addressees(story, event), event.at)


def _faults(story: Story, rule: Rule, check: Check) -> Iterable[Finding]:
    for event in fitting(story, check.of):
        for condition in check.conditions:
            if checking.is_broken(story, check, condition, event):
                people = addressees(story, event)
                other = checking.twin(story, check, condition.field, event) if isinstance(condition, Distinct) else None
                both = tuple(sorted({*people, *(addressees(story, other) if other else ())}))
                yield _finding(story, rule, event, _only(people), both, event.at)


def _person(story: Story, key: Keyed, event: Event) -> str | None:
    """That of the key, else the only addressee."""
    return next((str(person) for person in key.get("person", ())), _only(addressees(story, event)))


def _only(people: tuple[str, ...]) -> str | None:
    return people[0] if len(people) == 1 else None


def _finding(
    story: Story,
    rule: Rule,
    event: Event,
    person: str | None,
    people: tuple[str, ...],
    at: datetime,
    used: int | None = None,
    allowed: int | None = None,
) -> Finding:
    return Finding(
        case=story.case,
        rule=rule.id,
        level=LEVELS.get(rule.force or Force.MAY, Level.ADVICE),
        person=person,
        people=people,
        event=event.spot,
        at=at,
        used=used,
        allowed=allowed,
    )
