"""A source reads event logs in a format of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO, Protocol, runtime_checkable

from punctilio.value import Value


class Entry(Value):
    """An event as written: ``event`` maps the names of its fields (docs/logs.md) to texts, numbers, truths and lists of
    texts. ``line`` counts from 1: a line, a row, a message, whatever a person can find it by."""

    line: int
    event: Mapping[str, object]


class BadLine(Value):
    """What cannot be read. ``message`` is a sentence that says what to do."""

    line: int
    message: str


@runtime_checkable
class Source(Protocol):
    """A log format. ``punctilio.testing.SourceContract`` tries all that is said here."""

    @property
    def name(self) -> str:
        """Lower-case words joined by hyphens, such as ``mbox``. Nobody else has it."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The ends of file names that choose it, in lower case, such as ``(".mbox",)``. Nobody else has them."""
        ...

    def read(self, stream: BinaryIO) -> Iterable[Entry | BadLine]:
        """Everything in the file, in order; the engine checks the events against the vocabulary.

        Nothing is left out in silence, and nothing is guessed: what cannot be read is a ``BadLine``. It raises nothing
        but the OSError of the stream.
        """
        ...
