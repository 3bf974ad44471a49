"""ALWAYS-BLOCKED: an expectation asks for what a `must` limit or require forbids for as long as it asks."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from punctilio.linting.lives import Lives
from punctilio.linting.values import Book, Slip, named, slip
from punctilio.model.rule import Close, Expect, Force, Limit, Pattern, Require, Rule
from punctilio.model.vocabulary import LIST_TYPES, Vocabulary
from punctilio.patterns import Missing, fields_in, fitting
from punctilio.proposals import values_written
from punctilio.tables import columns as c
from punctilio.tables.schemas import ColumnType, column_type

CODE = "ALWAYS-BLOCKED"


def always_blocked(book: Book) -> Iterator[Slip]:
    """What can never be done as it is asked for."""
    lives = Lives(book.rulebook.vocabulary, book.rulebook.calendar)
    bounding = [rule for rule in book.rulebook.rules if rule.force is Force.MUST]
    for rule, expect in book.rules(Expect):
        found = next(_reasons(rule, expect, bounding, lives, book), None) if expect.action else None
        if found:
            yield found


def _reasons(rule: Rule, expect: Expect, bounding: list[Rule], lives: Lives, book: Book) -> Iterator[Slip]:
    for other in bounding:
        reason = None
        if isinstance(other.kind, Limit) and _is_about(expect, other.kind.of.pattern, lives.vocabulary):
            reason = _by_limit(expect, other.kind, lives)
        elif isinstance(other.kind, Require) and _is_about(expect, other.kind.of.pattern, lives.vocabulary):
            reason = _by_require(expect, other.kind, lives, book)
        if reason:
            message = (
                f"What `{rule.id}` asks for is always forbidden by {named(other)}: {reason}. "
                "Change one of the two, or take the `do` out."
            )
            place = book.place(rule, "expect", "do")
            yield slip(CODE, message, place if book.is_own(place) else book.place(other), rule.id, other.id)


def _is_about(expect: Expect, of: Pattern, vocabulary: Vocabulary) -> bool:
    """Whether the action fits, whatever becomes of the fields that it does not write."""
    action = expect.action
    if action is None:
        return False
    schema: dict[str, ColumnType] = {c.TYPE: pl.String}
    schema |= {c.field(name): _column_type(name, vocabulary) for name in fields_in(of)}
    written = {name: value for name, value in values_written(action, vocabulary).items() if name in schema}
    row = pl.DataFrame([written], schema=schema, orient="row")
    return row.select(fitting(of, vocabulary, Missing.UNKNOWN)).item() is True


def _column_type(name: str, vocabulary: Vocabulary) -> ColumnType:
    """The type of the column of a field; ``person.role`` is that of an attribute, a list for a list of people."""
    base, _, attribute = name.partition(".")
    kind = vocabulary.field_type(base) or "string"
    if not attribute:
        return pl.Datetime("us") if name == c.AT else column_type(kind)
    inner = column_type(vocabulary.field_type(attribute) or "string")
    return pl.List(inner) if kind in LIST_TYPES else inner


# ── limits ──


def _by_limit(expect: Expect, limit: Limit, lives: Lives) -> str | None:
    if not lives.knows_key(expect, limit.key):
        return None
    if limit.at_most == 0 and limit.during is None:
        return "it allows none"
    if limit.at_most == 0 and lives.shares_key(expect, limit.key) and lives.is_inside(expect, limit.during):
        return "it allows none while this can be done"
    counted = lives.counts_from(expect, limit)
    if limit.at_most is not None and 0 < limit.at_most <= counted:
        using = f"the {counted} that it takes to open use" if counted > 1 else "what gives rise to it uses"
        return f"{using} up {f'all {limit.at_most}' if limit.at_most > 1 else 'the one'} that it allows"
    return _by_gap(expect, limit, lives)


def _by_gap(expect: Expect, limit: Limit, lives: Lives) -> str | None:
    is_counted = lives.is_triggered_by(expect, limit.of) and lives.shares_key(expect, limit.key)
    if limit.gap is None or not is_counted or not lives.is_inside(expect, limit.during):
        return None
    if limit.since is not None and not lives.ends_with(expect, limit.since):
        return None
    if not lives.is_over_within(expect, limit.gap):
        return None
    return f"the window is over before the gap of {limit.gap.text} since what gives rise to it"


# ── requires ──


def _by_require(expect: Expect, require: Require, lives: Lives, book: Book) -> str | None:
    if not lives.knows_key(expect, require.key):
        return None
    after = require.after
    closing = next((rule for rule, close in book.rules(Close) if _closes_for_good(close, after.pattern, lives)), None)
    if closing:
        return f"what must come before it closes the case ({closing.id})"
    is_since_trigger = require.since is not None and lives.is_triggered_by(expect, require.since)
    begins = any(lives.vocabulary.types[name].begins for name in expect.when.types)
    if is_since_trigger and not begins and lives.ends_with(expect, after):
        return "what must come before it settles or cancels what asks for it"
    return None


def _closes_for_good(close: Close, event: Pattern, lives: Lives) -> bool:
    at_once = close.silence_for is None and close.nth is None and close.reopen is None
    return at_once and lives.patterns.implies(event, close.when.pattern)
