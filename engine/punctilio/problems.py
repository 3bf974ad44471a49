"""What a person got wrong, as a value: where, what, and what was meant perhaps.

Problems travel beside the data and are collected, so that one run shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from punctilio.location import Location


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``source`` is the line it stands in, as written; ``suggestion`` completes "Did you mean …?"."""

    code: str
    message: str
    location: Location
    suggestion: str | None = None
    source: str | None = None

    @property
    def sentence(self) -> str:
        return f"{self.message} Did you mean `{self.suggestion}`?" if self.suggestion else self.message


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place, then by code and words."""
    return tuple(sorted(set(problems), key=lambda p: (p.location, p.code, p.message)))


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant by ``word``, if one is near."""
    names = sorted(set(known))
    folded = {name.lower(): name for name in reversed(names)}
    near = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None
