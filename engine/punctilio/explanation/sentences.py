"""The sentences of an explanation: what a verdict means, where an instant comes from, and what a rule still allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from punctilio.explanation.lookup import Lookup, Row
from punctilio.explanation.values import Event, Instant, Person, Proposal
from punctilio.inert import inert
from punctilio.model.decision import Next, Verdict
from punctilio.model.rule import Action, Close, Expect, Limit, Require, Rule, Scalar
from punctilio.model.vocabulary import Vocabulary
from punctilio.model.window import Bound, Duration
from punctilio.tables import columns as c

_NEVER: Final = "it never opens by itself"
_ENDED: Final = {
    "cancel": "Cancelled by",
    "void": "Cancelled, because what it arose from was taken back by",
    "close": "Cancelled, because the case was closed by",
    "restart": "Replaced by a new one, which arose from",
}


def verdict_words(rule: Rule, row: Row, told: Lookup) -> str:
    """The verdict, with the one instant that matters most for it."""
    if isinstance(rule.kind, Close):
        return _closing_words(rule.kind, row, told)
    verdict = Verdict(row[c.VERDICT])
    case = row[c.CASE]
    opens, due, expires = (_local(told.instant(case, row[n])) for n in (c.OPENS_AT, c.DUE_AT, c.EXPIRES_AT))
    done, ended = (_local(told.instant(case, row[n])) for n in (c.DONE_AT, c.ENDED_AT))
    match verdict:
        case Verdict.WAITING:
            return f"waiting, opens {opens}"
        case Verdict.DUE:
            return f"due by {due}"
        case Verdict.OPEN:
            return f"open since {opens or _local(told.instant(case, row[c.FROM_AT]))}"
        case Verdict.OVERDUE:
            return f"overdue since {due}"
        case Verdict.BLOCKED:
            return f"blocked by {_blocker(row, told)}"
        case Verdict.SATISFIED:
            return f"done in time, {done}" if due else f"done, {done}"
        case Verdict.LATE:
            return f"done late, {done}"
        case Verdict.EARLY:
            return f"done early, {done}"
        case Verdict.MISSED | Verdict.LAPSED:
            return f"{verdict}, expired {expires}"
        case Verdict.EXCUSED:
            return f"excused, since it was blocked when it expired {expires}"
        case Verdict.CANCELLED | Verdict.REPLACED:
            return f"{verdict} {ended}"
        case Verdict.WAIVED:
            return "waived"


def arithmetic(rule: Rule, row: Row, told: Lookup, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Where each instant of a window comes from: the column and the sentence."""
    trigger = told.events[row[c.TRIGGER]]
    if isinstance(rule.kind, Expect):
        yield from _window(rule.kind, row, trigger, told, vocabulary)
    elif isinstance(rule.kind, Close) and rule.kind.silence_for and row[c.OPENS_AT]:
        ends = _local(told.instant(row[c.CASE], row[c.OPENS_AT]))
        start = _point(trigger, vocabulary)
        # The end of a silence decides as a due does.
        yield c.DUE_AT, f"The silence lasts until {ends} = {start} + {rule.kind.silence_for.text}."


def outcome(row: Row, told: Lookup, vocabulary: Vocabulary) -> Iterator[str]:
    """What settled or ended an instance, and what came near and did not count."""
    done, ended, waiver = (told.event(row[name]) for name in (c.DONE, c.ENDED, c.WAIVER))
    if done:
        yield f"Settled by {done.words}."
    if row[c.ENDED_BY]:
        at = told.instant(row[c.CASE], row[c.ENDED_AT])
        yield f"{_ENDED[row[c.ENDED_BY]]} {ended.words if ended else f'a silence that lasted until {_local(at)}'}."
    if waiver:
        reason = waiver.values.get("reason")
        yield f"Waived by {waiver.words}" + (f": {inert(str(reason))}" if reason else ".")
    drafts = vocabulary.parts.drafts
    for event in told.all_events(row[c.NEAR]):
        is_draft = drafts is not None and event.type == drafts.event
        yield f"{event.words} does not count: it was {'only drafted' if is_draft else 'taken back'}."


def obstacles(row: Row, told: Lookup) -> Iterator[str]:
    """What forbids the action, or advises against it."""
    if row[c.BLOCKED_BY]:
        yield f"Blocked by {_blocker(row, told, titled=True)}."
    for rule_id in row[c.WARNED_BY] or ():
        yield f"Careful: it would breach {_titled(told.rules[rule_id])}, which is advised against."


def readings(rule: Rule) -> Iterator[str]:
    """The parameters that decided, since another reading would decide otherwise."""
    for reading in rule.readings:
        origin = "the default" if reading.is_default else "as set by a rule file"
        yield f"Reading: {reading.parameter} is {inert(reading.value)}, {origin}."


def proposal(rule: Rule, row: Row, told: Lookup, proposed: str) -> Proposal | None:
    """The action that the rule proposes; ``proposed`` is the event type of actions that name none."""
    if not isinstance(rule.kind, Expect) or rule.kind.action is None:
        return None
    action = rule.kind.action
    to, through = (told.person(row[c.CASE], row[name]) for name in (c.TO, c.THROUGH))
    return Proposal(
        type=action.type or proposed,
        fields=action.fields,
        template=action.template,
        to=to,
        through=through,
        words=_proposal_words(action, to, through),
    )


