"""Mistakes beyond number: those that are shown, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from punctilio.problems import Problem, in_order

SHOWN: Final = 50
"""The first ones in order of place are kept, so that a log of a million bad lines is refused in little memory."""


class Mistakes(NamedTuple):
    """``first`` are in order; ``total`` counts all of them."""

    first: tuple[Problem, ...] = ()
    total: int = 0

    def with_all(self, problems: Iterable[Problem]) -> Mistakes:
        """With those of another part of the log: no mistake is in both."""
        ordered = in_order(problems)
        return self.and_all(Mistakes(ordered, len(ordered))) if ordered else self

    def and_all(self, other: Mistakes) -> Mistakes:
        return Mistakes(in_order((*self.first, *other.first))[:SHOWN], self.total + other.total)


NONE: Final = Mistakes()
