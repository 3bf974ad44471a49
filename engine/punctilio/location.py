"""Where in a person's files something stands."""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A place in a file: ``line`` and ``column`` count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)
