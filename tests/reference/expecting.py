"""Chapter 5 of docs/language.md, expect: something should follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tests.reference.closing import Stretch
from tests.reference.instants import just_after
from tests.reference.keys import Keyed, is_nth, keyed, matching, spans, stretch_begins
from tests.reference.patterns import fitting
from tests.reference.story import Event, Place, Story, Value, instant_in

from punctilio.model.decision import Verdict
from punctilio.model.rule import Expect, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Something that is expected after a trigger, and how it went as far as the log tells."""

    rule: Rule
    kind: Expect
    trigger: Event
    person: str | None
    key: Keyed
    from_at: datetime
    opens_at: datetime
    due_at: datetime | None
    expires_at: datetime | None
    done: Event | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def is_undone(self) -> bool:
        return self.done is None and self.ended_by is None

    def is_over_by(self, instant: datetime) -> bool:
        """Settled or ended by that instant."""
        over_at = self.done.at if self.done else self.ended_at
        return over_at is not None and over_at <= instant


# ── opening ───────────────────────────────────────────────────────────────────────────────────────────────────────


def instances(story: Story, rule: Rule, closed: Sequence[Stretch]) -> list[Instance]:
    assert isinstance(rule.kind, Expect)
    opened = [_instance(story, rule, rule.kind, *row) for row in _openings(story, rule.kind, closed)]
    return [_gone(story, instance, opened, closed) for instance in opened]


def _openings(story: Story, kind: Expect, closed: Sequence[Stretch]) -> list[tuple[Event, str | None, Keyed]]:
    rows = _rows(story, kind)
    return [
        (event, person, key)
        for event, person, key in rows
        if _counts(story, kind, rows, event, key)
        and (kind.during is None or any(s.holds(event) for s in spans(story, kind.during, key, event.place)))
        and not any(stretch.holds(event.place) for stretch in closed)
    ]


def _rows(story: Story, kind: Expect) -> list[tuple[Event, str | None, Keyed]]:
    """A row for each event that fits ``when``; with ``each``, one for each distinct person in that field."""
    rows: list[tuple[Event, str | None, Keyed]] = []
    for event in fitting(story, kind.when):
        key = keyed(story, kind.key, event)
        if kind.each is None:
            rows.append((event, None, key))
            continue
        value = event.fields.get(kind.each, ())
        for person in sorted(set(value) if isinstance(value, tuple) else {str(value)}):
            own: dict[str, frozenset[Value]] = {"person": frozenset({person})} if "person" in key else {}
            rows.append((event, person, {**key, **own}))
    return rows


def _counts(
    story: Story, kind: Expect, rows: Sequence[tuple[Event, str | None, Keyed]], event: Event, key: Keyed
) -> bool:
    """Whether the row is the n-th of its key; an event counts once in a key, whoever it concerns."""
    same: dict[Place, tuple[Event, Keyed]] = {}
    for other, _, other_key in rows:
        if all(other_key[name] & key[name] for name in key):
            same[other.place] = (other, other_key)
    return is_nth(kind.nth, list(same.values()), event, stretch_begins(story, kind.since, key, event.place))


def _instance(story: Story, rule: Rule, kind: Expect, trigger: Event, person: str | None, key: Keyed) -> Instance:
    window = kind.window
    start = (instant_in(trigger, window.from_field) if window.from_field else None) or trigger.at
    opens = story.bound(trigger, start, window.opens, second=False)
    return Instance(
        rule=rule,
        kind=kind,
        trigger=trigger,
        person=person,
        key=key,
        from_at=start,
        opens_at=min(trigger.at, start) if opens is None else opens,
        due_at=_due(story, kind, trigger, start, key),
        expires_at=story.bound(trigger, start, window.expires),
    )


def _due(story: Story, kind: Expect, trigger: Event, start: datetime, key: Keyed) -> datetime | None:
    """The window's, or the first ``before`` event after the trigger if that is earlier."""
    own = story.bound(trigger, start, kind.window.due)
    firsts = [e.at for e in matching(story, kind.before, key) if e.place > trigger.place and e.void is None][:1]
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
    has_same_key = all(other.key[name] & instance.key[name] for name in instance.key)
    return has_same_key and other.trigger.place > instance.trigger.place


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
