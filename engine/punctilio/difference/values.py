"""What a difference is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from punctilio.location import Location
from punctilio.value import Value

_WORDS: Final = frozenset({"title", "about", "cite"})
"""Keys of a rule that are only for people."""


class Change(Value, kw_only=True):
    """A field that says something else, is new, or is gone. ``path`` leads to it, such as ``rules first-inquiry expect
    window opens``; ``old`` and ``new`` are what it says, None where it is not there. Each place is that of the field,
    or of what it would stand in; None where that is not there either.

    ``rules`` are those that it concerns, by id; ``has_effect`` says whether any judgement on the log hangs on it.
    """

    path: tuple[str, ...]
    old: str | None
    new: str | None
    old_at: Location | None
    new_at: Location | None
    rules: tuple[str, ...] = ()
    has_effect: bool = False

    @property
    def judges(self) -> bool:
        """Whether the field can change a verdict, and is not only for people."""
        return not (self.path[0] == "rules" and len(self.path) == 3 and self.path[2] in _WORDS)


class Sample(Value, kw_only=True):
    """One judgement, by the old rules and by the new: ``old`` and ``new`` in words, empty where there is none."""

    case: str
    person: str | None
    event: str | None
    old: tuple[str, ...]
    new: tuple[str, ...]


class Effect(Value, kw_only=True):
    """How many judgements of one kind (``record``: decision, finding, status, allowance, note) became other ones in one
    way (``change``), in how many ``cases``, and a few of them.

    ``by`` are the changes that these hang on: each of them gives them ``alone``, or they do so only together, as far
    as is known; ``alone`` is None where that was not tried.
    """

    record: str
    change: str
    count: int
    cases: int
    by: tuple[Change, ...] = ()
    alone: bool | None = None
    samples: tuple[Sample, ...] = ()


class RuleDifference(Value, kw_only=True):
    """What is different about a rule. ``state`` is added, removed, changed, or unchanged: then what changed lies in
    what it uses (``changes``), or in the rules that bound or close what it asks for (``through``)."""

    rule: str
    title: str
    state: str
    changes: tuple[Change, ...]
    through: tuple[str, ...]
    effects: tuple[Effect, ...]


class Side(Value, kw_only=True):
    """Rules that are compared. ``source`` is what they were asked for by."""

    source: str
    name: str
    hash: str
    files: tuple[str, ...]


class Difference(Value, kw_only=True):
    """All of it. ``rules`` are those with effects, ``changes`` all that is written otherwise; ``outcomes`` has a row
    for each judgement and way in which it is another one (``outcomes.SCHEMA``). ``cases`` counts those of the log,
    ``differing`` those in which anything is different."""

    old: Side
    new: Side
    as_of: datetime
    logs: tuple[str, ...]
    cases: int
    differing: int
    rules: tuple[RuleDifference, ...]
    changes: tuple[Change, ...]
    outcomes: pl.DataFrame

    @property
    def is_any(self) -> bool:
        """Whether anything is different: what is written, or what is judged."""
        return bool(self.changes) or self.outcomes.height > 0

    @property
    def idle(self) -> tuple[Change, ...]:
        """What changed, with no effect on this log."""
        return tuple(change for change in self.changes if not change.has_effect)
