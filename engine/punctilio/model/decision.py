"""The words a judgement is made of."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What an instance of an expectation (or a pending close) is at the as-of instant."""

    WAITING = "waiting"
    DUE = "due"
    OPEN = "open"
    OVERDUE = "overdue"
    BLOCKED = "blocked"
    SATISFIED = "satisfied"
    LATE = "late"
    EARLY = "early"
    MISSED = "missed"
    LAPSED = "lapsed"
    EXCUSED = "excused"
    CANCELLED = "cancelled"
    WAIVED = "waived"
    REPLACED = "replaced"


ACTIONABLE = (Verdict.DUE, Verdict.OPEN, Verdict.OVERDUE)
UNSETTLED = (Verdict.WAITING, *ACTIONABLE, Verdict.BLOCKED)


class Level(StrEnum):
    """How grave a finding is, by the force of its rule."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Next(StrEnum):
    """When the next one is allowed."""

    NOW = "now"
    AT = "at"
    NEVER = "never"


OPEN_STATUS = "open"
