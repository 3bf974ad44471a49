"""The sentences about limits and requirements:
what is used, by what, what forbids more, and when the next is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from punctilio.explanation.deadlines import midnight, quote
from punctilio.explanation.lookup import Lookup, Row
from punctilio.explanation.values import Event, Instant
from punctilio.inert import inert
from punctilio.model.decision import Next, Verdict
from punctilio.model.rule import Force, Limit, Require, Rule
from punctilio.model.window import Duration, FieldBound
from punctilio.tables import columns as c

IN_DOUBT: Final = "A line that could not be read may belong to this case, so nothing is proposed in it."
_RANK: Final = {Next.NOW: 0, Next.AT: 1, Next.NEVER: 2}


def titled(rule: Rule) -> str:
    return f"{rule.id} ({inert(rule.title)})" if rule.title else rule.id


def blocker(row: Row, told: Lookup, *, in_full: bool = False) -> str:
    """What blocks a decision, and until when: a rule, or a log that is not whole."""
    if row[c.BLOCKED_BY] is None:
        return "an incomplete log; it opens when the lines that were set aside are mended"
    rule = told.rules[row[c.BLOCKED_BY]]
    until = told.instant(row[c.CASE], row[c.BLOCKED_UNTIL])
    name = titled(rule) if in_full else rule.id
    return f"{name} until {until.local}" if until else f"{name}; it never opens by itself"


def obstacles(row: Row, told: Lookup) -> Iterator[str]:
    """What forbids the action, by which events and which readings; or what advises against it."""
    whom = (row[c.PERSON], row[c.TO], row[c.THROUGH])
    if row[c.VERDICT] == Verdict.BLOCKED and row[c.BLOCKED_BY] is None:
        yield IN_DOUBT
    if row[c.BLOCKED_BY]:
        yield f"Blocked by {blocker(row, told, in_full=True)}."
        yield from _standing(told.rules[row[c.BLOCKED_BY]], row[c.CASE], whom, told)
    for rule_id in row[c.WARNED_BY] or ():
        yield f"Careful: it would breach {titled(told.rules[rule_id])}, which is advised against."
        yield from _standing(told.rules[rule_id], row[c.CASE], whom, told)


def _standing(rule: Rule, case: str, whom: tuple[str | None, ...], told: Lookup) -> Iterator[str]:
    known = told.allowance(case, rule.id, whom)
    if known:
        yield from grounds(rule, known, told)
    yield from readings(rule)


def readings(rule: Rule) -> Iterator[str]:
    """The parameters that decided, since another reading would decide otherwise."""
    for reading in rule.readings:
        origin = "the default" if reading.is_default else "as set by a rule file"
        yield f"Reading: {reading.parameter} is {inert(reading.value)}, {origin}."


def allowance_words(rule: Rule, row: Row, told: Lookup) -> str:
    """What is used, and when the next is allowed, by this rule and by every other that binds the same events."""
    next_at = told.instant(row[c.CASE], row[c.NEXT_AT])
    if isinstance(rule.kind, Require):
        if row[c.NEXT] == Next.NOW:
            return "allowed now"
        return f"allowed {next_at.local}" if next_at else f"wants {inert(rule.kind.after.name)} first"
    stricter = _stricter(rule, row, told)
    if stricter is None:
        return f"{_used(rule, row)}; {_next(row, next_at)}"
    at = told.instant(row[c.CASE], stricter[c.NEXT_AT])
    return f"{_used(rule, row)}; by {stricter[c.RULE]} {_next(stricter, at)}"


def grounds(rule: Rule, row: Row, told: Lookup) -> Iterator[str]:
    """Which events an allowance rests on, and where its instant comes from."""
    since, used = told.event(row[c.EVENT]), told.all_events(row[c.EVENTS])
    if since and isinstance(rule.kind, Limit):
        yield f"That is so since {since.words}{_lasting(rule.kind, row, since, told)}."
    elif since:
        yield f"The latest is {since.words}."
    if used and isinstance(rule.kind, Limit) and rule.kind.at_most is None:
        yield f"The latest is {used[-1].words}."
        yield from _spacing(rule.kind, row, used[-1], told)
    elif used:
        latest = "the latest are " if len(used) < row[c.USED] else ""
        yield f"{_used(rule, row).capitalize()}: {latest}{_together(used)}."


def _lasting(kind: Limit, row: Row, since: Event, told: Lookup) -> str:
    """Until when a `while` lasts, and why."""
    match kind.during.lasts if kind.during else None:
        case Duration() as lasting:
            return f", for {lasting.text}"
        case FieldBound(field) if (end := since.values.get(field)) is not None:
            day = midnight(field, since, told.vocabulary, told.deadline_zone(row[c.CASE]))
            said = quote(field, since, told.vocabulary)
            return f", until its {field}, {Instant(end, since.at.zone).local}{day}{said}"
        case _:
            return ""


def _spacing(kind: Limit, row: Row, latest: Event, told: Lookup) -> Iterator[str]:
    next_at = told.instant(row[c.CASE], row[c.NEXT_AT])
    if kind.gap and next_at:
        yield f"The spacing ends {next_at.local} = {inert(latest.type)} {latest.at.local} + {kind.gap.text}."


def breach(rule: Rule, row: Row, told: Lookup) -> Iterator[str]:
    """Which events a breach rests on, and what they add up to."""
    first, *others = told.all_events(row[c.EVENTS])
    yield f"It rests on {first.words}."
    allowed_at = told.instant(row[c.CASE], row[c.NEXT_AT])
    if not isinstance(rule.kind, Limit) or not others:
        yield from (f"It rests on {event.words}." for event in others)
    elif allowed_at and rule.kind.gap:
        *others, before = others
        yield from (f"It rests on {event.words}." for event in others)
        yield f"The one before is {before.words}, {_distance(before.at, first.at)} earlier."
        yield f"It was allowed from {allowed_at.local} = {inert(before.type)} {before.at.local} + {rule.kind.gap.text}."
    else:
        yield f"It comes after {_together(tuple(others))}."


def forbidden(row: Row | None, told: Lookup) -> str:
    """How long a draft is forbidden."""
    if row is None or row[c.NEXT] == Next.NOW:
        return "blocked"
    at = told.instant(row[c.CASE], row[c.NEXT_AT])
    return f"blocked until {at.local}" if at else "blocked, never"


def _stricter(rule: Rule, row: Row, told: Lookup) -> Row | None:
    """The `must` limit on the same events that allows the next one later than this rule does, if one does."""
    fits = [each for each in told.allowances.get(row[c.CASE], ()) if _is_about_the_same(rule, row, each, told)]
    latest = max(fits, key=_lateness, default=None)
    return latest if latest and _lateness(latest) > _lateness(row) else None


def _is_about_the_same(rule: Rule, row: Row, other: Row, told: Lookup) -> bool:
    binding = told.rules[other[c.RULE]]
    return (
        isinstance(rule.kind, Limit)
        and isinstance(binding.kind, Limit)
        and binding.force is Force.MUST
        and binding.kind.of.pattern == rule.kind.of.pattern
        and other[c.PERSON] in (None, row[c.PERSON])
        and other[c.KEY] in ("", row[c.KEY])
    )


def _lateness(row: Row) -> tuple[int, float]:
    at = row[c.NEXT_AT]
    return _RANK[Next(row[c.NEXT])], at.toordinal() * 86_400 + at.hour * 3600 + at.minute * 60 + at.second if at else 0


def _used(rule: Rule, row: Row) -> str:
    allowed = rule.kind.at_most if isinstance(rule.kind, Limit) else None
    if allowed is None or (row[c.LEFT] is None and row[c.NEXT] == Next.NOW):
        return f"{row[c.USED]} used"
    if row[c.USED] > allowed:
        return f"{row[c.USED]} used where {_allowed(allowed)}"
    return f"{row[c.USED]} of {allowed} used" if allowed else "none is allowed now"


def _allowed(number: int) -> str:
    return "none is allowed" if not number else f"{number} {'is' if number == 1 else 'are'} allowed"


def _next(row: Row, at: Instant | None) -> str:
    if row[c.NEXT] == Next.NOW:
        return "no bound now" if row[c.LEFT] is None else "the next is allowed now"
    return f"the next is allowed {at.local}" if at else "the next is blocked; it never opens by itself"


def _together(events: tuple[Event, ...]) -> str:
    return "; ".join(event.words for event in events)


def _distance(one: Instant, other: Instant) -> str:
    """Such as ``11 days``: how long ago, in its two largest parts."""
    seconds = int((other.utc - one.utc).total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    parts = [(days, "day"), (hours, "hour"), (rest // 60, "minute"), (rest % 60, "second")]
    told = [f"{number} {unit}" if number == 1 else f"{number} {unit}s" for number, unit in parts if number]
    return " and ".join(told[:2]) or "no time"
