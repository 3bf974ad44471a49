"""What windows tell, in frames whose groups stand together.

``over`` looks at every group by itself, which costs half a microsecond a row where groups are small. In a frame
that is sorted by its groups, each group is a *run*: a row then needs to know no more than where its own began.
The first of the columns ``by`` is never null.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def begins(by: Sequence[str]) -> pl.Expr:
    """Whether a row is the first of its run (Boolean)."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in by)


def place(by: Sequence[str]) -> pl.Expr:
    """The place of a row in its run, from 0 (Int64)."""
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    return row - pl.when(begins(by)).then(row).forward_fill()


def running_sum(number: pl.Expr, by: Sequence[str]) -> pl.Expr:
    """The sum of a number, never null, from the first row of the run to this one."""
    total = number.cum_sum()
    return total - pl.when(begins(by)).then(total - number).forward_fill()


def previous(value: pl.Expr, by: Sequence[str]) -> pl.Expr:
    """The value of the row before; null for the first of a run."""
    return pl.when(~begins(by)).then(value.shift(1))


def following(value: pl.Expr, by: Sequence[str]) -> pl.Expr:
    """The value of the next row; null for the last of a run."""
    return pl.when(~begins(by).shift(-1)).then(value.shift(-1))


def carried(value: pl.Expr, by: Sequence[str]) -> pl.Expr:
    """The latest value of the run that is not null, this row's own included."""
    since = pl.when(value.is_not_null()).then(pl.int_range(pl.len(), dtype=pl.Int64)).forward_fill()
    return pl.when(since >= pl.int_range(pl.len(), dtype=pl.Int64) - place(by)).then(value.forward_fill())
