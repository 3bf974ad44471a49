"""NEVER-FIRED: nothing in a log set the rule off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import polars as pl

from punctilio.evaluation import evaluate
from punctilio.linting.values import Book, Slip, slip
from punctilio.tables import columns as c
from punctilio.tables.tables import Log


def never_fired(book: Book, log: Log) -> Iterator[Slip]:
    """The own rules, and those that an own file has a hand in, that the whole log, as seen at its end, leaves idle."""
    last = log.events.select(pl.col(c.AT).max()).item()
    if not isinstance(last, datetime):  # the log is empty
        return
    notes = evaluate(book.rulebook, log, as_of=last.replace(tzinfo=UTC)).notes
    idle = set(notes.filter(pl.col(c.NOTE) == "vacuous")[c.RULE])
    for rule in book.rulebook.rules:
        place = book.place(rule)
        if rule.id in idle and book.is_own(place):
            message = (
                f"Nothing in the log set `{rule.id}` off. If that is a surprise, look at what it waits for; if not, "
                "this log does not show what it does."
            )
            yield slip("NEVER-FIRED", message, place, rule.id)
