"""Cutting a log into parts: ranges of case names that hold about as many events each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import polars as pl

from punctilio.batch.files import slices
from punctilio.batch.reading import Run
from punctilio.tables import columns as c

_FINE: Final = 5
"""Marks of each run for a part that takes as much from every run: what is missed between two marks makes no part larger
by more than a fifth, but for its last case."""


class Range(NamedTuple):
    """The cases from ``low`` on and below ``high``, in the order of their bytes; None is no bound."""

    number: int
    low: str | None
    high: str | None

    def holds(self, case: str) -> bool:
        return (self.low is None or self.low <= case) and (self.high is None or case < self.high)

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "all cases"
        since = f"from `{self.low}`" if self.low is not None else "from the first"
        return f"the cases {since} up to `{self.high}`" if self.high is not None else f"the cases {since} on"


def ranges(runs: Sequence[Run], part: int) -> list[Range]:
    """Ranges of about ``part`` events. A case is in one alone, however large it is."""
    step = max(1, part // (_FINE * len(runs)))
    marks = pl.concat([_marks(run, step) for run in runs]).sort()
    bounds = marks.gather_every(max(1, part // step)).unique(maintain_order=True)[1:].to_list()
    return [Range(number, low, high) for number, (low, high) in enumerate(pairwise([None, *bounds, None]))]


def case_names(runs: Sequence[Run], part: Range | None = None) -> pl.Series:
    """The cases of a log, or of a part of it, in order."""
    low, high = (part.low, part.high) if part else (None, None)
    names = [slices([run.events], low, high, c.CASE, only=True)[c.CASE].unique() for run in runs]
    return pl.concat(names).unique().sort()


def _marks(run: Run, step: int) -> pl.Series:
    """The case of every ``step``-th event."""
    return pl.scan_parquet(run.events).select(pl.col(c.CASE).gather_every(step)).collect()[c.CASE]
