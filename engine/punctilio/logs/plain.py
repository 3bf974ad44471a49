"""From events as written to the table, in columns, where everything about them is plainly right."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from punctilio.model.vocabulary import Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.schemas import events as event_schema


def plain_events(
    written: pl.DataFrame, vocabulary: Vocabulary, rule_ids: Collection[str] | None, file: int
) -> tuple[pl.DataFrame, list[int]]:
    """The events (``schemas.events``, identity null) that are plainly right, and the lines of the others.

    ``written`` is as in ``Chunk``. A line that is doubtful is to be read with care, which alone finds mistakes: so
    columns and rows cannot disagree on what is one.
    """
    del rule_ids, file
    return pl.DataFrame(schema=event_schema(vocabulary)), written[c.LINE].to_list()
