"""Looking up: what was found for each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import polars as pl


def with_found(rows: pl.DataFrame, found: pl.DataFrame, *, on: str | Sequence[str]) -> pl.DataFrame:
    """The rows, in their order, with the columns of what was ``found`` for them; null where nothing was.

    What is found is joined to the keys alone, and put beside the rest: a join copies every column. Most often
    nothing was found for any row, and a join is the dearest of small steps.
    """
    keys = [on] if isinstance(on, str) else list(on)
    if found.height:
        beside = rows[keys].join(found, on=keys, how="left", maintain_order="left")
        return put_beside(rows, [beside[name] for name in found.columns if name not in keys])
    empty = {name: kind for name, kind in found.schema.items() if name not in keys}
    return rows.with_columns_seq(pl.lit(None, dtype=kind).alias(name) for name, kind in empty.items())


def stacked(frames: Iterable[pl.DataFrame], *, how: Literal["vertical", "diagonal"] = "vertical") -> pl.DataFrame:
    """The frames below each other, in one piece: where a filter leaves the first piece of a frame empty, Polars 2.1
    fails on texts made of it (``pl.format``) and on lists (``list.eval``)."""
    some = list(frames)
    return some[0].rechunk() if len(some) == 1 else pl.concat(some, how=how, rechunk=True)


def without(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The rows without these columns, where they are there: ``drop`` costs five times as much."""
    return rows[[name for name in rows.columns if name not in names]]


def put_beside(rows: pl.DataFrame, columns: list[pl.Series]) -> pl.DataFrame:
    """The rows with further columns. All are made whole first: Polars fails on some frames in unlike pieces."""
    return rows.rechunk().hstack([column.rechunk() for column in columns])
