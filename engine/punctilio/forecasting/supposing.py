"""What the engine would say if something else were in the log.

Each supposition is a copy of the case, under a name of its own, with further events at its end; all of them are judged
at once. So nothing is claimed of an event that the engine has not judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

import polars as pl

from punctilio.forecasting.examples import Line
from punctilio.history import history
from punctilio.logs.events import event_readers, read_event
from punctilio.logs.frames import ReadEvent, batch_frame
from punctilio.model.rule import Rulebook
from punctilio.plan import Frames, Judged, judged, laid_out
from punctilio.tables import columns as c
from punctilio.tables import schemas
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import Value

ROOM: Final = 100_000
"""Events that are judged at most for suppositions: of a case with very many events few are tried."""
_NAME: Final = "supposed {}"


class Supposition(Value):
    """One copy of the case: the name by which its rows are known, and what was added."""

    case: str
    lines: tuple[Line, ...]


class Supposed(Value):
    """Every copy, judged."""

    frames: Frames
    judged: Judged

    def decision(self, case: str, row: Mapping[str, Any], identity: str) -> dict[str, Any] | None:
        """The decision of a copy that is like this one: of an event of this identity, whatever its case is called."""
        found = self.judged.decisions.filter(
            pl.col(c.CASE) == case, pl.col(c.RULE) == row[c.RULE], pl.col(c.PERSON).eq_missing(row[c.PERSON])
        )
        triggers = self.judged.events[c.IDENTITY].gather(found[c.TRIGGER])
        return next((one for one in found.filter(triggers == identity).iter_rows(named=True)), None)

    def has(self, frame: pl.DataFrame, case: str, rule: str) -> bool:
        return not frame.filter(pl.col(c.CASE) == case, pl.col(c.RULE) == rule).is_empty()


def case_events(evaluation: Evaluation, case: str) -> pl.DataFrame:
    """What the evaluation has seen of a case, as a log has it."""
    schema = schemas.events(evaluation.rulebook.vocabulary)
    return evaluation.events.filter(pl.col(c.CASE) == case).select(list(schema))


def frames_of(rulebook: Rulebook, events: pl.DataFrame, as_of: datetime) -> Frames:
    """What a judgement of these events is made of."""
    return laid_out(rulebook, history(rulebook, Log(events=events, vocabulary=rulebook.vocabulary), as_of))


def suppositions(events: pl.DataFrame, added: Sequence[tuple[Line, ...]]) -> list[Supposition]:
    """The copies that there is room for, in order."""
    most = max(1, ROOM // max(1, events.height))
    return [Supposition(_NAME.format(number), lines) for number, lines in enumerate(islice(added, most))]


def supposed(rulebook: Rulebook, events: pl.DataFrame, copies: Sequence[Supposition], as_of: datetime) -> Supposed:
    """Judge all copies. What is no event of the vocabulary is left out."""
    readers = event_readers(rulebook.vocabulary)
    parts: list[pl.DataFrame] = []
    added: list[ReadEvent] = []
    for copy in copies:
        parts.append(events.with_columns(pl.lit(copy.case).alias(c.CASE)))
        for line in copy.lines:
            row, mistakes = read_event({**line, c.CASE: copy.case}, readers)
            if not mistakes:
                added.append(ReadEvent(len(added) + 1, row))
    frame = batch_frame(added, 0, rulebook.vocabulary.fields())
    last = frame.with_columns(pl.format("supposed:{}", c.LINE).alias(c.IDENTITY))
    together = pl.concat([*parts, last.select(events.columns)]).sort(c.AT, maintain_order=True)
    frames = frames_of(rulebook, together, as_of)
    return Supposed(frames, judged(rulebook, frames))
