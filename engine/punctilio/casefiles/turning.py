"""Turning points: the instants at which an answer can change, by an event or by itself.

An answer is a matter of which events have happened, and of instants that lie a length of time after others: a window
opens, a wait is over. So it can change only where an event happens, where an instant that an event names comes, or
where a length of time that a rule names has passed since one of these; and just after, where an end includes its
instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from punctilio import durations
from punctilio.history import parts_of
from punctilio.model.rule import Calendar, Rulebook
from punctilio.model.vocabulary import INSTANT_TYPES
from punctilio.model.window import Duration
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT
from punctilio.tables.tables import Log
from punctilio.zones import END_OF_TIME, Fold, clocks

INSTANT_AFTER: Final = timedelta(microseconds=1)
_BASE: Final = "base"
_LATER: Final = "later"


def turning_points(rulebook: Rulebook, log: Log) -> tuple[datetime, ...]:
    """Every instant at which what these rules say of this log can change, in order, in UTC without a zone."""
    bases = _bases(rulebook, log)
    found = [bases[_BASE]]
    for duration in sorted(_durations(rulebook), key=lambda one: one.text):
        found.extend(_later(bases, duration, rulebook.calendar))
    return with_next(pl.concat(found).drop_nulls().unique().sort())


def with_next(instants: Iterable[datetime]) -> tuple[datetime, ...]:
    """The instants, each with the one after it, in order."""
    both = {one for at in instants for one in ((at, at + INSTANT_AFTER) if at < END_OF_TIME else (at,))}
    return tuple(sorted(both))


def _durations(rulebook: Rulebook) -> set[Duration]:
    return {part for rule in rulebook.rules for part in parts_of(rule.kind) if isinstance(part, Duration)}


def _bases(rulebook: Rulebook, log: Log) -> pl.DataFrame:
    """The instants that events have and name, in every zone that a case can be in."""
    named = log.vocabulary.fields().items()
    instants = [log.events[c.AT], *(log.events[c.field(name)] for name, kind in named if kind in INSTANT_TYPES)]
    at = pl.DataFrame({_BASE: pl.concat([one.cast(INSTANT).alias(_BASE) for one in instants]).drop_nulls().unique()})
    zones = pl.DataFrame({c.ZONE: sorted(_zones(rulebook, log))}, schema={c.ZONE: pl.String})
    return pl.concat([at.join(zones, how="cross"), *_passed_dates(log, zones)])


def _passed_dates(log: Log, zones: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for name, kind in log.vocabulary.fields().items():
        if kind == "deadline":
            dates = log.events[[c.date_of(name)]].drop_nulls().unique().join(zones, how="cross")
            passed = durations.deadlines(dates[c.date_of(name)], clocks(dates[c.ZONE])).unique()
            yield passed.alias(_BASE).to_frame().join(zones, how="cross")


def _zones(rulebook: Rulebook, log: Log) -> set[str]:
    parts = (log.vocabulary.parts.case_zone, log.vocabulary.parts.deadline_zone)
    said = {zone for part in parts if part for zone in log.events[c.field(part.field)].drop_nulls()}
    return {rulebook.zone or "UTC", *said}


def _later(bases: pl.DataFrame, duration: Duration, calendar: Calendar) -> Iterator[pl.Series]:
    """A wall time that exists twice may be meant either way."""
    folds: tuple[Fold, ...] = ("first",) if duration.is_elapsed else ("first", "second")
    for fold in folds:
        by = clocks(bases[c.ZONE])
        later = durations.with_later(bases, _BASE, duration, _LATER, clocks=by, fold=fold, calendar=calendar)
        yield later[_LATER].alias(_BASE)
