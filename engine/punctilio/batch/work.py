"""The work folder: named by what is judged, so that the same command after an interruption finds what was done."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from punctilio.errors import UsageError

_PREFIX: Final = "punctilio-"
_LOCK: Final = "lock"
_DIGITS: Final = 16


def digest(*facts: object) -> str:
    """The name of what is known by these facts, which tell themselves apart as text."""
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]


def file_facts(names: Iterable[str]) -> list[tuple[str, int, int]] | None:
    """Where each file is, its size and when it was changed; None where one is no file, and cannot be read again."""
    try:
        paths = [Path(name).resolve(strict=True) for name in names]
        found = [(str(path), path.stat()) for path in paths]
    except (OSError, ValueError):
        return None
    if not all(path.is_file() for path in paths):
        return None
    return [(path, stat.st_size, stat.st_mtime_ns) for path, stat in found]


class WorkFolder:
    """A folder of our own, locked while it is in use. ``is_kept`` says whether it is to be found again."""

    def __init__(self, path: Path, lock: int | None) -> None:
        self.path = path
        self._lock = lock

    @property
    def is_kept(self) -> bool:
        return self._lock is not None

    def empty(self) -> None:
        """Take all that is in it away, but the lock."""
        for entry in self.path.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != _LOCK:
                entry.unlink()

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextmanager
def work_folder(parent: Path | None, name: str | None) -> Generator[WorkFolder, None, None]:
    """The folder of this name in ``parent``, or in the system's temporary folder; one of its own where the name is
    None, or another run is using it.

    It stays where the work in it was not finished (the caller removes what is); one without a name never does.
    Raises UsageError where it cannot be made, or belongs to somebody else.
    """
    try:
        folder = _opened(parent, name)
    except OSError as error:
        place = parent or tempfile.gettempdir()
        raise UsageError(
            f"Cannot work in {place}: {error.strerror or error}. Name a folder that can be written with --work."
        ) from None
    try:
        yield folder
    finally:
        if not folder.is_kept:
            folder.remove()
        folder.close()


def folder_of(parent: Path | None, name: str) -> Path:
    """Where the folder of this name is, or would be."""
    return Path(parent or tempfile.gettempdir()).absolute() / f"{_PREFIX}{name}"


def _opened(parent: Path | None, name: str | None) -> WorkFolder:
    if parent is not None:
        parent.mkdir(parents=True, exist_ok=True)
    if name is not None:
        path = folder_of(parent, name)
        lock = _locked(path)
        if lock is not None:
            return WorkFolder(path, lock)
    return WorkFolder(Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent)).absolute(), None)


def _locked(path: Path) -> int | None:
    """The lock of this folder, which is made if need be; None where somebody else has it, or there are no such locks.

    A run that ends removes folder and lock: one that was waiting at the door begins anew.
    """
    try:
        import fcntl  # where there is none, no folder is ever found again
    except ImportError:
        return None
    while True:
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        if path.is_symlink() or path.stat().st_uid != os.getuid():
            raise PermissionError(0, f"{path} belongs to somebody else")
        with suppress(FileNotFoundError):
            lock = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(lock), os.stat(path / _LOCK)):
                    return lock
            except BlockingIOError:
                os.close(lock)
                return None
            except FileNotFoundError:
                pass
            os.close(lock)
