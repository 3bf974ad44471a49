"""Sorting by many columns, most of which are whole numbers.

As one number, with the row's own behind, they are sorted several times as fast as one by one; only rows that are equal
in it are looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import polars as pl

_BITS: Final = 127
"""Of the positive numbers of Int128."""

_LINE: Final = "_line"
_PLACE: Final = "_place"


def sorted_by(rows: pl.DataFrame, numbers: Sequence[pl.Expr], rest: Sequence[str]) -> pl.DataFrame:
    """The rows in the order of ``numbers`` (whole ones, of at most 64 bits, or instants), then of the columns ``rest``,
    then as they stood; nulls last."""
    values = rows.select_seq(number.cast(pl.Int64).alias(f"{n}") for n, number in enumerate(numbers))
    line, bits = pl.lit(0, dtype=pl.Int128), 0
    for value in values:
        number, width = _from_zero(value)
        line, bits = line * pl.lit(1 << width, dtype=pl.Int128) + number, bits + width
    width = rows.height.bit_length()
    if bits + width > _BITS:
        return rows[_in_full(values, rows[list(rest)])]
    place = pl.int_range(rows.height, dtype=pl.UInt32)
    keys = values.select_seq((line * pl.lit(1 << width, dtype=pl.Int128) + place).alias(_LINE)).to_series().sort()
    places = keys & (1 << width) - 1
    lines = keys - places
    order = places.cast(pl.UInt32)
    is_same = lines == lines.shift(1)
    ties = (is_same | is_same.shift(-1)).arg_true()
    if len(ties):
        tied = order.gather(ties)
        order = order.scatter(ties, tied.gather(_in_full(lines.gather(ties).to_frame(), rows[tied, list(rest)])))
    return rows[order]


def _from_zero(value: pl.Series) -> tuple[pl.Expr, int]:
    """The numbers (Int64) less the least of them, with one more than the greatest for null; and their width in bits."""
    least, greatest = cast("int | None", value.min()) or 0, cast("int | None", value.max()) or 0
    number = pl.col(value.name).cast(pl.Int128) - pl.lit(least, dtype=pl.Int128)
    beyond = greatest - least + 1
    return number.fill_null(pl.lit(beyond, dtype=pl.Int128)), beyond.bit_length()


def _in_full(first: pl.DataFrame, then: pl.DataFrame) -> pl.Series:
    """The order of rows by these columns, one by one."""
    columns = [*first.get_columns(), *then.get_columns()]
    by = [column.alias(f"{n}") for n, column in enumerate(columns)]
    placed = pl.DataFrame(by).with_row_index(_PLACE)
    return placed.sort([column.name for column in by], nulls_last=True, maintain_order=True)[_PLACE]
