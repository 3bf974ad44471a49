"""How far a long run has come, for somebody who watches."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

PATIENCE: Final = 2.0
"""Seconds that need no explanation."""
_EVERY: Final = 0.1


class Bar:
    """A line on a terminal, renewed in place, and gone at the end; nothing anywhere else."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._clock = clock
        self._is_wanted = is_terminal(self._stream)
        self._next = clock() + PATIENCE
        self._width = 0

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Show that so much is done, of ``total`` where that is known."""
        if not self._is_wanted or self._clock() < self._next:
            return
        self._next = self._clock() + _EVERY
        self._show(_line(doing, done, total, shutil.get_terminal_size().columns - 1))

    def clear(self) -> None:
        if self._width:
            self._show("")

    def _show(self, line: str) -> None:
        with contextlib.suppress(OSError):  # whoever watched has gone
            self._stream.write(f"\r{line.ljust(self._width)}\r{line}")
            self._stream.flush()
        self._width = len(line)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal that can go back to the begin of a line."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _line(doing: str, done: int, total: int | None, width: int) -> str:
    if total is None:
        return f"{doing} {done:,} events"[:width]
    share = done / total if total else 1.0
    text = f"{doing} {share:4.0%} ({done:,} of {total:,} parts)"
    room = min(40, width - len(text) - 3)
    if room < 10:
        return text[:width]
    full = int(room * share)
    return f"{text} [{'#' * full}{'-' * (room - full)}]"
