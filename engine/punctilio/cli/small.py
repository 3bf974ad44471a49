"""Small logs are the daily ones: what only large ones repay is spared for them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

SMALL: Final = 1_000_000
"""Bytes: some five thousand events."""

PACKED: Final = {".gz": 50, ".zst": 50, ".parquet": 50}
"""How many times its size a file of this suffix may hold, and a little more."""

Result = TypeVar("Result")


def spare(logs: Iterable[str]) -> bool:
    """Before anything is loaded, for small files: start one Polars thread, and collect no garbage.

    Results are the same. Says whether the files are small.
    """
    files = [Path(log) for log in logs]
    small = all(file.is_file() for file in files) and sum(map(_held, files)) <= SMALL
    if small:
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
        gc.disable()
    return small


def _held(file: Path) -> int:
    return file.stat().st_size * PACKED.get(file.suffix.lower(), 1)


def one_thread() -> None:
    """Before anything is loaded: start one Polars thread, for many small logs, one after the other."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


def on_polars_thread(work: Callable[[], Result]) -> Result:
    """What ``work`` returns or raises, done on a thread of Polars' own.

    Polars hands most operations to its threads and waits for them, which for a small frame costs more than the
    operation: some 100 µs of processor time. From its own thread nothing is handed over. Such a thread evaluates the
    columns of a ``select`` of two; the second is there for that alone.
    """
    import polars as pl  # `--help` and completion do without it

    outcome: list[Result | Exception] = []

    def column(one: pl.Series) -> pl.Series:
        try:
            outcome.append(work())
        except Exception as mistake:  # raised again below, where Polars cannot rewrite it
            outcome.append(mistake)
        return one

    pl.DataFrame({"one": [1]}).select(pl.col("one").map_batches(column, return_dtype=pl.Int64), two=pl.col("one") + 1)
    [result] = outcome
    if isinstance(result, Exception):
        raise result
    return result
