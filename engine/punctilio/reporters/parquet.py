"""The flat report as Parquet, of the types of ``schemas.ROWS``.

By what was judged stands in the file's metadata: ``punctilio.version``, ``punctilio.versions``, ``punctilio.rulebook``
(JSON), ``punctilio.rulebook_hash`` and ``punctilio.as_of``; ``punctilio.known_at`` where that was asked
for, and ``punctilio.incomplete`` where the log was not whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Final, cast

import polars as pl
from polars.io.plugins import register_io_source

from punctilio.reporters.about import About
from punctilio.reporters.rows import ORDER, of_run, recut
from punctilio.reporters.rows import rows as pieces
from punctilio.tables.schemas import ROWS

__all__ = ["ORDER", "pieces", "write"]

GROUP: Final = 65_536
"""Rows of a row group; the last has fewer."""
_LEVEL: Final = 1
"""How hard zstd tries: with the usual 3, writing takes a sixth longer, and a thirtieth of the file is saved."""


def write(frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
    """A file of row groups of one size, however the rows came."""
    failures: list[Exception] = []

    def groups(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield from map(_plain, recut(chain(frames, of_run(about)), GROUP))
        except Exception as failure:
            failures.append(failure)
            raise

    rows = register_io_source(groups, schema=ROWS)
    target = cast(BinaryIO, _Target(file, failures))  # all of a file that Polars asks for
    try:
        rows.sink_parquet(target, compression_level=_LEVEL, row_group_size=GROUP, metadata=_metadata(about))
    except pl.exceptions.PolarsError:  # which tells of a failure of ours or of the file's in words alone
        if failures:
            raise failures[0] from None
        raise


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, with nothing behind a list that is null: such remnants of how rows were made are encoded too."""
    return frame.with_columns(pl.col(pl.List(pl.String)).list.eval(pl.element()))


class _Target:
    """A file for Polars to write to, that remembers what the system refused."""

    def __init__(self, file: BinaryIO, failures: list[Exception]) -> None:
        self._file = file
        self._failures = failures

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as refusal:
            self._failures.append(refusal)
            raise

    def flush(self) -> None:
        self._file.flush()


def _metadata(about: About) -> dict[str, str]:
    versions = dict(about.versions)
    return {
        "punctilio.version": versions["punctilio"],
        "punctilio.versions": json.dumps(versions),
        "punctilio.rulebook": json.dumps(about.rulebook._asdict()),
        "punctilio.rulebook_hash": about.rulebook.hash,
        "punctilio.as_of": about.as_of_text,
        **({"punctilio.known_at": about.known_at_text} if about.known_at_text else {}),
        **({"punctilio.incomplete": about.incomplete} if about.incomplete else {}),
    }
