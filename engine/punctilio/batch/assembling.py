"""A report from the pieces of its parts, which follow each other as their cases do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from punctilio.batch.files import collected
from punctilio.tables import columns as c


def frames(pieces: Sequence[pl.LazyFrame], order: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The pieces in ``order``, a part at a time. Those of each part are in order; cases are in one part alone.

    What a form puts above the case (its sections) takes a few values, and is gone through for each of them.
    """
    above = list(order[: order.index(c.CASE)]) if c.CASE in order else []
    if not above:
        yield from (collected(piece) for piece in pieces)
        return
    values = pl.concat([collected(piece.select(above).unique()) for piece in pieces])
    for value in values.unique().sort(above).iter_rows(named=True):
        here = [pl.col(name).eq_missing(pl.lit(one, values.schema[name])) for name, one in value.items()]
        for piece in pieces:
            frame = collected(piece.filter(*here))
            if frame.height:
                yield frame
