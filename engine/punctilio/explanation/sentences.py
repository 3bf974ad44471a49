"""The sentences of an explanation: what a verdict means, where an instant comes from, and what a rule still allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from punctilio.explanation.bounds import blocker
from punctilio.explanation.deadlines import midnight, quote
from punctilio.explanation.lookup import Lookup, Row
from punctilio.explanation.values import Event, Instant, Person, Proposal
from punctilio.inert import inert
from punctilio.model.decision import Verdict
from punctilio.model.rule import Action, Close, Expect, Rule, Scalar
from punctilio.model.vocabulary import Vocabulary
from punctilio.model.window import Bound, Duration, FieldBound
from punctilio.tables import columns as c

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
            return f"blocked by {blocker(row, told)}"
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
    days = told.deadline_zone(row[c.CASE])
    start = _start(window.from_field, trigger, vocabulary, days)
    if window.from_field and window.opens is None:
        yield c.FROM_AT, f"Open from {start}."
    for word, column, bound in (
        ("Opens", c.OPENS_AT, window.opens),
        ("Due", c.DUE_AT, window.due),
        ("Expires", c.EXPIRES_AT, window.expires),
    ):
        instant = told.instant(row[c.CASE], row[column])
        by_event = kind.before.name if kind.before and column == c.DUE_AT else None
        source = _source(bound, start, trigger, vocabulary, by_event, days)
        if instant and source:
            yield column, f"{word} {instant.local} = {source}."


def _start(from_field: str | None, trigger: Event, vocabulary: Vocabulary, days: str) -> str:
    """Where a window runs from: a field of the trigger, or the trigger itself where that is empty."""
    value = trigger.values.get(from_field) if from_field else None
    if from_field is None or value is None:
        return _point(trigger, vocabulary)
    passes = Instant(value, trigger.at.zone).local
    quoted = quote(from_field, trigger, vocabulary)
    return f"{from_field} of {inert(trigger.type)}, {passes}{midnight(from_field, trigger, vocabulary, days)}{quoted}"


def _point(trigger: Event, vocabulary: Vocabulary) -> str:
    """The trigger as a point in time: its end, where it has a beginning of its own."""
    end = "end of " if vocabulary.types[trigger.type].begins else ""
    return f"{end}{inert(trigger.type)} {trigger.at.local}"


def _source(
    bound: Bound | None, start: str, trigger: Event, vocabulary: Vocabulary, by_event: str | None, days: str
) -> str:
    """Where an instant comes from: a duration, a field, an event, or the earlier of two; empty for no bound."""
    first = f"the first {inert(by_event)} after it" if by_event else ""
    match bound:
        case None:
            return first
        case Duration():
            source = f"{start} + {bound.text}"
        case FieldBound("at"):
            source = f"{_point(trigger, vocabulary)}"
        case _:
            day = midnight(bound.field, trigger, vocabulary, days)
            source = f"{bound.field} of {inert(trigger.type)}{day}{quote(bound.field, trigger, vocabulary)}"
    return f"{source}, or {first} if that is earlier" if first else source


def action_words(action: Action) -> str:
    """What is to be done, such as ``message.sent with channel email, purpose thank-you``."""
    fields = ", ".join(f"{name} {_value(value)}" for name, value in sorted(action.fields.items()))
    return inert(action.type) + (f" with {fields}" if fields else "")


def _proposal_words(action: Action, to: Person | None, through: Person | None) -> str:
    missing = f", to {action.to} (nobody in this case fits)" if action.to else ""
    return "".join(
        (
            action_words(action),
            f", to {to.words}" if to else missing,
            f", through {through.words}" if through else "",
            f", from template {action.template}" if action.template else "",
        )
    )


def _value(value: Scalar | tuple[Scalar, ...]) -> str:
    return inert(" and ".join(map(str, value)) if isinstance(value, tuple) else str(value))


def _local(instant: Instant | None) -> str:
    return instant.local if instant else ""
