"""A file read twice: in columns as far as they can be trusted, and every line with care."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from punctilio.logs.events import event_readers, read_record
from punctilio.logs.formats import chunks_of
from punctilio.logs.frames import ReadEvent, batch_frame
from punctilio.logs.mapping.model import Map
from punctilio.logs.read import read_parts
from punctilio.logs.records import problem_in
from punctilio.logs.sources import Source
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem, in_order
from punctilio.tables import columns as c
from tests.unit.log_world import VOCABULARY

Read = tuple[pl.DataFrame, tuple[Problem, ...]]


def quickly(path: Path, mapping: Map | None = None, vocabulary: Vocabulary = VOCABULARY) -> Read:
    """The events as they stand in the file, and what is wrong with it."""
    parts = list(read_parts([Source(str(path), mapping=mapping)], vocabulary))
    events = pl.concat([part.events for part in parts])
    return events.drop(c.IDENTITY), in_order(problem for part in parts for problem in part.problems)


def with_care(path: Path, mapping: Map | None = None, vocabulary: Vocabulary = VOCABULARY) -> Read:
    """The same, where nothing is read in columns."""
    source, readers = Source(str(path), mapping=mapping), event_readers(vocabulary)
    frames = [batch_frame([], 0, vocabulary.fields())]
    problems: list[Problem] = []
    for chunk in chunks_of(source, vocabulary):
        batch: list[ReadEvent] = []
        for record in chunk.records(sorted({*chunk.written[c.LINE], *chunk.odd})):
            if isinstance(record, Problem):
                problems.append(record)
                continue
            row, mistakes = read_record(record, readers)
            problems.extend(problem_in(source.name, record, mistake) for mistake in mistakes)
            if not mistakes:
                batch.append(ReadEvent(record.line, row))
        frames.append(batch_frame(batch, 0, vocabulary.fields()))
    return pl.concat(frames).drop(c.IDENTITY), in_order(problems)


def in_columns(path: Path, mapping: Map | None = None, vocabulary: Vocabulary = VOCABULARY) -> int:
    """How many events are read in columns."""
    chunks = chunks_of(Source(str(path), mapping=mapping), vocabulary)
    return sum(len(chunk.written) for chunk in chunks)
