"""What the slow evaluator answers: rows that mean the same as those of ``punctilio.tables.schemas``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Spot = tuple[int, int]
"""The file (its number) and the line of an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    case: str
    rule: str
    person: str | None
    trigger: Spot
    verdict: str
    opens_at: datetime | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    done: Spot | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    blocked_by: str | None = None
    blocked_until: datetime | None = None
    finding_at: datetime | None = None
    to: str | None = None
    through: str | None = None
    warned_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    case: str
    rule: str
    level: str
    person: str | None
    people: tuple[str, ...]
    event: Spot
    at: datetime
    used: int | None = None
    allowed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    case: str
    rule: str
    person: str | None
    key: str
    used: int
    left: int | None
    next: str
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    case: str
    status: str
    since_at: datetime | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    statuses: tuple[Status, ...] = ()
