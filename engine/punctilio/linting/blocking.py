"""ALWAYS-BLOCKED: an expectation asks for what a `must` limit or require forbids for as long as it asks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import polars as pl

from punctilio.linting.lives import Lives
from punctilio.linting.values import Book, Slip, named
from punctilio.model.rule import Action, Close, Expect, Force, Limit, Pattern, Require, Rule
from punctilio.model.vocabulary import LIST_TYPES, Vocabulary
from punctilio.patterns import Missing, fields_in, fitting
from punctilio.proposals import values_written
from punctilio.tables import columns as c
from punctilio.tables.schemas import ColumnType, column_type
from punctilio.value import Value

CODE = "ALWAYS-BLOCKED"


def always_blocked(book: Book) -> Iterator[Slip]:
    """What can never be done as it is asked for."""
    lives = Lives(book.rulebook.vocabulary, book.rulebook.calendar)
    bounding = [
        (rule, rule.kind)
        for rule in book.rulebook.rules
        if rule.force is Force.MUST and isinstance(rule.kind, Limit | Require)
    ]
    about = About(lives.vocabulary, tuple(dict.fromkeys(kind.of.pattern for _, kind in bounding)))
    for rule, expect in book.rules(Expect):
        if expect.action:
            fitted = about.fitted(expect.action)
            concerned = [(other, kind) for other, kind in bounding if kind.of.pattern in fitted]
            found = next(_reasons(rule, expect, concerned, lives, book), None)
            yield from (found,) if found else ()


def _reasons(
    rule: Rule, expect: Expect, bounding: list[tuple[Rule, Limit | Require]], lives: Lives, book: Book
) -> Iterator[Slip]:
    for other, kind in bounding:
        match kind:
            case Limit():
                reason = _by_limit(expect, kind, lives)
            case Require():
                reason = _by_require(expect, kind, lives, book)
        if reason:
            message = (
                f"What `{rule.id}` asks for is always forbidden by {named(other)}: {reason}. "
                "Change one of the two, or take the `do` out."
            )
            yield book.slip_of_two(CODE, message, rule, other, "expect", "do")


class About(Value):
    """What limits and requires are about."""

    vocabulary: Vocabulary
    patterns: tuple[Pattern, ...]

    def fitted(self, action: Action) -> frozenset[Pattern]:
        """The patterns that the action fits, whatever becomes of the fields that it does not write."""
        written = values_written(action, self.vocabulary)
        asked = repr(sorted(written.items()))
        if asked not in self._known:
            self._known[asked] = self._fitted(written)
        return self._known[asked]

    @cached_property
    def _known(self) -> dict[str, frozenset[Pattern]]:
        return {}

    def _fitted(self, written: dict[str, object]) -> frozenset[Pattern]:
        names = {name for pattern in self.patterns for name in fields_in(pattern)}
        schema = {c.TYPE: pl.String, **{c.field(name): _column_type(name, self.vocabulary) for name in sorted(names)}}
        row = pl.DataFrame([{name: written.get(name) for name in schema}], schema=schema, orient="row")
        fits = [fitting(pattern, self.vocabulary, Missing.UNKNOWN) for pattern in self.patterns]
        said = row.select(fit.alias(str(number)) for number, fit in enumerate(fits)).row(0) if fits else ()
        return frozenset(pattern for pattern, fit in zip(self.patterns, said, strict=True) if fit is True)


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
