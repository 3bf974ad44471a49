"""How far a long run has come, for somebody who watches."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from typing import Final, Self, TextIO

PATIENCE: Final = 2.0
"""Seconds that need no explanation."""
EVERY: Final = 0.2
"""Seconds after which the line is renewed, so that who watches sees that something is going on."""


class Bar:
    """A line on a terminal, renewed in place, also while nothing is told, and gone at the end; nothing anywhere else.

    ``every`` is the time between two renewals in seconds; with None there are none but those that ``show`` makes.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        every: float | None = EVERY,
    ) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._clock = clock
        self._every = every
        self._is_wanted = is_terminal(self._stream)
        self._begun_at = clock()
        self._told: tuple[str, int, int | None] | None = None
        self._width = 0
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._renewing: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        """Say that so much is done, of ``total`` where that is known."""
        if not self._is_wanted:
            return
        self._told = doing, done, total
        if self._renewing is None and self._every is not None:
            self._is_over.clear()
            self._renewing = threading.Thread(target=self._renew, args=(self._every,), daemon=True)
            self._renewing.start()

    def show(self) -> None:
        """Write what was said last, if it is time."""
        seconds = self._clock() - self._begun_at
        if self._told and seconds >= PATIENCE:
            doing, done, total = self._told
            self._write(_line(doing, done, total, int(seconds), shutil.get_terminal_size().columns - 1))

    def clear(self) -> None:
        """Leave nothing, until something is said again."""
        self._is_over.set()
        if self._renewing is not None:
            self._renewing.join()
        self._renewing = self._told = None
        if self._width:
            self._write("")

    def _renew(self, every: float) -> None:
        while not self._is_over.wait(every):
            self.show()

    def _write(self, line: str) -> None:
        with self._lock, contextlib.suppress(OSError):  # whoever watched has gone
            self._stream.write(f"\r{line.ljust(self._width)}\r{line}")
            self._stream.flush()
            self._width = len(line)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal that can go back to the begin of a line."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def _line(doing: str, done: int, total: int | None, seconds: int, width: int) -> str:
    if total is None:
        return f"{doing} {done:,} events, {seconds} s"[:width]
    share = done / total if total else 1.0
    text = f"{doing} {share:4.0%} ({done:,} of {total:,} parts), {seconds} s"
    room = min(40, width - len(text) - 3)
    if room < 10:
        return text[:width]
    full = int(room * share)
    return f"{text} [{'#' * full}{'-' * (room - full)}]"
