"""Lines that are set aside, in files of the work folder: beyond number, and in memory some at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from punctilio.batch.files import Kept, read_values, write_values
from punctilio.tables.tables import SetAside

_AT_A_TIME: Final = 1_000
"""Lines that are read at once."""


class Pile(NamedTuple):
    """A file of so many lines."""

    file: Kept
    height: int


def write_lines(lines: Iterable[SetAside], file: Path) -> Pile:
    """Raises UnwritableError."""
    count = 0

    def blocks() -> Iterator[list[SetAside]]:
        nonlocal count
        coming = iter(lines)
        while block := list(islice(coming, _AT_A_TIME)):
            count += len(block)
            yield block

    kept = write_values(blocks(), file)
    return Pile(kept, count)


class Lines(Collection[SetAside]):
    """The lines of some files of a folder, one file after the other. They may be gone through many times, each of which
    raises LostFileError where a file is gone."""

    def __init__(self, folder: Path, piles: Sequence[Pile]) -> None:
        self._folder, self._piles = folder, piles

    def __len__(self) -> int:
        return sum(pile.height for pile in self._piles)

    def __iter__(self) -> Iterator[SetAside]:
        for pile in self._piles:
            for block in read_values(self._folder / pile.file.name):
                yield from block

    def __contains__(self, line: object) -> bool:
        return any(line == each for each in self)
