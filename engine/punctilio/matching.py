"""Which event belongs to which: keys, the first after, the latest before.

A question is asked for whole columns, and for many rules at once. Rows on both sides carry ``link`` (which question of
which rule), ``case_no`` and ``key`` (the key fields as one text). docs/language.md, 1 and 4, says what is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from punctilio import people
from punctilio.covering import ASKED, BEGAN, EXIT, latest_covering
from punctilio.history import History, rows_by_type, void_moment
from punctilio.model.rule import EventPattern, Key, Pattern
from punctilio.patterns import Missing, fields_in, fitting
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked
from punctilio.tables.schemas import INSTANT
from punctilio.value import Value

LINK: Final = "link"
ROW: Final = "row"
BY: Final = [LINK, c.CASE_NO, c.KEY]

_SEPARATOR: Final = "\x1f"
_PLACE: Final = "_place"
_TOLD: Final = (c.ZONE, c.PERSONS)


class Scene(Value):
    """What the kinds look at: the history, the ``events`` in play (the columns of ``History.events``),
    and the row numbers of those that fit each pattern."""

    history: History
    events: pl.DataFrame
    fitting: Mapping[Pattern, pl.Series]

    def has(self, pattern: EventPattern) -> bool:
        """Whether any event fits."""
        return not self.fitting[pattern.pattern].is_empty()

    def fit(self, pattern: EventPattern, columns: Iterable[str]) -> pl.DataFrame:
        """The events that fit, in their order, with these columns, and those of ``History.with_told``."""
        names = list(dict.fromkeys(columns))
        told = [name for name in names if name in _TOLD]
        read = [name for name in names if name not in told]
        if c.ZONE in told:
            read.append(c.CASE_NO)
        if c.PERSONS in told:
            read += people.columns(self.history.vocabulary)
        rows = self.events[self.fitting[pattern.pattern], list(dict.fromkeys(read))]
        return self.history.with_told(rows, *told)[names] if told else rows

    def fit_by_person(self, pattern: EventPattern, columns: Iterable[str]) -> pl.DataFrame:
        """The same with ``people.by_person``."""
        vocabulary = self.history.vocabulary
        return people.by_person(self.fit(pattern, [*columns, *people.columns(vocabulary)]), vocabulary)


def scene_of(history: History, patterns: Iterable[EventPattern]) -> Scene:
    """What fits among all events."""
    return _scene(history, history.events, history.by_type, patterns, Missing.ABSENT)


def scene_among(history: History, events: pl.DataFrame, patterns: Iterable[EventPattern], missing: Missing) -> Scene:
    """What fits among these events (the columns of ``History.events``)."""
    return _scene(history, events, rows_by_type(events), patterns, missing)


def _scene(
    history: History,
    events: pl.DataFrame,
    by_type: Mapping[str, pl.Series],
    patterns: Iterable[EventPattern],
    missing: Missing,
) -> Scene:
    """Every pattern is tried once, on the events of its types."""
    types = {each.pattern: tuple(sorted(each.types & by_type.keys())) for each in patterns}
    found: dict[Pattern, pl.Series] = {}
    for some in dict.fromkeys(types.values()):
        alike = [pattern for pattern, own in types.items() if own == some]
        found |= _fitting(history, events, [by_type[name] for name in some], alike, missing)
    return Scene(history, events, found)


def _fitting(
    history: History, events: pl.DataFrame, rows: Sequence[pl.Series], patterns: Sequence[Pattern], missing: Missing
) -> Iterator[tuple[Pattern, pl.Series]]:
    """For each pattern those of the ``rows`` (of each type) that fit."""
    if not rows:
        yield from ((pattern, pl.Series(dtype=pl.UInt32)) for pattern in patterns)
        return
    row = pl.concat(rows).sort() if len(rows) > 1 else rows[0]
    read = {c.field(name) for pattern in patterns for name in fields_in(pattern)}
    tried = events[row, sorted({c.TYPE, *read})].with_columns(
        fitting(pattern, history.vocabulary, missing).alias(f"_{n}") for n, pattern in enumerate(patterns)
    )
    yield from ((pattern, row.filter(tried[f"_{n}"])) for n, pattern in enumerate(patterns))


class Asked(Value):
    """One question: ``rows`` (with ``row``, ``case_no`` and the
    key's columns) ask for events of ``pattern`` by ``key``.

    ``place`` is the moment from which, or before which, a row asks;
    ``values`` are further columns of the events to give back. All questions of one call name them alike.
    """

    rule_no: int
    rows: pl.DataFrame
    pattern: EventPattern
    key: Key
    place: pl.Expr
    values: tuple[pl.Expr, ...] = ()


# ── keys ──


def key_column(name: str) -> str:
    """The column that holds a key field: addressees are exploded into ``person``."""
    return c.PERSON if name == c.PERSON else c.field(name)


def key_text(key: Key) -> pl.Expr:
    """The key fields as one text; null where one is empty."""
    parts = [pl.col(key_column(name)).cast(pl.String) for name in key]
    alone = parts[0] if parts else pl.lit("")
    return (pl.concat_str(parts, separator=_SEPARATOR) if len(parts) > 1 else alone).alias(c.KEY)


def by_person(rows: pl.DataFrame, people: pl.Expr) -> pl.DataFrame:
    """A row for each of the people of a row, in the column ``person``; one with null where there is nobody."""
    return rows.with_columns_seq(people.alias(c.PERSON)).explode(c.PERSON)


def _comparable(scene: Scene, asked: Asked) -> Iterator[tuple[int, list[str], Key]]:
    """The pattern's types in groups, each with the key fields that its types declare: only those are compared."""
    groups: dict[Key, list[str]] = {}
    for name in sorted(asked.pattern.types):
        declared = tuple(f for f in asked.key if scene.history.vocabulary.declares(name, f))
        groups.setdefault(declared, []).append(name)
    for arm, (declared, types) in enumerate(sorted(groups.items())):
        yield asked.rule_no * 256 + arm, types, declared


def _sides(
    scene: Scene, questions: Iterable[Asked], asked: Sequence[pl.Expr]
) -> tuple[pl.DataFrame, pl.DataFrame, bool] | None:
    """Both sides of the questions, with ``link case_no key`` in front, and whether a row may ask more than once."""
    left: list[pl.DataFrame] = []
    right: list[pl.DataFrame] = []
    asks_again = False
    for question in questions:
        if not scene.has(question.pattern) or not question.rows.height:
            continue
        groups = list(_comparable(scene, question))
        asks_again |= len(groups) > 1 or c.PERSON in groups[0][2]
        for link, types, declared in groups:
            number = pl.lit(link, dtype=pl.Int32).alias(LINK)
            key, given = key_text(declared), [*asked, *question.values]
            columns = [name for each in (key, *given) for name in each.meta.root_names() if name != c.PERSON]
            read = [c.CASE_NO, *([c.TYPE] if len(groups) > 1 else []), *columns]
            fit = scene.fit_by_person if c.PERSON in declared else scene.fit
            some = fit(question.pattern, read)
            some = some.filter(pl.col(c.TYPE).is_in(types)) if len(groups) > 1 else some
            right.append(some.select_seq(number, c.CASE_NO, key, *given))
            left.append(
                question.rows.select_seq(number, c.CASE_NO, key_text(declared), ROW, question.place.alias(ASKED))
            )
    return (stacked(left), stacked(right), asks_again) if left else None


# ── questions ──


def next_moment() -> pl.Expr:
    """Just after the row's own moment."""
    return pl.col(c.MOMENT) + 1


def first_after(
    scene: Scene, questions: Iterable[Asked], *, by_beginning: bool = False, void: bool = False
) -> pl.DataFrame:
    """``row``, and the ``moment`` of the first event, not void,
    at or after the place asked from; no row where there is none.

    ``by_beginning`` asks for those that *begin* at or after it,
    and gives the earliest of their moments; ``void`` asks for void ones.
    """
    place = pl.col(c.BEGINS if by_beginning else c.MOMENT).alias(_PLACE)
    sides = _sides(scene, questions, [pl.col(c.MOMENT), pl.col(c.VOID), place])
    if sides is None:
        return pl.DataFrame(schema={ROW: pl.UInt32, c.MOMENT: pl.Int64})
    left, right, asks_again = sides
    right = right.filter(pl.col(c.VOID).is_not_null() == void).sort(_PLACE, maintain_order=True)
    if by_beginning:
        right = right.with_columns_seq(pl.col(c.MOMENT).cum_min(reverse=True).over(BY))
    found = left.sort(ASKED, maintain_order=True).join_asof(
        right, left_on=ASKED, right_on=_PLACE, by=BY, strategy="forward", check_sortedness=False
    )
    known = found.filter(pl.col(c.MOMENT).is_not_null())
    return known.group_by(ROW).agg(pl.col(c.MOMENT).min()) if asks_again else known.select_seq(ROW, c.MOMENT)


def latest_before(
    scene: Scene, questions: Iterable[Asked], *, values: Sequence[str] = (), even_void: bool = False
) -> pl.DataFrame:
    """``row``, and the ``moment`` and ``values`` (instants) of the latest event before the place asked from that was
    not void then, or, with ``even_void``, whatever became of it."""
    exit_at = pl.lit(None, dtype=pl.Int64) if even_void else void_moment()
    sides = _sides(scene, questions, [pl.col(c.MOMENT), pl.col(c.MOMENT).alias(BEGAN), exit_at.alias(EXIT)])
    if sides is None:
        return pl.DataFrame(schema={ROW: pl.UInt32, c.MOMENT: pl.Int64, **dict.fromkeys(values, INSTANT)})
    left, right, asks_again = sides
    found = latest_covering(left, right, [c.MOMENT, *values], by=BY, strictly=True).select_seq(ROW, c.MOMENT, *values)
    return found.sort(c.MOMENT, nulls_last=False).unique(ROW, keep="last", maintain_order=True) if asks_again else found
