"""Cutting a log into parts: ranges of case names that hold about as many events each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

import polars as pl

from punctilio.batch.files import collected
from punctilio.batch.reading import Held, Split
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

    @property
    def condition(self) -> pl.Expr:
        """That a row is in it."""
        bounds = [pl.col(c.CASE) >= self.low] if self.low is not None else []
        bounds += [pl.col(c.CASE) < self.high] if self.high is not None else []
        return pl.all_horizontal(pl.lit(True), *bounds)

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "all cases"
        since = f"from `{self.low}`" if self.low is not None else "from the first"
        return f"the cases {since} up to `{self.high}`" if self.high is not None else f"the cases {since} on"


def ranges(log: Held | Split, part: int) -> list[Range]:
    """Ranges of about ``part`` events. A case is in one alone, however large it is."""
    columns = log.cases_in_order()
    step = max(1, part // (_FINE * len(columns)))
    marks = pl.concat(
        [collected(column.select(pl.col(c.CASE).gather_every(step)))[c.CASE] for column in columns]
    ).sort()
    bounds = marks.gather_every(max(1, part // step)).unique(maintain_order=True)[1:].to_list()
    return [Range(number, low, high) for number, (low, high) in enumerate(pairwise([None, *bounds, None]))]


def case_names(log: Held | Split, part: Range | None = None) -> pl.Series:
    """The cases of a log, or of a part of it, in order."""
    within = part.condition if part else pl.lit(True)
    names = [collected(scan.filter(within).select(pl.col(c.CASE).unique()))[c.CASE] for scan in log.scans()]
    return pl.concat(names).unique().sort()


def rows_of(scans: Iterable[pl.LazyFrame], part: Range) -> pl.DataFrame:
    """The rows of several tables that are in a part. Of files, row groups without any are skipped. A column that a
    table does not have is null there."""
    return pl.concat([collected(scan.filter(part.condition)) for scan in scans], how="diagonal")
