"""NO-TITLE, NO-REASON and NO-TEST: what a rule owes those who read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from punctilio.linting.values import Book, Slip, slip
from punctilio.model.rule import Rule


def untold(book: Book) -> Iterator[Slip]:
    """The own rules without a title, and those without a reason (`about`)."""
    for rule in _own_rules(book):
        if not rule.title:
            message = f"`{rule.id}` has no title, which reports show. Say in a few words what it asks: `title: …`."
            yield slip("NO-TITLE", message, rule.location, rule.id)
        if not rule.about:
            message = f"`{rule.id}` does not say why it is there. Tell those whom it judges: `about: …`."
            yield slip("NO-REASON", message, rule.location, rule.id)


def untested(book: Book, tested: Collection[str]) -> Iterator[Slip]:
    """The own rules that no case file names."""
    for rule in _own_rules(book):
        if rule.id not in tested:
            message = f"No case file speaks of `{rule.id}`. Write one that says what must be true by it."
            yield slip("NO-TEST", message, rule.location, rule.id)


def _own_rules(book: Book) -> Iterator[Rule]:
    return (rule for rule in book.rulebook.rules if book.is_own(rule.location))