def allowance_words(rule: Rule, row: Row, next_at: Instant | None) -> str:
    """What is used, what is left, and when the next is allowed."""
    if isinstance(rule.kind, Require):
        if row[c.NEXT] == Next.NOW:
            return "allowed now"
        return f"allowed {next_at.local}" if next_at else f"wants {inert(rule.kind.after.name)} first"
    if isinstance(rule.kind, Limit) and row[c.LEFT] is None and row[c.NEXT] == Next.NOW:
        return f"{row[c.USED]} used; no bound now"
    allowed = rule.kind.at_most if isinstance(rule.kind, Limit) else None
    if allowed == 0:
        return f"none is allowed now; {_next(row[c.NEXT], next_at)}"
    used = f"{row[c.USED]} used" if allowed is None else f"{row[c.USED]} of {allowed} used"
    return f"{used}; {_next(row[c.NEXT], next_at)}"


def listed(names: list[str]) -> str:
    """Such as ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _next(kind: str, at: Instant | None) -> str:
    if kind == Next.NOW:
        return "the next is allowed now"
    return f"the next is allowed {at.local}" if at else "no more is allowed as things stand"


def _closing_words(kind: Close, row: Row, told: Lookup) -> str:
    at = _local(told.instant(row[c.CASE], row[c.OPENS_AT]))
    match Verdict(row[c.VERDICT]):
        case Verdict.WAITING:
            unless = f" unless {inert(kind.unless.name)} comes first" if kind.unless else ""
            return f"closes the case as {inert(kind.status)} {at}{unless}"
        case Verdict.SATISFIED:
            return f"closed the case as {inert(kind.status)} {at}"
        case _:
            return f"the silence was broken {_local(told.instant(row[c.CASE], row[c.ENDED_AT]))}"


def _window(kind: Expect, row: Row, trigger: Event, told: Lookup, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    window = kind.window
    start = _start(window.from_field, trigger, vocabulary)
    if window.from_field and window.opens is None:
        yield c.FROM_AT, f"Open from {start}."
    for word, column, bound in (
        ("Opens", c.OPENS_AT, window.opens),
        ("Due", c.DUE_AT, window.due),
        ("Expires", c.EXPIRES_AT, window.expires),
    ):
        instant = told.instant(row[c.CASE], row[column])
        by_event = kind.before.name if kind.before and column == c.DUE_AT else None
        source = _source(bound, start, trigger, vocabulary, by_event)
        if instant and source:
            yield column, f"{word} {instant.local} = {source}."


def _blocker(row: Row, told: Lookup, *, titled: bool = False) -> str:
    rule = told.rules[row[c.BLOCKED_BY]]
    until = told.instant(row[c.CASE], row[c.BLOCKED_UNTIL])
    name = _titled(rule) if titled else rule.id
    return f"{name} until {until.local}" if until else f"{name}; {_NEVER}"


def _titled(rule: Rule) -> str:
    return f"{rule.id} ({inert(rule.title)})" if rule.title else rule.id


def _start(from_field: str | None, trigger: Event, vocabulary: Vocabulary) -> str:
    """Where a window runs from: a field of the trigger, or the trigger itself where that is empty."""
    value = trigger.values.get(from_field) if from_field else None
    if from_field is None or value is None:
        return _point(trigger, vocabulary)
    quoted = _quote(from_field, trigger, vocabulary)
    passes = Instant(value, trigger.at.zone).local
    day = trigger.dates.get(from_field)
    return f"{from_field} of {inert(trigger.type)}, {f'{day}, which passes ' if day else ''}{passes}{quoted}"


def _point(trigger: Event, vocabulary: Vocabulary) -> str:
    """The trigger as a point in time: its end, where it has a beginning of its own."""
    end = "end of " if vocabulary.types[trigger.type].begins else ""
    return f"{end}{inert(trigger.type)} {trigger.at.local}"


def _quote(field: str, trigger: Event, vocabulary: Vocabulary) -> str:
    """The words behind a date, beside the date."""
    for citable in vocabulary.parts.citable.values():
        if citable.event == trigger.type and citable.date == field and citable.quote:
            words = trigger.values.get(citable.quote)
            return f' ("{inert(str(words))}")' if words else ""
    return ""


def _source(bound: Bound | None, start: str, trigger: Event, vocabulary: Vocabulary, by_event: str | None) -> str:
    """Where an instant comes from: a duration, a field, an event, or the earlier of two; empty for no bound."""
    first = f"the first {inert(by_event)} after it" if by_event else ""
    match bound:
        case None:
            return first
        case Duration():
            source = f"{start} + {bound.text}"
        case _:
            source = f"{bound.field} of {inert(trigger.type)}{_quote(bound.field, trigger, vocabulary)}"
    return f"{source}, or {first} if that is earlier" if first else source


def _proposal_words(action: Action, to: Person | None, through: Person | None) -> str:
    fields = ", ".join(f"{name} {_value(value)}" for name, value in sorted(action.fields.items()))
    missing = f", to {action.to} (nobody in this case fits)" if action.to else ""
    return "".join(
        (
            inert(action.type),
            f" with {fields}" if fields else "",
            f", to {to.words}" if to else missing,
            f", through {through.words}" if through else "",
            f", from template {action.template}" if action.template else "",
        )
    )


def _value(value: Scalar | tuple[Scalar, ...]) -> str:
    return inert(" and ".join(map(str, value)) if isinstance(value, tuple) else str(value))


def _local(instant: Instant | None) -> str:
    return instant.local if instant else ""
