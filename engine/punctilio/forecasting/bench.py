"""One case on the bench: judged by itself, with everything that its judgement is made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import polars as pl

from punctilio.evaluation import evaluate
from punctilio.explanation import Case, Event, Instant, explain
from punctilio.explanation.lookup import every_event
from punctilio.forecasting.supposing import case_events, frames_of
from punctilio.further import persons
from punctilio.history import History
from punctilio.model.rule import Rule, Rulebook
from punctilio.plan import Frames, Judged
from punctilio.selection import Selection
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import Value


class Bench(Value, kw_only=True):
    """``events`` are the case's as a log has them; rows of the frames name them by number, as does ``told``. ``people``
    are those who were asked for, nobody meaning everyone; ``known`` are all whom an event names."""

    evaluation: Evaluation
    events: pl.DataFrame
    frames: Frames
    now: Judged
    case: Case
    told: Mapping[int, Event]
    people: tuple[str, ...]
    known: tuple[str, ...]

    @property
    def rulebook(self) -> Rulebook:
        return self.evaluation.rulebook

    @property
    def history(self) -> History:
        return self.frames.scene.history

    @property
    def as_of(self) -> datetime:
        """In UTC, without a zone."""
        return self.history.as_of

    def instant(self, at: datetime) -> Instant:
        return Instant(at, self.case.zone)

    def rules(self, chosen: Collection[str]) -> Sequence[tuple[int, Rule]]:
        """The rules that were asked for, by number."""
        every = enumerate(self.rulebook.rules)
        return [(number, rule) for number, rule in every if not chosen or rule.id in chosen]

    def is_shown(self, *people: str | None) -> bool:
        """Whether somebody of these was asked for, or nobody is meant."""
        named = {person for person in people if person is not None}
        return not self.people or not named or not named.isdisjoint(self.people)

    def someone(self) -> tuple[str, ...]:
        """People for whom something may be supposed: who was asked for, else who is known, else anybody."""
        return self.people or self.known or ("somebody",)

    def case_no(self, frame: pl.DataFrame, name: str) -> int | None:
        """The number of a case in the history of supposed copies."""
        found = frame.filter(pl.col(c.CASE) == name)
        return int(found[c.CASE_NO][0]) if found.height else None


def bench(evaluation: Evaluation, case: str, people: Sequence[str]) -> Bench:
    """Judge the case alone: by what the evaluation has seen of it, to the same answer."""
    rulebook, events = evaluation.rulebook, case_events(evaluation, case)
    log = Log(
        events=events,
        vocabulary=rulebook.vocabulary,
        files=evaluation.files,
        files_in_doubt=evaluation.files_in_doubt,
        in_doubt=evaluation.in_doubt,
    )
    alone = evaluate(rulebook, log, as_of=evaluation.as_of)
    frames = frames_of(rulebook, events, evaluation.as_of)
    [told] = explain(alone, Selection(frozenset({case}))).cases
    seen = frames.scene.history
    named = persons(seen, seen.events[c.EVENT]).explode().drop_nulls().unique().sort()
    return Bench(
        evaluation=alone,
        events=events,
        frames=frames,
        now=Judged(
            events=alone.events,
            decisions=alone.decisions,
            findings=alone.findings,
            allowances=alone.allowances,
            statuses=alone.statuses,
            notes=alone.notes,
        ),
        case=told,
        told=every_event(alone),
        people=tuple(people),
        known=tuple(named),
    )
