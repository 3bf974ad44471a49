"""The files of a log: found by name, glob or ``-``, each once, and opened as bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from errno import EBADF
from glob import glob, has_magic
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from punctilio.location import Location
from punctilio.logs import codes
from punctilio.problems import Problem, closest

STANDARD_INPUT: Final = "-"


class Source(NamedTuple):
    """A file by the name that its user gave; ``content`` holds what came in by a pipe, ``refusal`` why nothing did."""

    name: str
    content: bytes | None = None
    refusal: OSError | None = None

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()

    def open(self) -> BinaryIO:
        """Raises OSError; a name that no file can have is one too."""
        if self.content is not None:
            return BytesIO(self.content)
        if self.refusal is not None:
            raise self.refusal
        try:
            return Path(self.name).open("rb")
        except ValueError as error:
            raise OSError(str(error)) from error


def find_sources(paths: Iterable[str | Path]) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Each file once, in the order given, globs sorted; and the globs that fit nothing."""
    names = [(str(path), _fitting(str(path))) for path in paths]
    unfit = tuple(
        Problem(codes.NO_FILE, f"No file fits `{path}`: correct the pattern, or leave it out.", Location(path))
        for path, fitting in names
        if not fitting
    )
    first: dict[str, str] = {}
    for _, fitting in names:
        for name in fitting:
            first.setdefault(_place(name), name)
    return tuple(source_of(name) for name in first.values()), unfit


def source_of(name: str) -> Source:
    """What can be read only once, standard input or a pipe, is read now."""
    if name == STANDARD_INPUT:
        return _standard_input()
    try:
        return Source(name, Path(name).read_bytes() if Path(name).is_fifo() else None)
    except (OSError, ValueError):
        return Source(name)


def _standard_input() -> Source:
    name = "<stdin>"
    try:
        if sys.stdin is None:  # it was closed from outside
            raise OSError(EBADF, "standard input is closed")
        return Source(name, sys.stdin.buffer.read())
    except OSError as error:
        return Source(name, refusal=error)


def unreadable(source: Source, error: OSError) -> Problem:
    """What to do about a file that does not open."""
    path, where = Path(source.name), Location(source.name)
    if isinstance(error, FileNotFoundError):
        near = closest(path.name, _siblings(path))
        meant = str(path.with_name(near)) if near else None
        return Problem(codes.NO_FILE, "There is no such file: correct its name.", where, meant)
    if isinstance(error, IsADirectoryError) and source.refusal is None:
        return Problem(
            codes.UNREADABLE, f"This is a folder: name the files in it, as in `{(path / '*.jsonl').as_posix()}`.", where
        )
    reason = error.strerror or str(error)
    return Problem(codes.UNREADABLE, f"The file cannot be read ({reason}): make it readable, or leave it out.", where)


def _fitting(path: str) -> list[str]:
    """The files that a path means: itself, unless it is a glob and no file's name as it stands."""
    if path == STANDARD_INPUT or not has_magic(path) or _exists(path):
        return [path]
    return [name for name in sorted(glob(path, recursive=True)) if Path(name).is_file()]


def _place(name: str) -> str:
    try:
        return name if name == STANDARD_INPUT else str(Path(name).resolve())
    except (OSError, ValueError, RuntimeError):
        return name


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _siblings(path: Path) -> list[str]:
    try:
        return [sibling.name for sibling in path.parent.iterdir()]
    except (OSError, ValueError):
        return []
