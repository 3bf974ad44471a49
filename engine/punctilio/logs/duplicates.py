"""Events written more than once. With the same content they count once; with other content they are in conflict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import polars as pl

from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.identities import by_content, content_hashes, content_of

ROW: Final = "row"
FIRST: Final = "first"
SAME: Final = "same"
SURVIVOR: Final = "survivor"
KNOWN_AS: Final = "known_as"
FIRST_FILE: Final = "first_file"
FIRST_LINE: Final = "first_line"
KNOWN_AT: Final = "known_at"
BY: Final = "by"
_ALIASES: Final = {c.CASE: pl.String, c.ID: pl.String, KNOWN_AS: pl.String}
_CONFLICTS: Final = {
    c.CASE: pl.String,
    c.FILE: pl.UInt32,
    c.LINE: pl.UInt32,
    BY: pl.String,
    FIRST_FILE: pl.UInt32,
    FIRST_LINE: pl.UInt32,
}
_COPIES: Final = {c.CASE: pl.String, c.FILE: pl.UInt32}
_NOT_CONTENT: Final = frozenset({ROW, c.ID, c.IDENTITY, c.FILE, c.LINE, c.RECORDED_AT})


class Distinct(NamedTuple):
    """``events`` are in order, each once. ``aliases`` (case, id, known_as) are further ids of these events.
    ``conflicts`` (case, file, line, by, first_file, first_line) share the field ``by`` with the first and say something
    else. ``copies`` (case, file) say the same as one of the events.
    """

    events: pl.DataFrame
    aliases: pl.DataFrame
    conflicts: pl.DataFrame
    copies: pl.DataFrame


def once_each(events: pl.DataFrame, identity: str | None) -> Distinct:
    """``identity`` is the field that, with the type, identifies an event beside its id."""
    ordered = _in_order(events)
    fields = (identity, c.ID) if identity else (c.ID,)
    if not any(_is_shared(ordered, by) for by in fields):
        nothing = (pl.DataFrame(schema=schema) for schema in (_ALIASES, _CONFLICTS, _COPIES))
        return Distinct(ordered, *nothing)
    return _folded(ordered.with_row_index(ROW), fields)


def _folded(ordered: pl.DataFrame, fields: Iterable[str]) -> Distinct:
    """The identity field comes before the id among ``fields``."""
    pairs = pl.concat([_pairs(ordered, by) for by in fields])
    conflicts = pairs.filter(~pl.col(SAME)).unique(ROW, keep="last", maintain_order=True)
    groups = _groups(pairs.filter(SAME))
    copies = groups.filter(pl.col(ROW) != pl.col(SURVIVOR))
    gone = pl.concat([conflicts[ROW], copies[ROW]])
    kept = ordered.filter(~pl.col(ROW).is_in(gone.implode())) if len(gone) else ordered
    return Distinct(
        _with_what_group_says(kept, groups).drop(ROW),
        groups.filter(pl.col(c.ID) != pl.col(KNOWN_AS)).select(list(_ALIASES)),
        conflicts.select(list(_CONFLICTS)),
        copies.select(list(_COPIES)).unique(maintain_order=True),
    )


def with_copies_noted(events: pl.DataFrame) -> pl.DataFrame:
    """``identity`` of events without an id that say the same as others: what they say, and the how many-th it is."""
    rows = _alike(events[[c.CASE, c.TYPE, c.AT]], pl.int_range(events.height, eager=True))
    nameless = rows.filter(events[c.ID].gather(rows).is_null())
    copies = _alike(events[nameless], nameless) if len(nameless) else nameless
    if copies.is_empty():
        return events
    hashes = content_hashes(events[copies])
    number = pl.int_range(pl.len()).over(hashes.name)
    return events.with_columns_seq(events[c.IDENTITY].scatter(copies, by_content(hashes, number)))


def _alike(events: pl.DataFrame, rows: pl.Series) -> pl.Series:
    """The numbers of those events, in these rows, that say the same as another, and perhaps of a few that do not: they
    are told apart by hashes."""
    marks = constant(0, events.height, pl.UInt64)
    for seed, column in enumerate(content_of(events)):
        marks = marks ^ column.hash(seed)
    return rows.filter(marks.is_duplicated()) if marks.n_unique() < len(marks) else rows.clear()


def _in_order(events: pl.DataFrame) -> pl.DataFrame:
    """A single file is in the order of its lines, and in order as it stands where it was only appended to, as events
    happened."""
    if events[c.FILE].n_unique() > 1:
        return events.sort(c.AT, c.LINE, c.FILE, maintain_order=True)
    return events if events[c.AT].is_sorted() else events.sort(c.AT, maintain_order=True)


def _key(by: str) -> list[str]:
    return [c.CASE, c.ID] if by == c.ID else [c.CASE, c.TYPE, c.field(by)]


def _is_shared(events: pl.DataFrame, by: str) -> bool:
    return bool(events.select(_key(by)).drop_nulls().is_duplicated().any())


def _pairs(events: pl.DataFrame, by: str) -> pl.DataFrame:
    """Each event that shares its field ``by``, beside the first that does in reading order, which may be itself."""
    column = c.field(by)
    key = _key(by)
    written = (
        pl.col(column).str.strip_chars() != "" if events.schema[column] == pl.String else pl.col(column).is_not_null()
    )
    named = events.filter(written)
    shared = named.filter(named.select(key).is_duplicated()).sort(c.FILE, c.LINE, maintain_order=True)
    firsts = shared.unique(key, keep="first", maintain_order=True)
    both = shared.join(firsts, on=key, suffix="_of_first", maintain_order="left")
    content = [name for name in events.columns if name not in _NOT_CONTENT and name not in key]
    return both.select(
        ROW,
        c.CASE,
        c.ID,
        c.FILE,
        c.LINE,
        pl.coalesce(c.RECORDED_AT, c.AT).alias(KNOWN_AT),
        pl.lit(by).alias(BY),
        pl.col(f"{ROW}_of_first").alias(FIRST),
        pl.col(f"{c.FILE}_of_first").alias(FIRST_FILE),
        pl.col(f"{c.LINE}_of_first").alias(FIRST_LINE),
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_of_first")) for name in content).alias(SAME),
    )


def _groups(pairs: pl.DataFrame) -> pl.DataFrame:
    """Events that are one, with the row of the one that stays, its id, and since when the first of them was known.

    Those that say the same also have the same identity field, or all have none: no group by id reaches beyond one by
    that field, which comes first.
    """
    return (
        pairs.unique(ROW, keep="first", maintain_order=True)
        .sort(ROW)
        .with_columns(
            pl.col(ROW).min().over(FIRST).alias(SURVIVOR),
            pl.col(c.ID).drop_nulls().first().over(FIRST).alias(KNOWN_AS),
            pl.col(KNOWN_AT).min().over(FIRST),
        )
    )


def _with_what_group_says(events: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """An event without an id takes that of its duplicate, so that a retraction finds it; and it was known since any of
    them was, which goes without saying where that is as it happened."""
    grouped = events.join(groups.select(ROW, KNOWN_AS, KNOWN_AT), on=ROW, how="left", maintain_order="left")
    known_at = pl.coalesce(KNOWN_AT, c.RECORDED_AT)
    is_said = pl.col(c.RECORDED_AT).is_not_null() | (known_at != pl.col(c.AT))
    told = pl.coalesce(c.ID, KNOWN_AS).alias(c.ID), pl.when(is_said).then(known_at).alias(c.RECORDED_AT)
    return grouped.with_columns(told).drop(KNOWN_AS, KNOWN_AT)
