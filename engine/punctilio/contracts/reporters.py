"""A reporter writes an evaluation in a form of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from punctilio.value import Value

if TYPE_CHECKING:
    import polars as pl


class Run(Value, kw_only=True):
    """By what was judged. ``as_of`` is in UTC; ``versions`` are names and versions of what judged."""

    as_of: datetime
    rulebook: str
    title: str
    hash: str
    versions: tuple[tuple[str, str], ...]


@runtime_checkable
class Reporter(Protocol):
    """What ``--format NAME`` means. ``punctilio.testing.ReporterContract`` tries all that is said here."""

    @property
    def name(self) -> str:
        """Lower-case words joined by hyphens, such as ``markdown``. Nobody else has it."""
        ...

    @property
    def is_text(self) -> bool:
        """Whether what it writes is text in UTF-8, which a terminal can show."""
        ...

    def write(self, rows: Iterable[pl.DataFrame], run: Run, file: BinaryIO) -> None:
        """Write the report into ``file``.

        ``rows`` are the records of the cases, by case, as ``punctilio.tables.schemas.ROWS`` documents them column by
        column, and last what is said of the run. They come in frames of any size, and the same bytes are written
        however they are cut. Texts in them come from logs: nothing in a report may run, move a cursor or begin a line.
        """
        ...
