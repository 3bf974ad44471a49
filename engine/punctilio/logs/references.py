"""Events that name other events: whether those are there, and by which id they are known."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from punctilio.logs.duplicates import KNOWN_AS
from punctilio.model.vocabulary import RETRACTION
from punctilio.tables import columns as c
from punctilio.tables.identities import identities

_TARGET = c.field("event")


def with_targets_resolved(events: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Retractions name the id by which the event is known, whichever of its ids was written, and stay known by what
    they said."""
    if aliases.is_empty():
        return events
    known = aliases.rename({c.ID: _TARGET}).unique([c.CASE, _TARGET])
    found = events.join(known, on=[c.CASE, _TARGET], how="left", maintain_order="left")
    is_alias = (pl.col(c.TYPE) == RETRACTION) & pl.col(KNOWN_AS).is_not_null()
    rows = found.select(is_alias.arg_true()).to_series()
    noted = found[c.IDENTITY].scatter(rows, identities(events[rows]))
    resolved = pl.when(is_alias).then(KNOWN_AS).otherwise(_TARGET).alias(_TARGET)
    return found.with_columns(resolved, noted).drop(KNOWN_AS)


def retractions_of_nothing(events: pl.DataFrame, unread: Iterable[tuple[str, str]]) -> pl.DataFrame:
    """Retractions that name no id of their case. ``unread`` (case, id) are events that are there and have mistakes."""
    retractions = events.filter(pl.col(c.TYPE) == RETRACTION)
    if retractions.is_empty():
        return retractions
    schema = {c.CASE: pl.String, _TARGET: pl.String}
    known = events.select(c.CASE, pl.col(c.ID).alias(_TARGET)).drop_nulls()
    there = pl.concat([known, pl.DataFrame(list(unread), schema=schema, orient="row")])
    return retractions.join(there, on=[c.CASE, _TARGET], how="anti", maintain_order="left")
