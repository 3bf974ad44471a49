"""What every log format yields: chunks of consecutive lines, in columns as far as these can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple, cast

import polars as pl

from punctilio.logs.records import Record
from punctilio.logs.sources import Source
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c


class Chunk(NamedTuple):
    """Consecutive events of one file, some tens of MB at most.

    ``written`` holds ``line`` (UInt32, from 1; of a Parquet file the row) and a column for each field that occurs, by
    its name in the vocabulary and as written: String; or Boolean, Int64, Float64, List(String), Datetime("us") in UTC
    for formats that have types of their own. A null is a field that is not there.

    ``odd`` are the lines, in order, that are not in ``written``: columns cannot be trusted with them.

    ``records`` reads lines, given by number in order, one by one and with care. It passes over those that say nothing,
    and over lines of other chunks.
    """

    written: pl.DataFrame
    odd: Sequence[int]
    records: Callable[[Collection[int]], Iterator[Record | Problem]]

    @property
    def last(self) -> int:
        """The last line of all."""
        return max(cast(int, self.written[c.LINE].max() or 0), self.odd[-1] if self.odd else 0)


Reading = Callable[[], Chunk]
"""What makes a chunk: in any thread, beside others of its file. Raises OSError."""

Reader = Callable[[Source, Vocabulary], Iterator[Reading]]
"""A log format. Raises OSError if the file does not open, or ends before its time."""


def all_odd(lines: Sequence[int], records: Callable[[Collection[int]], Iterator[Record | Problem]]) -> Chunk:
    """A chunk of which nothing is in columns."""
    return Chunk(pl.DataFrame(schema={c.LINE: pl.UInt32}), lines, records)
