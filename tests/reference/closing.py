"""Chapter 5 of docs/language.md, close: when a case is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.reference.keys import Keyed, is_nth, keyed, matches, matching, stretch_begins
from tests.reference.patterns import fitting
from tests.reference.rows import Decision, Status
from tests.reference.story import Event, Place, Story, place_of

from punctilio.model.decision import OPEN_STATUS, Verdict
from punctilio.model.rule import Close, Rule


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
    trigger: Event
    key: Keyed
    takes_effect_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None


def closed_by_events(story: Story, rules: Sequence[Rule]) -> list[Stretch]:
    return [
        _stretch(story, rule, rule.kind, event.place, keyed(story, rule.kind.key, event))
        for rule in rules
        if isinstance(rule.kind, Close) and rule.kind.silence_for is None
        for event in _triggers(story, rule.kind)
        if event.void is None
    ]


def silences(story: Story, rules: Sequence[Rule], closed: Sequence[Stretch]) -> list[Silence]:
    """``closed`` are the stretches that events began: nothing starts a silence inside one, and one breaks a silence."""
    return [
        _silence(story, rule, rule.kind, event, closed)
        for rule in rules
        if isinstance(rule.kind, Close) and rule.kind.silence_for is not None
        for event in _triggers(story, rule.kind)
        if not any(stretch.holds(event.place) for stretch in closed)
    ]


def closed_by_silence(story: Story, all_silences: Sequence[Silence]) -> list[Stretch]:
    return [
        _stretch(story, silence.rule, silence.kind, place_of(silence.takes_effect_at), silence.key)
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
        person=None,
        trigger=silence.trigger.spot,
        verdict=Verdict.CANCELLED if silence.ended_by else held,
        opens_at=silence.takes_effect_at,
        ended_by=silence.ended_by,
        ended_at=silence.ended_at,
    )


def _triggers(story: Story, kind: Close) -> list[Event]:
    return [event for event in fitting(story, kind.when) if _is_nth(story, kind, event)]


def _is_nth(story: Story, kind: Close, event: Event) -> bool:
    key = keyed(story, kind.key, event)
    rows = [(row, key) for row in matching(story, kind.when, key)]
    return is_nth(kind.nth, rows, event, stretch_begins(story, kind.since, key, event.place))


def _stretch(story: Story, rule: Rule, kind: Close, start: Place, key: Keyed) -> Stretch:
    """It ends with the first ``reopen`` event after it began."""
    reopenings = [e.place for e in matching(story, kind.reopen, key) if e.place > start and e.void is None]
    return Stretch(rule=rule.id, status=kind.status, start=start, end=min(reopenings, default=None))


def _silence(story: Story, rule: Rule, kind: Close, event: Event, closed: Sequence[Stretch]) -> Silence:
    """The earliest of an ``unless`` event, its trigger becoming void and a closing breaks it, up to its end."""
    assert kind.silence_for is not None
    key = keyed(story, kind.key, event)
    effect = story.later(event.at, kind.silence_for)
    words = [(e.place, "cancel") for e in fitting(story, kind.unless) if e.void is None and matches(story, key, e)]
    taken_back = [(event.void, "void")] if event.void else []
    closings = [(stretch.start, "close") for stretch in closed]
    breaks = [
        (place, order, how)
        for order, group in enumerate((words, taken_back, closings))
        for place, how in group
        if event.place < place < place_of(effect)
    ]
    ended = min(breaks, default=None)
    return Silence(
        rule=rule,
        kind=kind,
        trigger=event,
        key=key,
        takes_effect_at=effect,
        ended_at=ended[0][0] if ended else None,
        ended_by=ended[2] if ended else None,
    )
