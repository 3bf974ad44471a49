"""Chapter 5 of docs/language.md, expect: something should follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from punctilio.model.decision import Verdict
from punctilio.model.rule import Expect, Rule
from tests.reference.closing import Stretch
from tests.reference.instants import just_after
from tests.reference.keys import Keyed, Trigger, interval, matching, triggers
from tests.reference.story import Event, Place, Story, instant_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Something that is expected after a trigger, and how it went as far as the log tells."""

    rule: Rule
    kind: Expect
    row: Trigger
    from_at: datetime
    opens_at: datetime
    due_at: datetime | None
    expires_at: datetime | None
    done: Event | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def trigger(self) -> Event:
        return self.row.event

    @property
    def person(self) -> str | None:
        return self.row.person

    @property
    def key(self) -> Keyed:
        return self.row.key

    def is_over_by(self, instant: datetime) -> bool:
        """Settled or ended by that instant."""
        over_at = self.done.at if self.done else self.ended_at
        return over_at is not None and over_at <= instant


# ── opening ───────────────────────────────────────────────────────────────────────────────────────────────────────


def instances(story: Story, rule: Rule, closed: Sequence[Stretch]) -> list[Instance]:
    assert isinstance(rule.kind, Expect)
    opened = [_instance(story, rule, rule.kind, row) for row in _openings(story, rule.kind, closed)]
    return [_gone(story, instance, opened, closed) for instance in opened]


def _openings(story: Story, kind: Expect, closed: Sequence[Stretch]) -> list[Trigger]:
    rows = triggers(story, kind.when, kind.key, each=kind.each, nth=kind.nth, since=kind.since)
    return [
        row
        for row in rows
        if (kind.during is None or interval(story, kind.during, row.key, row.event))
        and not any(stretch.holds(row.place) for stretch in closed)
    ]


def _instance(story: Story, rule: Rule, kind: Expect, row: Trigger) -> Instance:
    window, trigger = kind.window, row.event
    start = (instant_in(trigger, window.from_field) if window.from_field else None) or trigger.at
    opens = story.bound(trigger, start, window.opens, second=False)
    return Instance(
        rule=rule,
        kind=kind,
        row=row,
        from_at=start,
        opens_at=min(trigger.at, start) if opens is None else opens,
        due_at=_due(story, kind, row, start),
        expires_at=story.bound(trigger, start, window.expires),
    )


def _due(story: Story, kind: Expect, row: Trigger, start: datetime) -> datetime | None:
    """The window's, or the first ``before`` event after the trigger if that is earlier."""
    own = story.bound(row.event, start, kind.window.due)
    firsts = [e.at for e in matching(story, kind.before, row.key) if e.place > row.place and e.void is None][:1]
    return min((at for at in (own, *firsts) if at is not None), default=None)


# ── settling and ending ───────────────────────────────────────────────────────────────────────────────────────────


def _gone(story: Story, instance: Instance, opened: Sequence[Instance], closed: Sequence[Stretch]) -> Instance:
    """The instance with what settled it, or else what ended it."""
    done = _settled_by(story, instance)
    ended = _ended(story, instance, opened, closed)
    limit = instance.expires_at
    if ended and (limit is None or ended[0][0] <= limit) and (done is None or ended[0] < done.place):
        return replace(instance, ended_by=ended[1], ended_at=ended[0][0])
    return replace(instance, done=done)


def _settled_by(story: Story, instance: Instance) -> Event | None:
    """The first event that fits ``until``, from the trigger on or from ``from`` where that is earlier."""
    trigger = instance.trigger
    first = next(
        (
            event
            for event in matching(story, instance.kind.until, instance.key)
            if event is not trigger
            and event.void is None
            and (event.place > trigger.place or (instance.from_at < trigger.at and event.at >= instance.from_at))
        ),
        None,
    )
    is_in_time = first and (instance.expires_at is None or first.at <= instance.expires_at)
    return first if is_in_time else None


def _ended(
    story: Story, instance: Instance, opened: Sequence[Instance], closed: Sequence[Stretch]
) -> tuple[Place, str] | None:
    """The earliest of what ends it; at one place in this order."""
    after = instance.trigger.place
    cancelling = matching(story, instance.kind.cancel, instance.key)
    cancels = [event.place for event in cancelling if event.begins > after and event.void is None]
    voids = [instance.trigger.void] if instance.trigger.void else []
    closings = [stretch.start for stretch in closed if stretch.start > after]
    restarts = [other.trigger.place for other in opened if instance.kind.restarts and _replaces(other, instance)]
    groups = {"cancel": cancels, "void": voids, "close": closings, "restart": restarts}
    ends = [(place, order, how) for order, (how, places) in enumerate(groups.items()) for place in places]
    first = min(ends, default=None)
    return (first[0], first[2]) if first else None


def _replaces(other: Instance, instance: Instance) -> bool:
    return other.row.has_key_of(instance.row) and other.row.place > instance.row.place


# ── verdicts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def settled_verdict(instance: Instance) -> Verdict | None:
    """The verdict of an instance that was settled or ended."""
    if instance.done:
        if instance.done.at < instance.opens_at:
            return Verdict.EARLY
        return Verdict.SATISFIED if instance.due_at is None or instance.done.at <= instance.due_at else Verdict.LATE
    if instance.ended_by:
        return Verdict.REPLACED if instance.ended_by == "restart" else Verdict.CANCELLED
    return None


def open_verdict(instance: Instance, as_of: datetime) -> Verdict:
    """The verdict of one in its window that nothing blocks."""
    if instance.due_at is None:
        return Verdict.OPEN
    return Verdict.OVERDUE if as_of > instance.due_at else Verdict.DUE


def breach_at(
    instance: Instance, forbidden_at_due: bool, forbidden_at_expiry: bool, as_of: datetime
) -> datetime | None:
    """The instant after ``due``; where the action was forbidden then, after ``expires``, if it was not then."""
    limit = instance.expires_at if forbidden_at_due else instance.due_at
    if limit is None or instance.is_over_by(limit) or (forbidden_at_due and forbidden_at_expiry):
        return None
    at = just_after(limit)
    return at if at <= as_of else None
