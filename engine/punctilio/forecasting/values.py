"""What an account of a rule is made of. Sentences are harmless to print; names and values are as in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from punctilio.explanation import Allowance, Case, Decision, Event, Finding, Instant, Note
from punctilio.model.rule import Rule, Rulebook
from punctilio.value import Value


class State(StrEnum):
    """What a rule has to say of a case."""

    ACTIVE = "active"
    """It asks, or asked, for something: there are decisions, or it closed the case."""
    BROKEN = "broken"
    """It was broken, or advises otherwise."""
    HELD = "held"
    """There was something to judge, and it was in order."""
    IDLE = "idle"
    """Nothing brought it into play."""


class Failure(StrEnum):
    """Why a rule did nothing: the first condition that no event fulfils."""

    NO_EVENT = "no-event"
    NO_MATCH = "no-match"
    NO_PERSON = "no-person"
    OTHER_PERSON = "other-person"
    NTH = "nth"
    WHILE = "while"
    CLOSED = "closed"
    TAKEN_BACK = "taken-back"


class Condition(Value):
    """What an event should have been: ``field`` holds ``has`` (None for nothing) where ``wanted`` is asked for, in
    words. Of several people, ``field`` is that of the key."""

    field: str
    has: str | None
    wanted: str

    @property
    def words(self) -> str:
        """Such as ``its purpose is inquiry where thank-you is asked for``."""
        said = f"its {self.field} is {self.has}" if self.has is not None else f"it has no {self.field}"
        return f"{said} where {self.wanted} is asked for"


class Near(Value):
    """The event that came nearest, and what was wrong with it."""

    event: Event
    conditions: tuple[Condition, ...]

    @property
    def words(self) -> str:
        wrong = ", and ".join(condition.words for condition in self.conditions)
        return f"The nearest is {self.event.words}: {wrong}."


class Suggestion(Value):
    """Events that would change the answer, as lines of the log, and what would become of it, in words. The engine has
    judged the log with these lines."""

    lines: tuple[Mapping[str, object], ...]
    words: str


class Change(Value):
    """When the answer changes by itself, and how; never, where ``at`` is None."""

    at: Instant | None
    words: str


class Reason(Value):
    """Why a rule did nothing. ``event`` is the one that failed last."""

    failure: Failure
    words: str
    near: Near | None = None
    event: Event | None = None


class Asked(Value):
    """A decision: why it is not settled (``near``), which event would change it, and when it changes by itself."""

    decision: Decision
    near: Near | None
    suggestion: Suggestion | None
    change: Change


class Broken(Value):
    """A finding, and what would have kept it from being one."""

    finding: Finding
    suggestion: Suggestion | None


class Left(Value):
    """An allowance, and when it changes by itself."""

    allowance: Allowance
    change: Change


class Verdict(Value):
    """An event that a limit, a requirement or a check judged, and why it was in order or not."""

    event: Event
    is_in_order: bool
    words: str


class Account(Value, kw_only=True):
    """All that a rule says of a case: why, and why not. ``line`` is the line of the rule file in which its id stands,
    None where that cannot be read any more. ``left_out`` counts the decisions and findings that only all of them
    would tell."""

    rule: Rule
    state: State
    line: str | None
    readings: tuple[str, ...]
    asked: tuple[Asked, ...] = ()
    broken: tuple[Broken, ...] = ()
    left: tuple[Left, ...] = ()
    notes: tuple[Note, ...] = ()
    judged: tuple[Verdict, ...] = ()
    closing: tuple[str, ...] = ()
    reason: Reason | None = None
    suggestion: Suggestion | None = None
    change: Change
    left_out: int = 0


class Accounts(Value, kw_only=True):
    """What every rule says of a case, in the order of their ids. ``people`` are those who were asked for."""

    case: Case
    as_of: datetime
    known_at: datetime | None
    rulebook: Rulebook
    people: tuple[str, ...]
    accounts: tuple[Account, ...]
