"""Looking up: what was found for each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, cast

import polars as pl

from punctilio.tables.constant import constant

_SPARSE: Final = 16
"""How many numbers there may be for each that is used."""


def with_found(rows: pl.DataFrame, found: pl.DataFrame, *, on: str | Sequence[str]) -> pl.DataFrame:
    """The rows, in their order, with the columns of what was ``found`` for them; null where nothing was.

    What is found is joined to the keys alone, and put beside the rest: a join copies every column. Most often
    nothing was found for any row, and a join is the dearest of small steps.
    """
    keys = [on] if isinstance(on, str) else list(on)
    names = [name for name in found.columns if name not in keys]
    if found.height:
        places = _places(rows[keys[0]], found[keys[0]]) if len(keys) == 1 else None
        if places is None:
            beside = rows[keys].join(found, on=keys, how="left", maintain_order="left")
        else:
            beside = found.select_seq(pl.col(names).gather(pl.lit(places)))
        return put_beside(rows, beside[names].get_columns())
    empty = {name: kind for name, kind in found.schema.items() if name not in keys}
    return rows.with_columns_seq(pl.lit(None, dtype=kind).alias(name) for name, kind in empty.items())


def _places(asked: pl.Series, given: pl.Series) -> pl.Series | None:
    """Where each number that is asked for stands among those given, which have each once; null where it does not.

    Of row numbers, which lie close together, a list by number is many times as fast as a join. None for others.
    """
    if asked.dtype != pl.UInt32 or given.dtype != pl.UInt32 or given.null_count() or not len(asked):
        return None
    last = max(cast("int | None", asked.max()) or 0, cast(int, given.max()))
    if last > _SPARSE * (len(asked) + len(given)):
        return None
    by_number = constant(None, last + 1, pl.UInt32)
    by_number = by_number.scatter(given, pl.int_range(len(given), dtype=pl.UInt32, eager=True))
    if len(by_number) - by_number.null_count() != len(given):
        return None  # one is given twice, which a join does not pass over
    return by_number.gather(asked)


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
