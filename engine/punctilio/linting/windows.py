"""WINDOW-ORDER and CANCEL-SETTLES: parts of an expectation that get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator

from punctilio.linting.implication import Patterns
from punctilio.linting.lengths import is_longer
from punctilio.linting.values import Book, Slip, slip
from punctilio.location import Location
from punctilio.model.rule import AnyOf, Expect, Pattern, Rule
from punctilio.model.window import Duration
from punctilio.yaml_source import ListNode, MapNode

_PAIRS = (("opens", "due"), ("due", "expires"), ("opens", "expires"))


def window_order(book: Book) -> Iterator[Slip]:
    """Ends that are written in different units and come in the wrong order all the same."""
    for rule, expect in book.rules(Expect):
        window = {"opens": expect.window.opens, "due": expect.window.due, "expires": expect.window.expires}
        for early, late in _PAIRS:
            first, second = window[early], window[late]
            if (
                isinstance(first, Duration)
                and isinstance(second, Duration)
                and is_longer(first, second, book.rulebook.calendar)
            ):
                message = (
                    f"`{late}` ({second.text}) comes before `{early}` ({first.text}), however long a day or month is. "
                    "Exchange them, or change one."
                )
                yield slip("WINDOW-ORDER", message, book.place(rule, "expect", "window", late), rule.id)
                break


def cancel_settles(book: Book) -> Iterator[Slip]:
    """What is named under `cancel` and settles already: an event that does both only settles."""
    patterns = Patterns(book.rulebook.vocabulary)
    for rule, expect in book.rules(Expect):
        for pattern, place in _cancels(rule, expect, book):
            if patterns.implies(pattern, expect.until.pattern):
                message = (
                    f"What stands here settles `{rule.id}` already, so it cancels nothing. Take it out of `cancel`."
                )
                yield slip("CANCEL-SETTLES", message, place, rule.id)


def _cancels(rule: Rule, expect: Expect, book: Book) -> Iterator[tuple[Pattern, Location]]:
    """Each event that cancels, with its place."""
    if expect.cancel is None:
        return
    body = book.loaded.merged.rules[rule.id].keys["expect"]
    node = body.get("cancel") if isinstance(body, MapNode) else None
    pattern = expect.cancel.pattern
    if isinstance(node, ListNode) and isinstance(pattern, AnyOf) and len(node.items) == len(pattern.parts):
        for part, item in zip(pattern.parts, node.items, strict=True):
            yield part, item.location if book.is_own(item.location) else book.place(rule, "expect", "cancel")
    else:
        yield pattern, book.place(rule, "expect", "cancel")
