"""Looking up: what was found for each row."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def with_found(rows: pl.DataFrame, found: pl.DataFrame, *, on: str | Sequence[str]) -> pl.DataFrame:
    """The rows, in their order, with the columns of what was ``found`` for them; null where nothing was.

    Most often nothing was found for any row, and a join is the dearest of small steps.
    """
    if found.height:
        return rows.join(found, on=on, how="left", maintain_order="left")
    keys = {on} if isinstance(on, str) else set(on)
    empty = {name: kind for name, kind in found.schema.items() if name not in keys}
    return rows.with_columns_seq(pl.lit(None, dtype=kind).alias(name) for name, kind in empty.items())
