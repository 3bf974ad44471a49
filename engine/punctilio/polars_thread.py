"""Work of many small steps, done on a thread of Polars' own.

Polars hands most operations to its threads and waits for them, which for a small frame costs more than the operation:
some 100 µs of processor time. From its own thread nothing is handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def on_polars_thread(work: Callable[[], T]) -> T:
    """What ``work`` returns or raises, done on a thread of Polars' own.

    Such a thread evaluates the columns of a ``select`` of two; the second is there for that alone.
    """
    import polars as pl  # `--help` and completion do without it

    outcome: list[T | BaseException] = []

    def column(one: pl.Series) -> pl.Series:
        try:
            outcome.append(work())
        except BaseException as mistake:  # raised again below, where Polars cannot rewrite it
            outcome.append(mistake)
        return one

    pl.DataFrame({"one": [1]}).select(pl.col("one").map_batches(column, return_dtype=pl.Int64), two=pl.col("one") + 1)
    [result] = outcome
    if isinstance(result, BaseException):
        raise result
    return result


def on_sole_polars_thread(work: Callable[[], T]) -> T:
    """The same where Polars has one thread alone, as in a worker. Where it has several and there is more such work, one
    that waits for another begins with the next meanwhile, and the other has nothing to do: there, it is done here."""
    import polars as pl

    return on_polars_thread(work) if pl.thread_pool_size() == 1 else work()
