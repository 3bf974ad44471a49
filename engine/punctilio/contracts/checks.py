"""A check looks into texts, and says of each what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class Check(Protocol):
    """What ``passes: NAME`` in a check means. ``punctilio.testing.CheckContract`` tries all that is said here."""

    @property
    def name(self) -> str:
        """Lower-case words joined by hyphens, such as ``no-shouting``. Nobody else has it."""
        ...

    def judge(self, texts: Sequence[str]) -> Sequence[str | None]:
        """For each text None where nothing is wrong, else what is: the half of a sentence that follows the name of the
        message, such as ``shouts (“NOW”)``, on one line.

        Each text is judged by itself: the others, their order, the clock and the network change nothing. It is called
        once for all texts of a rule, each different, none blank. Where it raises or answers otherwise, every text
        counts as one that does not pass.
        """
        ...
