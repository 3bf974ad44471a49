"""DUPLICATE-RULE and SHADOWED-RULE: whatever breaks one rule breaks another one, which is no weaker."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Final

from punctilio.linting.bare import bare
from punctilio.linting.implication import Patterns
from punctilio.linting.lengths import is_as_long
from punctilio.linting.values import Book, Slip, named
from punctilio.model.rule import (
    Avoids,
    Calendar,
    Check,
    Close,
    Condition,
    Content,
    Expect,
    Force,
    Kind,
    Limit,
    Pattern,
    Recent,
    Require,
    Rule,
)
from punctilio.model.window import Duration
from punctilio.value import Value, replaced

_STRENGTH: Final = {force: -place for place, force in enumerate(Force)}


def shadowed(book: Book) -> Iterator[Slip]:
    """Each rule that says nothing beside another one, once: of two that say the same, the later by id."""
    judge = _Judge(book.rulebook.calendar, Patterns(book.rulebook.vocabulary))
    told = set[str]()
    said = {rule.id: bare(rule.kind) for rule in book.rulebook.rules}
    but_for = {rule.id: bare(_compared_apart(rule.kind)) for rule in book.rulebook.rules}
    alike = [[rule for rule, _ in book.rules(kind)] for kind in (Expect, Require, Limit, Check, Close)]
    for stricter, other in (pair for rules in alike for pair in permutations(rules, 2)):
        if other.id in told or stricter.id in told or not _is_as_strong(stricter, other):
            continue
        if said[stricter.id] == said[other.id]:
            told.add(other.id)
            yield _slip("DUPLICATE-RULE", "says the same as", stricter, other, book)
        elif but_for[stricter.id] == but_for[other.id] and judge.covers(stricter.kind, other.kind):
            told.add(other.id)
            yield _slip("SHADOWED-RULE", "says nothing that is not said by", stricter, other, book)


def _slip(code: str, verb: str, stricter: Rule, other: Rule, book: Book) -> Slip:
    message = f"`{other.id}` {verb} {named(stricter)}. Take it out, or make it say something else."
    return book.slip_of_two(code, message, other, stricter)


def _compared_apart(kind: Kind) -> Kind | None:
    """The rule without what is compared by itself; None where that is all of it."""
    match kind:
        case Expect():
            return replaced(kind, window=replaced(kind.window, due=None))
        case Close():
            return replaced(kind, status="")
        case _:
            return None


def _is_as_strong(stricter: Rule, other: Rule) -> bool:
    return stricter.force == other.force or (
        stricter.force is not None and other.force is not None and _STRENGTH[stricter.force] >= _STRENGTH[other.force]
    )


class _Judge(Value):
    """Whether whatever one rule finds fault with, the stricter one does too; of rules that are alike but for what is
    compared here."""

    calendar: Calendar
    patterns: Patterns

    def covers(self, strict: Kind, other: Kind) -> bool:
        match strict, other:
            case Limit(), Limit():
                return self._limit(strict, other)
            case Check(), Check():
                return self._check(strict, other)
            case Require(), Require():
                return self._require(strict, other)
            case Expect(), Expect():
                return self._expect(strict, other)
            case Close(), Close():
                return True  # but for the status, and that of the first by id is shown
            case _:
                return False

    def _limit(self, strict: Limit, other: Limit) -> bool:
        return (
            {*strict.key} <= {*other.key}
            and self._allows_no_more(strict, other)
            and self._spaces_no_less(strict, other)
            and self._implies(other.of.pattern, strict.of.pattern)
            and (strict.since is None or bare(strict.since) == bare(other.since))
            and (strict.during is None or bare(strict.during) == bare(other.during))
        )

    def _allows_no_more(self, strict: Limit, other: Limit) -> bool:
        if other.at_most is None:
            return True
        if strict.at_most is None or strict.at_most > other.at_most:
            return False
        return strict.within is None or (other.within is not None and self._as_long(strict.within, other.within))

    def _spaces_no_less(self, strict: Limit, other: Limit) -> bool:
        return other.gap is None or (strict.gap is not None and self._as_long(strict.gap, other.gap))

    def _require(self, strict: Require, other: Require) -> bool:
        return (
            self._implies(other.of.pattern, strict.of.pattern)
            and self._implies(strict.after.pattern, other.after.pattern)
            and strict.key == other.key
            and strict.from_field == other.from_field
            and (other.since is None or bare(strict.since) == bare(other.since))
            and (other.within is None or (strict.within is not None and self._as_long(other.within, strict.within)))
        )

    def _check(self, strict: Check, other: Check) -> bool:
        return self._implies(other.of.pattern, strict.of.pattern) and all(
            any(self._asks_as_much(asked, condition) for asked in strict.conditions) for condition in other.conditions
        )

    def _asks_as_much(self, strict: Condition, other: Condition) -> bool:
        match strict, other:
            case Content(), Content():
                return self._implies(strict.pattern, other.pattern)
            case Avoids(), Avoids():
                return strict.field == other.field and {*strict.phrases} >= {*other.phrases}
            case Recent(), Recent():
                return strict.field == other.field and self._as_long(other.within, strict.within)
            case _:
                return bare(strict) == bare(other)

    def _expect(self, strict: Expect, other: Expect) -> bool:
        """It is due no later."""
        due, late = strict.window.due, other.window.due
        return isinstance(due, Duration) and isinstance(late, Duration) and self._as_long(late, due)

    def _as_long(self, one: Duration, other: Duration) -> bool:
        return is_as_long(one, other, self.calendar)

    def _implies(self, one: Pattern, other: Pattern) -> bool:
        return self.patterns.implies(one, other)
