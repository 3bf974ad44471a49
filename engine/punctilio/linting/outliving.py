"""OUTLIVES-CASE: a window reaches beyond the instant at which a silence will have closed the case, whatever happens.

That is sure where each trigger begins the silence, and each event that breaks it ends the expectation too.
"""

from __future__ import annotations

from collections.abc import Iterator

from punctilio.linting.lengths import is_as_long, is_longer
from punctilio.linting.lives import Lives
from punctilio.linting.values import Book, Slip, named
from punctilio.model.rule import Close, Expect
from punctilio.model.window import Duration

CODE = "OUTLIVES-CASE"


def outlives(book: Book) -> Iterator[Slip]:
    """The ends of windows that are never reached, the first of each window."""
    lives = Lives(book.rulebook.vocabulary, book.rulebook.calendar)
    for rule, expect in book.rules(Expect):
        for other, close in book.rules(Close):
            silence = close.silence_for
            key = _unreached(expect, silence, lives) if silence else None
            if silence and key and _always_closes(expect, close, lives):
                verb = {"opens": "opens", "due": "is due", "expires": "expires"}[key]
                message = (
                    f"`{rule.id}` {verb} after {named(other)} has closed the case, {silence.text} after what gives "
                    "rise to both. Close later, or let the window end sooner."
                )
                yield book.slip_of_two(CODE, message, rule, other, "expect", "window", key)
                break


def _unreached(expect: Expect, silence: Duration, lives: Lives) -> str | None:
    """The first end of the window that comes too late; at the very instant of the closing nothing opens."""
    window = expect.window
    if window.from_field not in (None, "at"):
        return None
    if isinstance(window.opens, Duration) and is_as_long(window.opens, silence, lives.calendar):
        return "opens"
    if isinstance(window.due, Duration) and is_longer(window.due, silence, lives.calendar):
        return "due"
    if isinstance(window.expires, Duration) and is_longer(window.expires, silence, lives.calendar):
        return "expires"
    return None


def _always_closes(expect: Expect, close: Close, lives: Lives) -> bool:
    same_count = (close.nth, close.since, close.key) == (expect.nth, expect.since, expect.key)
    begins = lives.is_triggered_by(expect, close.when) and (close.nth is None or same_count)
    return begins and (close.unless is None or lives.ends_with(expect, close.unless))
