"""The files of a log: found by name, glob or ``-``, each once, and opened as bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from errno import EBADF
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from punctilio.location import Location
from punctilio.logs import codes
from punctilio.logs.compressed import SUFFIXES, CutShortError, PackedError, unpacked
from punctilio.logs.pipes import Pipe
from punctilio.logs.records import Mistake
from punctilio.problems import Problem, closest

if TYPE_CHECKING:
    from punctilio.logs.mapping.model import Map

STANDARD_INPUT: Final = "-"


class MisnamedError(OSError):
    """The content is Parquet, and the name says otherwise."""


class Source(NamedTuple):
    """A file by the name that its user gave; ``pipe`` holds what can be read only once. ``mapping`` says what its
    columns mean, where they are not those of events."""

    name: str
    pipe: Pipe | None = None
    mapping: Map | None = None

    @property
    def suffix(self) -> str:
        """That of its format, before that of a compression."""
        path = Path(self.name.lower())
        return Path(path.stem).suffix if path.suffix in SUFFIXES else path.suffix

    def open(self) -> BinaryIO:
        """The content, unpacked if it is compressed. Can be sought in. Raises OSError, also for a name that no file can
        have; reading raises CutShortError where a compression ends too early."""
        stream = self.pipe.open() if self.pipe else _opened(self.name)
        return unpacked(stream, Path(self.name).suffix.lower())


def _opened(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except ValueError as error:
        raise OSError(str(error)) from error


def find_sources(
    paths: Iterable[str | Path], mapping: Map | None = None
) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
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
    return tuple(source_of(name)._replace(mapping=mapping) for name in first.values()), unfit


def source_of(name: str) -> Source:
    """What can be read only once, standard input or a pipe, is read when somebody asks for it."""
    if name == STANDARD_INPUT:
        return Source("<stdin>", Pipe(_standard_input, closes=False))
    try:
        return Source(name, Pipe(lambda: _opened(name), closes=True) if Path(name).is_fifo() else None)
    except (OSError, ValueError):
        return Source(name)


def _standard_input() -> BinaryIO:
    if sys.stdin is None:  # it was closed from outside
        raise OSError(EBADF, "standard input is closed")
    return sys.stdin.buffer


def unreadable(source: Source, error: OSError) -> Problem:
    """What to do about a file that does not open."""
    path, where = Path(source.name), Location(source.name)
    if isinstance(error, FileNotFoundError):
        near = closest(path.name, _siblings(path))
        meant = str(path.with_name(near)) if near else None
        return Problem(codes.NO_FILE, "There is no such file: correct its name.", where, meant)
    if isinstance(error, CutShortError):
        return Problem(codes.CUT_SHORT, f"The compressed file {error}: copy it anew.", where)
    if isinstance(error, PackedError):
        message = f"This is {error} archive: unpack it, or pack its content as .gz or .zst."
        return Problem(codes.UNKNOWN_FORMAT, message, where)
    if isinstance(error, MisnamedError):
        return Problem(codes.UNKNOWN_FORMAT, "This is Parquet by its content: let its name end in .parquet.", where)
    if isinstance(error, IsADirectoryError) and source.pipe is None:
        return Problem(
            codes.UNREADABLE, f"This is a folder: name the files in it, as in `{(path / '*.jsonl').as_posix()}`.", where
        )
    reason = error.strerror or str(error)
    return Problem(codes.UNREADABLE, f"The file cannot be read ({reason}): make it readable, or leave it out.", where)


def cut_short(error: CutShortError) -> Mistake:
    """At the line of which not all came."""
    return Mistake(codes.CUT_SHORT, f"The compressed file {error}, and nothing is known of what follows: copy it anew.")


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
