"""What an explanation is made of. Sentences are harmless to print; names and values are as in the log.

Tuples with names are as frozen as data classes, and made in a third of the time, which every run of the command pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from punctilio.inert import inert
from punctilio.model.decision import Verdict
from punctilio.model.rule import Rule, Scalar
from punctilio.tables import columns as c
from punctilio.zones import zone_info

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DECISIVE: Final = {
    Verdict.EARLY: (c.OPENS_AT,),
    Verdict.MISSED: (c.EXPIRES_AT,),
    Verdict.LAPSED: (c.EXPIRES_AT,),
    Verdict.EXCUSED: (c.EXPIRES_AT,),
}
_OTHERWISE: Final = (c.DUE_AT, c.OPENS_AT, c.FROM_AT)
"""The instant by which a verdict was decided: the first of these that there is."""


class Instant(NamedTuple):
    """``utc`` has no zone of its own; ``zone`` is that of the person who reads."""

    utc: datetime
    zone: str

    @property
    def iso(self) -> str:
        return self.utc.isoformat() + "Z"

    @property
    def local(self) -> str:
        """Such as ``Wed 4 Mar 2026 11:00 EST``: the weekday, and never another language or order of day and month."""
        return _local(self.utc, self.zone)


@lru_cache(maxsize=4096)
def _local(utc: datetime, zone: str) -> str:
    """As a person reads it there. Many rows speak of the same few instants."""
    there = utc.replace(tzinfo=UTC)
    with suppress(OverflowError):  # a wall clock beyond the years 1 to 9999 stays in UTC
        there = there.astimezone(zone_info(zone))
    clock = f"{there:%H:%M:%S}" if there.second else f"{there:%H:%M}"
    month = _MONTHS[there.month - 1]
    return f"{_WEEKDAYS[there.weekday()]} {there.day} {month} {there.year} {clock} {there.tzname()}"


class Person(NamedTuple):
    """``name`` is what people call them, where the log says it."""

    key: str
    name: str | None = None

    @property
    def called(self) -> str:
        return inert(self.name or self.key)

    @property
    def words(self) -> str:
        return inert(f"{self.name} ({self.key})" if self.name and self.name != self.key else self.key)


class Event(NamedTuple):
    """An event of the log. ``place`` is its ``file:line``; ``values`` are the fields that it has, and ``dates``
    the days of those that were written as a day. ``recorded`` is when it was written down, if that is said."""

    type: str
    at: Instant
    id: str | None
    place: str
    values: Mapping[str, Any]
    dates: Mapping[str, date]
    recorded: Instant | None = None

    @property
    def words(self) -> str:
        named = f"{self.id}, {self.place}" if self.id else self.place
        return inert(f"{self.type} {self.at.local} ({named})")


class Proposal(NamedTuple):
    """The proposed action: a future event. ``to`` is nobody where no person fits, which never removes an action."""

    type: str
    fields: Mapping[str, Scalar | tuple[Scalar, ...]]
    template: str | None
    to: Person | None
    through: Person | None
    words: str


class Decision(NamedTuple):
    """An instance of an expectation, or the silence of a close.

    Its reasons: ``arithmetic`` (where its instants come from, by column), ``outcome`` (what settled or ended it, and
    what came near), ``obstacles`` (what forbids it or advises against it), ``readings`` (the parameters that decided).
    """

    id: str
    case: str
    rule: Rule
    person: Person | None
    verdict: str
    verdict_words: str
    opens: Instant | None
    due: Instant | None
    expires: Instant | None
    trigger: Event
    done: Event | None
    ended: Event | None
    ended_at: Instant | None
    ended_by: str | None
    waiver: Event | None
    blocked_by: Rule | None
    blocked_until: Instant | None
    warned_by: tuple[str, ...]
    near: tuple[Event, ...]
    finding_at: Instant | None
    do: Proposal | None
    arithmetic: Mapping[str, str]
    outcome: tuple[str, ...]
    obstacles: tuple[str, ...]
    readings: tuple[str, ...]

    @property
    def grounds(self) -> tuple[str, ...]:
        """What it arose from, and where its instants come from."""
        return (f"It arose from {self.trigger.words}.", *self.arithmetic.values())

    @property
    def why(self) -> tuple[str, ...]:
        return (*self.grounds, *self.outcome, *self.obstacles, *self.readings)

    @property
    def why_in_short(self) -> tuple[str, ...]:
        """The event it arose from, the one instant that decided, what became of it, and by which readings."""
        columns = _DECISIVE.get(Verdict(self.verdict), _OTHERWISE)
        decisive = next((self.arithmetic[name] for name in columns if name in self.arithmetic), "")
        return tuple(part for part in (self.grounds[0], decisive, *self.outcome, *self.readings) if part)


class Finding(NamedTuple):
    """A breach. ``events`` begins with the one that broke the rule, or that an expectation arose from;
    ``allowed_at`` is when one that came too near the one before would have been allowed."""

    case: str
    rule: Rule
    level: str
    person: Person | None
    people: tuple[Person, ...]
    at: Instant
    events: tuple[Event, ...]
    decision: str | None
    used: int | None
    allowed: int | None
    allowed_at: Instant | None
    message: str
    why: tuple[str, ...]


class Allowance(NamedTuple):
    """What a limit or require still allows; ``left`` is None where there is no bound.
    ``events`` are the latest that are used up."""

    case: str
    rule: Rule
    person: Person | None
    key: str
    used: int
    left: int | None
    next: str
    next_at: Instant | None
    events: tuple[Event, ...]
    words: str
    why: tuple[str, ...]

    @property
    def is_free(self) -> bool:
        """Whether nothing is used up and nothing stands in the way."""
        return self.next == "now" and (not self.used or self.left is None)


class Note(NamedTuple):
    """Worth knowing, and no finding. ``case`` is None for a note on the run; ``is_blocked`` is said of a draft that a
    `must` rule forbids to send."""

    note: str
    case: str | None
    rule: Rule | None
    person: Person | None
    events: tuple[Event, ...]
    message: str
    is_blocked: bool


class Case(NamedTuple):
    """All that is said of one case. ``next`` is its next step, or what it waits for, or why it is closed."""

    case: str
    status: str
    zone: str
    now: Instant
    since: Instant | None
    rule: Rule | None
    event: Event | None
    waits_for: str | None
    waits_until: Instant | None
    next: str
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    allowances: tuple[Allowance, ...]
    notes: tuple[Note, ...]


class Explanation(NamedTuple):
    """An evaluation, explained: its cases in order, and what is to be said of the run as a whole."""

    cases: tuple[Case, ...]
    notes: tuple[Note, ...]
