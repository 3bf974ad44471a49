"""What there is to cover of a rule: what it can come to, and the edges of its window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import polars as pl

from punctilio.history import history
from punctilio.kinds import limit
from punctilio.matching import Scene, scene_of
from punctilio.model.decision import Verdict
from punctilio.model.rule import Close, Expect, Force, Limit, Require, Rule, Rulebook
from punctilio.model.window import Bound, Duration, FieldBound
from punctilio.proposals import bounds
from punctilio.tables import schemas
from punctilio.tables.tables import Log
from punctilio.value import Value, replaced

EDGES: Final = ("opens", "due", "expires")
SIDES: Final = ("just before", "at", "just after")


class Effect(StrEnum):
    """What a rule that is no expectation can come to."""

    FINDING = "finding"
    ADVICE = "advice"
    CLEAR = "no finding"
    BLOCKED = "blocks a proposal"
    WARNED = "warns of a proposal"
    CLOSED = "takes effect"
    REOPENED = "is reopened"


class Target(Value):
    """One thing to cover: a verdict or an effect of a rule; with ``edge``, a side of an edge of its window."""

    rule: str
    what: str
    edge: str | None = None


def targets(rulebook: Rulebook) -> tuple[Target, ...]:
    """All that there is to cover of a rulebook, rule by rule."""
    concerned = {force: _concerned(rulebook, force) for force in (Force.MUST, Force.SHOULD)}
    return tuple(target for rule in rulebook.rules for target in _of_rule(rule, rulebook, concerned))


def _of_rule(
    rule: Rule, rulebook: Rulebook, concerned: Mapping[Force, Mapping[str, frozenset[str]]]
) -> Iterator[Target]:
    kind = rule.kind
    if isinstance(kind, Expect):
        may_be_blocked = any(rule.id in by for by in concerned[Force.MUST].values())
        yield from (
            Target(rule.id, verdict) for verdict in Verdict if _is_reachable(verdict, kind, rulebook, may_be_blocked)
        )
        window = {"opens": opens(kind), "due": kind.window.due or kind.before, "expires": kind.window.expires}
        yield from (Target(rule.id, side, edge) for edge in EDGES for side in _sides(window[edge]))
    elif isinstance(kind, Close):
        yield Target(rule.id, Effect.CLOSED)
        if kind.silence_for is not None:
            yield from (Target(rule.id, verdict) for verdict in (Verdict.WAITING, Verdict.CANCELLED))
        if kind.reopen is not None:
            yield Target(rule.id, Effect.REOPENED)
    else:
        yield Target(rule.id, Effect.ADVICE if rule.force is Force.MAY else Effect.FINDING)
        yield Target(rule.id, Effect.CLEAR)
        if isinstance(kind, Limit | Require) and rule.force and concerned.get(rule.force, {}).get(rule.id):
            yield Target(rule.id, Effect.BLOCKED if rule.force is Force.MUST else Effect.WARNED)


def _sides(bound: object) -> tuple[str, ...]:
    """The sides of an edge. Before an edge that is the event itself there is nothing to judge."""
    if bound is None:
        return ()
    return SIDES[1:] if bound == FieldBound("at") else SIDES


def opens(kind: Expect) -> Bound | None:
    """The `opens` of a window, where it can be later than its trigger."""
    bound = kind.window.opens
    is_nothing = isinstance(bound, Duration) and not bound.is_anything and kind.window.from_field is None
    return None if is_nothing else bound


def _is_reachable(verdict: Verdict, kind: Expect, rulebook: Rulebook, may_be_blocked: bool) -> bool:
    window = kind.window
    has_opens, has_expires = opens(kind) is not None, window.expires is not None
    may_have_due, may_lack_due = (
        window.due is not None or kind.before is not None,
        not _is_sure(window.due, kind, rulebook),
    )
    has_time_after_due = may_have_due and window.due != window.expires
    is_discharged = kind.cancel is not None or any(isinstance(rule.kind, Close) for rule in rulebook.rules)
    reachable = {
        Verdict.WAITING: has_opens,
        Verdict.EARLY: has_opens,
        Verdict.DUE: may_have_due,
        Verdict.OPEN: may_lack_due,
        Verdict.OVERDUE: has_time_after_due,
        Verdict.LATE: has_time_after_due,
        Verdict.MISSED: may_have_due and has_expires,
        Verdict.LAPSED: may_lack_due and has_expires,
        Verdict.BLOCKED: may_be_blocked,
        Verdict.EXCUSED: may_be_blocked and has_expires,
        Verdict.CANCELLED: is_discharged,
        Verdict.REPLACED: kind.restarts,
    }
    return reachable.get(verdict, True)


def _is_sure(bound: Bound | None, kind: Expect, rulebook: Rulebook) -> bool:
    """Whether there is such a bound whatever the trigger says."""
    if not isinstance(bound, FieldBound):
        return bound is not None
    types = (rulebook.vocabulary.types[name] for name in kind.when.types)
    return bound.field == "at" or all(t.fields[bound.field].required for t in types if bound.field in t.fields)


# ── which proposals a limit or a requirement may be about ──


def _concerned(rulebook: Rulebook, force: Force) -> Mapping[str, frozenset[str]]:
    """By limit or require of this force, the expectations whose action it may be about."""
    bounding = [rule for rule in rulebook.rules if isinstance(rule.kind, Limit | Require) and rule.force is force]
    acting = [rule for rule in rulebook.rules if isinstance(rule.kind, Expect) and rule.kind.action]
    return {rule.id: _about(replaced(rulebook, rules=(*acting, rule))) for rule in bounding}


def _about(rulebook: Rulebook) -> frozenset[str]:
    """The expectations whose action the last rule may be about."""
    last = len(rulebook.rules) - 1
    kind = rulebook.rules[last].kind
    scene = _nowhere(rulebook, (kind,))
    limits = limit.counted(scene, {last: kind} if isinstance(kind, Limit) else {})
    requires = {last: kind} if isinstance(kind, Require) else {}
    return frozenset(rulebook.rules[number].id for number in bounds(scene, rulebook, limits, requires).concerned)


def _nowhere(rulebook: Rulebook, kinds: Sequence[object]) -> Scene:
    """A log in which nothing has happened."""
    nothing = pl.DataFrame(schema=schemas.events(rulebook.vocabulary))
    seen = history(rulebook, Log(events=nothing, vocabulary=rulebook.vocabulary), datetime(2000, 1, 1, tzinfo=UTC))
    patterns = [kind.of for kind in kinds if isinstance(kind, Limit | Require)]
    return scene_of(seen, patterns)
