"""Chapter 5 of docs/language.md, close: when a case is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from punctilio.model.decision import OPEN_STATUS, Verdict
from punctilio.model.rule import Close, Rule
from tests.reference.keys import Trigger, matching, triggers
from tests.reference.rows import Decision, Status
from tests.reference.story import Place, Story, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time in which a rule holds the case closed: from its start (inclusive) to its end (exclusive)."""

    rule: str
    status: str
    start: Place
    end: Place | None

    @property
    def at(self) -> datetime:
        return self.start[0]

    def holds(self, place: Place) -> bool:
        return self.start <= place and (self.end is None or place < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How a silence went: ``ended`` and ``ended_by`` where something broke it."""

    rule: Rule
    kind: Close
    trigger: Trigger
    takes_effect_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None


def closed_by_events(story: Story, rules: Sequence[Rule]) -> list[Stretch]:
    return [
        _stretch(story, rule, rule.kind, trigger.place, trigger)
        for rule in rules
        if isinstance(rule.kind, Close) and rule.kind.silence_for is None
        for trigger in _triggers(story, rule.kind)
        if trigger.event.void is None
    ]


def silences(story: Story, rules: Sequence[Rule], closed: Sequence[Stretch]) -> list[Silence]:
    """``closed`` are the stretches that events began: nothing starts a silence inside one, and one breaks a silence."""
    return [
        _silence(story, rule, rule.kind, trigger, closed)
        for rule in rules
        if isinstance(rule.kind, Close) and rule.kind.silence_for is not None
        for trigger in _triggers(story, rule.kind)
        if not any(stretch.holds(trigger.place) for stretch in closed)
    ]


def closed_by_silence(story: Story, all_silences: Sequence[Silence]) -> list[Stretch]:
    return [
        _stretch(story, silence.rule, silence.kind, place_of(silence.takes_effect_at), silence.trigger)
        for silence in all_silences
        if silence.ended_by is None and silence.takes_effect_at <= story.as_of
    ]


def status(story: Story, stretches: Sequence[Stretch]) -> Status:
    """That of the stretch in force which began last, then by rule id."""
    in_force = [stretch for stretch in stretches if stretch.holds(story.now)]
    if not in_force:
        return Status(case=story.case, status=OPEN_STATUS)
    last = min((s for s in in_force if s.start == max(s.start for s in in_force)), key=lambda s: s.rule)
    return Status(case=story.case, status=last.status, since_at=last.at, rule=last.rule)


def decision(story: Story, silence: Silence) -> Decision:
    held = Verdict.SATISFIED if silence.takes_effect_at <= story.as_of else Verdict.WAITING
    return Decision(
        case=story.case,
        rule=silence.rule.id,
        person=silence.trigger.person,
        trigger=silence.trigger.event.spot,
        verdict=Verdict.CANCELLED if silence.ended_by else held,
        opens_at=silence.takes_effect_at,
        ended_by=silence.ended_by,
        ended_at=silence.ended_at,
    )


def _triggers(story: Story, kind: Close) -> list[Trigger]:
    return triggers(story, kind.when, kind.key, nth=kind.nth, since=kind.since)


def _stretch(story: Story, rule: Rule, kind: Close, start: Place, trigger: Trigger) -> Stretch:
    """It ends with the first ``reopen`` event after it began."""
    reopenings = [e.place for e in matching(story, kind.reopen, trigger.key) if e.place > start and e.void is None]
    return Stretch(rule=rule.id, status=kind.status, start=start, end=min(reopenings, default=None))


def _silence(story: Story, rule: Rule, kind: Close, trigger: Trigger, closed: Sequence[Stretch]) -> Silence:
    """The earliest of an ``unless`` event and a closing breaks it,
    up to its end, and its trigger becoming void, whenever."""
    assert kind.silence_for is not None
    effect = story.later(trigger.event.at, kind.silence_for)
    words = [(event.place, "cancel") for event in matching(story, kind.unless, trigger.key) if event.void is None]
    taken_back = [(trigger.event.void, "void")] if trigger.event.void else []
    closings = [(stretch.start, "close") for stretch in closed]
    breaks = [
        (place, order, how)
        for order, group in enumerate((words, taken_back, closings))
        for place, how in group
        if how == "void" or trigger.place < place < place_of(effect)
    ]
    ended = min(breaks, default=None)
    return Silence(
        rule=rule,
        kind=kind,
        trigger=trigger,
        takes_effect_at=effect,
        ended_at=ended[0][0] if ended else None,
        ended_by=ended[2] if ended else None,
    )
