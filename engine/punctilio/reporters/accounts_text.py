"""Accounts of rules for people: rule by rule, why and why not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from punctilio.explanation import Person
from punctilio.explanation.headline import headline
from punctilio.forecasting import Account, Accounts, State
from punctilio.forecasting.values import Asked, Broken, Left, Verdict
from punctilio.inert import inert
from punctilio.model.rule import Rule
from punctilio.reporters.text import Paint

WIDTH: Final = 110
_NAMED: Final = 5
"""Events that are named of those that a rule judged; the others are counted."""
_COLOURS: Final = {State.ACTIVE: "green", State.BROKEN: "red", State.HELD: "cyan", State.IDLE: "yellow"}
_STATES: Final = {
    State.ACTIVE: "in play",
    State.BROKEN: "broken",
    State.HELD: "in order",
    State.IDLE: "did nothing",
}


def accounts_as_text(told: Accounts, *, colour: bool = False) -> str:
    """The report; its first line names the rulebook, the as-of and what was known when."""
    paint, case, book = Paint(colour), told.case, told.rulebook
    whom = f", for {' and '.join(inert(person) for person in told.people)}" if told.people else ""
    head = paint.heading(headline(book.name, book.hash, told.as_of, told.known_at, case.zone))
    status = f"{paint.case(inert(case.case))}: {inert(case.status)}{whom}; now {case.now.local} ({case.zone})"
    parts = ["\n".join([head, status, *_wrapped(case.next, 2)])]
    parts += ["\n".join(_account(account, paint)) for account in told.accounts]
    return "\n\n".join(parts) + "\n"


def _account(account: Account, paint: Paint) -> Iterator[str]:
    rule = account.rule
    state = paint.mark(_STATES[account.state], _COLOURS[account.state])
    yield f"{paint.heading(rule.id)}: {state}"
    yield from _wrapped(_rule(rule), 2)
    for words in (inert(rule.about), *account.readings):
        yield from (paint.aside(line) for line in _wrapped(words, 2))
    place = f"{inert(rule.location.file)}:{rule.location.line}"
    yield f"  {place}: {_cut(account.line or 'the line cannot be read any more')}"
    if account.reason is not None:
        yield from _wrapped(f"Why not: {account.reason.words}", 2)
        change = account.suggestion.words if account.suggestion else "No example was found."
        yield from _wrapped(f"What would change it: {change}", 2)
    if account.left_out:
        number = account.left_out
        yield f"  - {number:,} more {'is' if number == 1 else 'are'} left out: --all tells every decision and finding."
    for one in account.asked:
        yield from _asked(one, paint)
    for closing in account.closing:
        yield from _wrapped(f"- {closing}", 2)
    for broken in account.broken:
        yield from _broken(broken, paint)
    yield from _judged(one for one in account.judged if one.is_in_order)
    for left in account.left:
        yield from _left(left, paint)
    for note in account.notes:
        events = f" ({', '.join(event.words for event in note.events)})" if note.events else ""
        yield from _wrapped(f"- {note.note}{_whom(note.person)}: {note.message}{events}", 2)
    if not (account.asked or account.left):
        yield from _wrapped(account.change.words, 2)


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[:WIDTH]}…"


def _rule(rule: Rule) -> str:
    kind = type(rule.kind).__name__.lower()
    cited = f" [{inert(rule.cite)}]" if rule.cite else ""
    title = f"{inert(rule.title).rstrip('.')} " if rule.title else ""
    return f"{title}({f'{rule.force} ' if rule.force else ''}{kind}){cited}."


def _asked(one: Asked, paint: Paint) -> Iterator[str]:
    decision = one.decision
    whom = f"{_whom(decision.person)[2:]}: " if decision.person else ""
    yield from _wrapped(f"- {whom}{decision.verdict_words}.", 2)
    if decision.do:
        yield from _wrapped(f"Do: {decision.do.words}.", 4)
    for words in (*decision.grounds, *decision.outcome, *decision.obstacles[: -len(decision.readings) or None]):
        yield from (paint.aside(line) for line in _wrapped(words, 4))
    if one.near is not None:
        yield from _wrapped(f"Not settled: {one.near.words}", 4)
    if one.suggestion is not None:
        yield from _wrapped(f"What would change it: {one.suggestion.words}", 4)
    yield from _wrapped(one.change.words, 4)


def _broken(one: Broken, paint: Paint) -> Iterator[str]:
    finding = one.finding
    whom = _whom(*([finding.person] if finding.person else finding.people))
    level = paint.mark(finding.level, "red" if finding.level == "error" else "yellow")
    first, *others = _wrapped(f"- {finding.level}, {finding.at.local}{whom}: {finding.message}", 2)
    yield first.replace(finding.level, level, 1)  # colours have no width
    yield from others
    if finding.decision is None:
        for words in finding.why[: len(finding.why) - len(finding.rule.readings)]:
            yield from (paint.aside(line) for line in _wrapped(words, 4))
    if one.suggestion is not None:
        yield from _wrapped(one.suggestion.words, 4)


def _judged(judged: Iterable[Verdict]) -> Iterator[str]:
    """The latest events that are in order: of others a finding or a note tells."""
    every = list(judged)
    if len(every) > _NAMED:
        number = len(every) - _NAMED
        yield f"  - {number:,} earlier {'event is' if number == 1 else 'events are'} in order."
    for verdict in every[-_NAMED:]:
        yield from _wrapped(f"- {verdict.words}", 2)


def _left(one: Left, paint: Paint) -> Iterator[str]:
    allowance = one.allowance
    key = f" ({inert(allowance.key)})" if allowance.key else ""
    whom = _whom(allowance.person)[2:] or "this case"
    yield from _wrapped(f"- {whom}{key}: {allowance.words}.", 2)
    for words in allowance.why[: len(allowance.why) - len(allowance.rule.readings)]:
        yield from (paint.aside(line) for line in _wrapped(words, 4))
    yield from _wrapped(one.change.words, 4)


def _whom(*people: Person | None) -> str:
    names = [person.called for person in people if person]
    return f", for {' and '.join(names)}" if names else ""


def _wrapped(words: str, indent: int) -> list[str]:
    """Lines of a width that is easily read; a list's further lines stand under its first word."""
    if not words:
        return []
    further = " " * (indent + 2)
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )
