"""Small logs are the daily ones: what only large ones repay is spared for them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

SMALL: Final = 1_000_000
"""Bytes: some five thousand events."""

PACKED: Final = {".gz": 50, ".zst": 50, ".parquet": 50}
"""How many times its size a file of this suffix may hold, and a little more."""


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
