"""What comes next in a case: one step, or what it waits for, or why it is over."""

from __future__ import annotations

from datetime import datetime

from punctilio.explanation.lookup import Lookup, Row
from punctilio.explanation.values import Decision
from punctilio.inert import inert
from punctilio.model.decision import ACTIONABLE, OPEN_STATUS, Verdict
from punctilio.model.rule import Close, Expect, Force, Rulebook
from punctilio.tables import columns as c

_FORCES = tuple(Force)


def next_words(row: Row, told: Lookup, book: Rulebook, decisions: tuple[Decision, ...]) -> str:
    """The next step of a case, or what it waits for; why it is over, where it is."""
    if row[c.STATUS] != OPEN_STATUS:
        return _closed(row, told)
    open_now = [d for d in decisions if Verdict(d.verdict) in ACTIONABLE]
    if open_now:
        step = min(open_now, key=_urgency)
        whom = f", for {step.person.called}" if step.person else ""
        what = inert(step.rule.title or step.rule.id)
        return f"Next step: {what}{whom}: {step.verdict_words} ({step.rule.id})."
    if row[c.WAITS_FOR]:
        until = told.instant(row[c.CASE], row[c.WAITS_UNTIL])
        comes = "closes the case" if isinstance(told.rules[row[c.WAITS_FOR]].kind, Close) else "opens"
        return f"Waits for {row[c.WAITS_FOR]}{f', which {comes} {until.local}' if until else ''}."
    blocked = next((d for d in decisions if d.verdict == Verdict.BLOCKED), None)
    if blocked:
        return f"Waits: {blocked.rule.id} is {blocked.verdict_words}."
    return _idle(book)


def listed(names: list[str]) -> str:
    """Such as ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _urgency(decision: Decision) -> tuple[int, bool, datetime, float]:
    """The strongest force first, then what has a due, then what opened last."""
    due, opened = decision.due, (decision.opens or decision.trigger.at).utc
    force = _FORCES.index(decision.rule.force) if decision.rule.force else len(_FORCES)
    return force, due is None, due.utc if due else datetime.max, -(opened - datetime.min).total_seconds()


def _closed(row: Row, told: Lookup) -> str:
    rule, event = told.rule(row[c.RULE]), told.event(row[c.EVENT])
    since = told.instant(row[c.CASE], row[c.SINCE_AT])
    when = f" {since.local}" if since else ""
    silence = rule.kind.silence_for if rule and isinstance(rule.kind, Close) else None
    reason = f"after {silence.text} of silence since" if silence else "because of"
    rested = f", {reason} {event.words}" if event else ""
    return f"Closed as {inert(row[c.STATUS])}{when}{rested}{f' ({rule.id})' if rule else ''}."


def _idle(book: Rulebook) -> str:
    """What may be logged: the first words of the types that open something, in the order of the vocabulary."""
    opening = {name for rule in book.rules if isinstance(rule.kind, Expect) for name in rule.kind.when.types}
    words = dict.fromkeys(_thing(name) for name in book.vocabulary.types if name in opening)
    if not words:
        return "Nothing is pending, and no rule expects anything."
    return f"Nothing is pending. Log what happens next: {inert(listed(list(words)))}."


def _thing(event_type: str) -> str:
    """Such as ``an interview`` for ``interview.held``."""
    noun = event_type.partition(".")[0].replace("-", " ").replace("_", " ")
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
