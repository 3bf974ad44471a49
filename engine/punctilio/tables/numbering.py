"""Numbers for texts: whole columns are compared, sorted and found by them many times as fast."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from punctilio.tables.constant import constant

_TEXT: Final = "text"
_NUMBER: Final = "number"
_SOME: Final = 1 << 16
_How = Literal["left", "inner"]


def numbered(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The texts that there are, each once, in order; and the number (UInt32) of each row's own among them, null where
    it has none.

    They are told apart by their hashes. That no two share one is seen afterwards, for a twentieth of what texts cost.
    """
    if len(texts) and texts[0] == texts[-1] and not texts.null_count() and (texts == texts[0]).all():
        return texts.head(1), constant(0, len(texts), pl.UInt32)
    hashes = texts.hash()
    names = texts.gather(hashes.arg_unique()).drop_nulls().sort()
    how: _How = "left" if texts.null_count() else "inner"  # an inner join is faster
    numbers = _found(hashes, names.hash(), how)
    if not _is_so(names, numbers, texts):
        names = texts.unique().drop_nulls().sort()
        numbers = _found(texts, names, how)
    return names, numbers


def _is_so(names: pl.Series, numbers: pl.Series, texts: pl.Series) -> bool:
    """Whether each text is the one of its number. A few rows at a time need no memory that is not at hand."""
    some = range(0, len(texts), _SOME)
    return not any((names.gather(numbers.slice(n, _SOME)) != texts.slice(n, _SOME)).any() for n in some)


def _found(asked: pl.Series, given: pl.Series, how: _How) -> pl.Series:
    table = given.alias(_TEXT).to_frame().with_row_index(_NUMBER)
    return asked.alias(_TEXT).to_frame().join(table, on=_TEXT, how=how, maintain_order="left")[_NUMBER]


def spread(values: pl.Series, rows: pl.Series, height: int) -> pl.Series:
    """A column of this height with the values, of any type but lists, in these rows, and null in all others."""
    return constant(None, height, values.dtype).scatter(rows, values).alias(values.name)
