"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


@contextmanager
def replacing(file: Path) -> Generator[BinaryIO, None, None]:
    """What is written becomes the content of ``file`` at once when the block ends, and nothing does where it fails.

    What is no file (a device, a pipe) can only be written to. Raises OSError where that cannot be done.
    """
    if file.is_symlink():
        file = file.resolve()
    if file.exists() and not file.is_file():
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
