"""Files that are whole or not there."""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

_DESCRIPTORS: Final = re.compile(r"/dev/fd|/proc/\d+(/task/\d+)?/fd")
"""The folders in which a system shows what a process has open, under its number."""
_LINKS: Final = 40
"""As many links as Linux follows."""


def descriptor(file: Path) -> int | None:
    """What this process has open already and the path leads to, such as 1 of ``/dev/stdout``; None for any other."""
    place = _open_place(file)
    if place is None:
        return None
    is_ours = str(place.parent) == "/dev/fd" or place.is_relative_to(Path("/proc/self").resolve())
    return int(place.name) if is_ours else None


def is_stream(file: Path) -> bool:
    """Whether it can only be written to, and nothing put beside it: a device, a pipe, what a process has open."""
    return _open_place(file) is not None or (file.exists() and not file.is_file())


def _open_place(file: Path) -> Path | None:
    """Where the path leads to what a process has open, such as ``/proc/7/fd/1``.

    That looks like a link to a file, but whoever replaced the file would leave the process with the old one, and take
    away what it wrote there.
    """
    try:
        for _ in range(_LINKS):
            place = file.parent.resolve() / file.name
            if place.name.isdecimal() and _DESCRIPTORS.fullmatch(str(place.parent)):
                return place
            if not place.is_symlink():
                return None
            file = place.parent / place.readlink()
    except (OSError, RuntimeError, ValueError):  # no such file, a ring of links, no name of a file
        return None
    return None


@contextmanager
def replacing(file: Path) -> Generator[BinaryIO, None, None]:
    """What is written becomes the content of ``file`` at once when the block ends, and nothing does where it fails.

    What is no file (a device, a pipe) can only be written to; so can what a process has open, whatever that is: it
    is written where that process would go on. Raises OSError where that cannot be done.
    """
    place = _open_place(file)
    if place is None and file.is_symlink():
        file = file.resolve()
    if place is not None:
        number = descriptor(place)
        with os.fdopen(os.dup(number), "wb") if number is not None else place.open("ab") as there:
            yield there
    elif file.exists() and not file.is_file():
        with file.open("wb") as there:
            yield there
    else:
        with _beside(file) as new:
            yield new


@contextmanager
def _beside(file: Path) -> Generator[BinaryIO, None, None]:
    from tempfile import NamedTemporaryFile  # a report to standard output does without it

    mode = file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask()
    with NamedTemporaryFile(dir=file.parent, prefix=".punctilio-", suffix=".part", delete=False) as new:
        try:
            yield cast(BinaryIO, new)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).chmod(mode)
            Path(new.name).replace(file)
        finally:
            Path(new.name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
