"""Standard output is for reports. While code of others runs, what goes there goes to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock
from typing import BinaryIO, Final

_OUTPUT: Final = 1
_ERRORS: Final = 2
"""File descriptors, to which libraries and other programs write without asking Python."""


class _Aside:
    """Standard output is one for the whole process, and so is this. Several threads may run code of others at once:
    the first one sets it aside, and the last one puts it back."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.depth = 0
        self.undo = contextlib.ExitStack()

    def __enter__(self) -> None:
        with self.lock:
            self.depth += 1
            if self.depth == 1:
                self.undo.enter_context(_elsewhere())

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.depth -= 1
            if self.depth == 0:
                self.undo.close()


aside: Final = _Aside()
"""``with aside:`` runs code of others."""


@contextmanager
def own(file: BinaryIO) -> Generator[BinaryIO, None, None]:
    """The file, by a descriptor of its own where it is standard output, so that it is not set aside."""
    if not _is_output(file):
        yield file
        return
    file.flush()
    with open(os.dup(_OUTPUT), "wb") as same:
        yield same


@contextmanager
def _elsewhere() -> Generator[None, None, None]:
    with contextlib.redirect_stdout(sys.stderr), _descriptor_elsewhere():
        yield


@contextmanager
def _descriptor_elsewhere() -> Generator[None, None, None]:
    """Nothing is done where one of both is closed. What is still in a buffer goes where it was meant for."""
    buffered = sys.__stdout__
    try:
        kept = os.dup(_OUTPUT)
    except OSError:
        yield
        return
    try:
        _flush(buffered)
        with contextlib.suppress(OSError):
            os.dup2(_ERRORS, _OUTPUT)
        yield
    finally:
        _flush(buffered)
        os.dup2(kept, _OUTPUT)
        os.close(kept)


def _flush(stream: object) -> None:
    with contextlib.suppress(AttributeError, OSError, ValueError):  # there may be none, or a closed one
        stream.flush()  # type: ignore[attr-defined]  # whatever stands in for a stream: what has no flush is passed over


def _is_output(file: BinaryIO) -> bool:
    try:
        return file.fileno() == _OUTPUT
    except (AttributeError, OSError, ValueError):  # it is in memory, or closed
        return False
