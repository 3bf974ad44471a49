"""Further columns of events, made for those that are asked for: most events never are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from punctilio import people
from punctilio.history import History
from punctilio.model.vocabulary import Vocabulary
from punctilio.tables import columns as c

FURTHER: Final = (c.ZONE, c.PERSONS, c.BEGINS)
"""``zone`` (String), that of the case; ``persons`` (List of String), whom the event concerns (``people.persons``);
``begins`` (Int64), the moment just before the instant at which it began, or its own where it has none before that."""


def chosen(history: History, events: pl.DataFrame, rows: pl.Series, columns: Iterable[str]) -> pl.DataFrame:
    """These rows of ``events`` (as ``History.events``), with these columns, among which may be further ones."""
    names = list(dict.fromkeys(columns))
    further = [name for name in names if name in FURTHER]
    if not further:
        return events[rows, names]
    plain = [name for name in names if name not in further]
    read = [source for name in further for source in _sources(name, history.vocabulary)]
    return with_further(history, events[rows, list(dict.fromkeys([*plain, *read]))], *further)[names]


def _sources(name: str, vocabulary: Vocabulary) -> Iterator[str]:
    match name:
        case c.ZONE:
            yield c.CASE_NO
        case c.PERSONS:
            yield from people.columns(vocabulary)
        case _:
            yield from (c.TYPE, c.MOMENT, *(c.field(begins) for _, begins in _beginning(vocabulary)))


def with_further(history: History, rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Add further columns to events."""
    made = {c.ZONE: _zones, c.PERSONS: _persons, c.BEGINS: _begins}
    return rows.with_columns_seq(made[name](history, rows) for name in names)


def persons(history: History, events: pl.Series) -> pl.Series:
    """Whom the events with these numbers concern. Null for null."""
    return people.persons(history.events[events, people.columns(history.vocabulary)], history.vocabulary)


def _zones(history: History, rows: pl.DataFrame) -> pl.Series:
    return history.cases[c.ZONE].gather(rows[c.CASE_NO])


def _persons(history: History, rows: pl.DataFrame) -> pl.Series:
    return people.persons(rows, history.vocabulary)


def _begins(history: History, rows: pl.DataFrame) -> pl.Series:
    instants = [
        pl.when(pl.col(c.TYPE) == name).then(c.field(begins)) for name, begins in _beginning(history.vocabulary)
    ]
    if not instants:
        return rows[c.MOMENT].alias(c.BEGINS)
    before = history.moments(rows.select_seq(pl.coalesce(instants)).to_series(), after_ties=False)
    return rows.select_seq(pl.min_horizontal(before.alias("_before"), c.MOMENT).alias(c.BEGINS)).to_series()


def _beginning(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The types that say when they began, and the fields that do."""
    return ((kind.name, kind.begins) for kind in vocabulary.types.values() if kind.begins)
