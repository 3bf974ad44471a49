"""NEVER-FIRES and NEVER-BROKEN: by its own words, and those of other rules, nothing can ever come of a rule."""

from __future__ import annotations

from collections.abc import Iterator

from punctilio.linting.implication import Patterns
from punctilio.linting.values import Book, Slip, named, slip
from punctilio.model.rule import Check, Close, Content, EventPattern, Expect, Limit, Require, Rule
from punctilio.rulebook.activation import certain

FIRES = "NEVER-FIRES"
BROKEN = "NEVER-BROKEN"


def never_fires(book: Book) -> Iterator[Slip]:
    """The rules that no event sets off, and those that none can break; one reason each."""
    patterns = Patterns(book.rulebook.vocabulary)
    closes = list(book.rules(Close))
    for rule in book.rulebook.rules:
        found = next(_reasons(rule, patterns, closes, book), None)
        if found:
            yield found


def _reasons(rule: Rule, patterns: Patterns, closes: list[tuple[Rule, Close]], book: Book) -> Iterator[Slip]:
    match rule.kind:
        case Expect():
            yield from _expect(rule, rule.kind, patterns, closes, book)
        case Close():
            yield from _close(rule, rule.kind, patterns, closes, book)
        case Limit():
            yield from _limit(rule, rule.kind, patterns, book)
        case Require():
            yield from _fitting(rule, "require", "of", rule.kind.of, patterns, book)
        case Check():
            yield from _fitting(rule, "check", "of", rule.kind.of, patterns, book)
            yield from _check(rule, rule.kind, book)


def _expect(
    rule: Rule, expect: Expect, patterns: Patterns, closes: list[tuple[Rule, Close]], book: Book
) -> Iterator[Slip]:
    when = expect.when.pattern
    yield from _fitting(rule, "expect", "when", expect.when, patterns, book)
    for other, close in closes:
        stays = close.reopen is None or patterns.excludes(when, close.reopen.pattern)
        if _at_once(close) and stays and patterns.implies(when, close.when.pattern):
            message = (
                f"What gives rise to `{rule.id}` closes the case by {named(other)}, and nothing opens in a closed "
                "case. Let something else give rise to it, or take this rule out."
            )
            yield _slip(FIRES, message, book, rule, "expect", "when")
    if expect.during and expect.during.until and patterns.implies(when, expect.during.until.pattern):
        message = f"What gives rise to `{rule.id}` ends the `while` in which it could. Take it out of `until`."
        yield _slip(FIRES, message, book, rule, "expect", "while", "until")
    yield from _counting(rule, "expect", expect, patterns, book)


def _close(
    rule: Rule, close: Close, patterns: Patterns, closes: list[tuple[Rule, Close]], book: Book
) -> Iterator[Slip]:
    yield from _fitting(rule, "close", "when", close.when, patterns, book)
    yield from _counting(rule, "close", close, patterns, book)
    for other, sooner in closes:
        if close.silence_for and _at_once(sooner) and patterns.implies(close.when.pattern, sooner.when.pattern):
            message = (
                f"What begins the silence of `{rule.id}` closes the case at once by {named(other)}, so the silence "
                "never lasts. Take one of the two out."
            )
            yield _slip(FIRES, message, book, rule, "close", "silence_for")


def _limit(rule: Rule, limit: Limit, patterns: Patterns, book: Book) -> Iterator[Slip]:
    of = limit.of.pattern
    yield from _fitting(rule, "limit", "of", limit.of, patterns, book)
    if limit.during and limit.during.until and patterns.implies(of, limit.during.until.pattern):
        message = f"What `{rule.id}` counts ends the `while` in which it counts. Take it out of `until`."
        yield _slip(FIRES, message, book, rule, "limit", "while", "until")
    if limit.at_most != 0 and limit.since and patterns.implies(of, limit.since.pattern):
        message = f"`{rule.id}` counts anew from each event that it counts, so it never counts two. Change `since`."
        yield _slip(BROKEN, message, book, rule, "limit", "since")


def _check(rule: Rule, check: Check, book: Book) -> Iterator[Slip]:
    vocabulary = book.rulebook.vocabulary
    patterns = [part.pattern for part in check.conditions if isinstance(part, Content)]
    holds = all(check.of.types <= certain(pattern, vocabulary) for pattern in patterns)
    if patterns and holds and len(patterns) == len(check.conditions):
        message = f"By the vocabulary, every event that `{rule.id}` judges is as it asks. Ask for more, or take it out."
        yield _slip(BROKEN, message, book, rule, "check")


def _counting(rule: Rule, key: str, kind: Expect | Close, patterns: Patterns, book: Book) -> Iterator[Slip]:
    if kind.nth and kind.nth > 1 and kind.since and patterns.implies(kind.when.pattern, kind.since.pattern):
        message = (
            f"`{rule.id}` counts anew from each event that it counts, so there is no number {kind.nth}. Change `since`."
        )
        yield _slip(FIRES, message, book, rule, key, "since")


def _fitting(rule: Rule, kind: str, key: str, event: EventPattern, patterns: Patterns, book: Book) -> Iterator[Slip]:
    if not patterns.can_fit(event.pattern):
        message = f"No event can fit `{key}` of `{rule.id}`: each way to fit it asks for two things at once. Change it."
        yield _slip(FIRES, message, book, rule, kind, key)


def _at_once(close: Close) -> bool:
    return close.silence_for is None and close.nth is None


def _slip(code: str, message: str, book: Book, rule: Rule, *path: str) -> Slip:
    return slip(code, message, book.place(rule, *path), rule.id)
