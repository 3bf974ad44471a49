"""A file that is a table: columns by the names that its author gave them, and rows in chunks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import polars as pl

from punctilio.logs import codes
from punctilio.logs.chunks import Chunk, Reading, all_odd
from punctilio.logs.records import Mistake, Place, Record
from punctilio.logs.values import nearest, short
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c

EVERY_EVENT: Final = (c.CASE, c.TYPE, c.AT, c.ID, c.RECORDED_AT)
"""The fields of every event, whatever its type. All are written as texts."""
NEEDED: Final = (c.CASE, c.TYPE, c.AT)


class Table(NamedTuple):
    """``names`` are its columns, in order. The ``chunks`` hold columns of these names, as do the values of their
    records. With ``problems`` there are none: the table cannot be read at all."""

    names: tuple[str, ...]
    place: Callable[[str | None], Place]
    """Where the name of a column stands; without one, the names as a whole."""
    chunks: Callable[[Collection[str]], Iterator[Reading]]
    """Reads the rows, at least what they hold in columns of these names. Raises OSError if the file does not open, or
    ends before its time."""
    types: Mapping[str, pl.DataType] = MappingProxyType({})
    """Of what type the columns are that are not of texts."""
    problems: tuple[Problem, ...] = ()


def unreadable_table(*problems: Problem) -> Table:
    def nowhere(_: str | None) -> Place:
        return Place(0, 0, None)

    def nothing(_: Collection[str]) -> Iterator[Reading]:
        return iter(())

    return Table((), nowhere, nothing, problems=problems)


def unread(problems: Sequence[Problem]) -> Chunk:
    """A chunk for a file of which no row is read, in whose place these problems stand."""

    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        return (problem for problem in problems if problem.location.line in lines)

    return all_odd(sorted({problem.location.line for problem in problems}), records)


def slips_of_names(file: str, table: Table, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Columns that no event has, and those without which nothing is an event. Where all are strange, as where the first
    row is an event, that is said once."""
    known = frozenset((*EVERY_EVENT, *vocabulary.fields()))
    if table.names and known.isdisjoint(table.names):
        message = "No column is one of an event: name them as in case,type,at, or write a map (--map)."
        yield Mistake(codes.BAD_COLUMN, message).at(file, table.place(None))
        return
    free = known - set(table.names)
    for name in table.names:
        if name not in known:
            message = f"No event has a field `{short(name)}`: correct the column, take it out, or write a map (--map)."
            meant = nearest(name, free) or nearest(name, known)
            yield Mistake(codes.BAD_COLUMN, message, name, meant).at(file, table.place(name))
    for name in NEEDED:
        if name not in table.names:
            message = f"No column is called `{name}`, which every event needs: add it, or write a map (--map)."
            yield Mistake(codes.BAD_COLUMN, message).at(file, table.place(None))
