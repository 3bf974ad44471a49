"""Which event belongs to which: keys, the first after, the latest before.

A question is asked for whole columns, and for many rules at once. Rows on both sides stand on a ``line``: one number
for ``link`` (which question of which rule), ``case_no`` and ``key`` (the key fields as one text). docs/language.md,
1 and 4, says what is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, cast

import polars as pl

from punctilio import people
from punctilio.abreast import both
from punctilio.covering import ASKED, BEGAN, EXIT, latest_covering
from punctilio.further import chosen
from punctilio.history import History, rows_by_type, void_moment
from punctilio.model.rule import All, EventPattern, Key, OneOf, Pattern
from punctilio.patterns import Missing, fields_in, fitting
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked
from punctilio.tables.numbering import numbered
from punctilio.tables.schemas import INSTANT
from punctilio.value import Value

LINK: Final = "link"
ROW: Final = "row"
LINE: Final = "line"

_SEPARATOR: Final = "\x1f"
_PLACE: Final = "_place"
_FIRST: Final = "_first"


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
        """The events that fit, in their order, with these columns, among which may be ``further`` ones."""
        return chosen(self.history, self.events, self.fitting[pattern.pattern], columns)

    def fit_by_person(self, pattern: EventPattern, columns: Iterable[str]) -> pl.DataFrame:
        """The same with ``people.by_person``."""
        vocabulary = self.history.vocabulary
        return people.by_person(self.fit(pattern, [*columns, *people.columns(vocabulary)]), vocabulary)


def scene_of(history: History, patterns: Iterable[EventPattern]) -> Scene:
    """What fits among all events."""
    return _scene(history, history.events, history.by_type, patterns, Missing.ABSENT)


def scene_among(history: History, events: pl.DataFrame, patterns: Iterable[EventPattern], missing: Missing) -> Scene:
    """What fits among these events (the columns of ``History.events``)."""
    return _scene(history, events, rows_by_type(events, history.vocabulary), patterns, missing)


def _scene(
    history: History,
    events: pl.DataFrame,
    by_type: Mapping[str, pl.Series],
    patterns: Iterable[EventPattern],
    missing: Missing,
) -> Scene:
    """Every pattern is tried once, on the events of its types."""
    types = {each.pattern: frozenset(each.types & by_type.keys()) for each in patterns}
    found: dict[Pattern, pl.Series] = {}
    for some in dict.fromkeys(types.values()):
        rows = [by_type[name] for name in sorted(some)]
        row = pl.concat(rows).sort() if len(rows) > 1 else rows[0] if rows else pl.Series(dtype=pl.UInt32)
        rest = {pattern: _beside_type(pattern, some) for pattern, own in types.items() if own == some}
        found |= dict.fromkeys(rest, row)
        found |= _fitting(history, events, row, {one: other for one, other in rest.items() if other}, missing)
    return Scene(history, events, found)


def _beside_type(pattern: Pattern, types: frozenset[str]) -> Pattern | None:
    """What is left to ask of events that are all of these types; None where nothing is."""
    match pattern:
        case All(parts):
            left = tuple(rest for part in parts if (rest := _beside_type(part, types)))
            return All(left) if left else None
        case OneOf(c.TYPE, values) if types.issubset(values):
            return None
        case _:
            return pattern


def _fitting(
    history: History, events: pl.DataFrame, row: pl.Series, patterns: Mapping[Pattern, Pattern], missing: Missing
) -> Iterator[tuple[Pattern, pl.Series]]:
    """Those of the rows that fit each pattern, where what is left to ask is this."""
    if not patterns:
        return
    read = {c.field(name) for pattern in patterns.values() for name in fields_in(pattern)}
    tried = events[row, sorted(read)].select(
        fitting(rest, history.vocabulary, missing).alias(str(n)) for n, rest in enumerate(patterns.values())
    )
    yield from ((pattern, row.filter(tried[str(n)])) for n, pattern in enumerate(patterns))


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


def _comparable(scene: Scene, asked: Asked) -> Iterator[tuple[list[str], Key]]:
    """The pattern's types in groups, each with the key fields that its types declare: only those are compared."""
    groups: dict[Key, list[str]] = {}
    for name in sorted(asked.pattern.types):
        declared = tuple(f for f in asked.key if scene.history.vocabulary.declares(name, f))
        groups.setdefault(declared, []).append(name)
    for declared, types in sorted(groups.items()):
        yield types, declared


class _Link(NamedTuple):
    """A question to the types whose events declare these fields of its key."""

    question: Asked
    types: Sequence[str]
    declared: Key
    is_all: bool
    """There is no other link of the question."""


def _links(scene: Scene, questions: Iterable[Asked]) -> Iterator[_Link]:
    for question in questions:
        if scene.has(question.pattern) and question.rows.height:
            groups = list(_comparable(scene, question))
            yield from (_Link(question, types, declared, len(groups) == 1) for types, declared in groups)


def _sides(
    scene: Scene, questions: Iterable[Asked], asked: Sequence[pl.Expr]
) -> tuple[pl.DataFrame, pl.DataFrame, bool] | None:
    """Both sides of the questions, each row on a ``line``, and whether a row may ask more than once."""
    links = list(_links(scene, questions))
    if not links:
        return None
    history, many = scene.history, scene.history.events.height
    askers, events = both(lambda: _asking(links), lambda: _answering(scene, links, asked), rows=many)
    names, numbers = numbered(pl.concat([askers[c.KEY], events[c.KEY]]))
    left, right = both(
        lambda: _on_lines(history, len(names), askers, numbers.head(askers.height)),
        lambda: _on_lines(history, len(names), events, numbers.tail(events.height)),
        rows=many,
    )
    return left, right, not all(link.is_all for link in links)


def _asking(links: Sequence[_Link]) -> pl.DataFrame:
    """``link case_no key row asked`` of the rows that ask."""
    return stacked(
        link.question.rows.select_seq(
            _number(n), c.CASE_NO, key_text(link.declared), ROW, link.question.place.alias(ASKED)
        )
        for n, link in enumerate(links)
    )


def _answering(scene: Scene, links: Sequence[_Link], asked: Sequence[pl.Expr]) -> pl.DataFrame:
    """``link case_no key``, what is ``asked``, and the question's own values, of the events that may answer."""
    found: list[pl.DataFrame] = []
    for n, (question, types, declared, is_all) in enumerate(links):
        key, given = key_text(declared), [*asked, *question.values]
        columns = [name for each in (key, *given) for name in each.meta.root_names() if name != c.PERSON]
        fit = scene.fit_by_person if c.PERSON in declared else scene.fit
        some = fit(question.pattern, [c.CASE_NO, *([] if is_all else [c.TYPE]), *columns])
        some = some if is_all else some.filter(pl.col(c.TYPE).is_in(types))
        found.append(some.select_seq(_number(n), c.CASE_NO, key, *given))
    return stacked(found)


def _number(link: int) -> pl.Expr:
    return pl.lit(link, dtype=pl.Int64).alias(LINK)


def _on_lines(history: History, count: int, rows: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """The rows that have a key, with their ``line`` (Int64) for ``link case_no key``, of which there are ``count``."""
    line = (pl.col(LINK).cast(pl.Int64) * history.cases.height + pl.col(c.CASE_NO)) * count + keys
    rest = (name for name in rows.columns if name not in (LINK, c.CASE_NO, c.KEY))
    placed = rows.select_seq(line.alias(LINE), *rest)
    return placed.filter(pl.col(LINE).is_not_null()) if keys.null_count() else placed


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
    found = _first_from(left, right.filter(pl.col(c.VOID).is_not_null() == void))
    return found.group_by(ROW).agg(pl.col(c.MOMENT).min()) if asks_again else found


def _first_from(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """``row``, and the earliest ``moment`` of those on its line whose place is the one asked from, or later.

    Line and moment are one number, which is sorted and found many times as fast as two. Read from behind, the numbers
    of a line are less than all before them, so that the least of them is its own.
    """
    if not left.height or not right.height:
        return pl.DataFrame(schema={ROW: pl.UInt32, c.MOMENT: pl.Int64})
    width = max(_greatest(left[ASKED]), _greatest(right[c.MOMENT])) + 2
    kind = pl.Int64 if width * (max(_greatest(left[LINE]), _greatest(right[LINE])) + 1) < 1 << 63 else pl.Int128
    start = pl.col(LINE).cast(kind) * pl.lit(width, dtype=kind) + 1  # the first moment may be -1
    given = right.select_seq((start + pl.col(_PLACE)).alias(_PLACE), (start + pl.col(c.MOMENT)).alias(_FIRST))
    in_order = given.sort(_PLACE)
    firsts = in_order.select_seq(pl.col(_FIRST).cum_min(reverse=True)).to_series().extend_constant(None, 1)
    asked = left.select_seq(start + pl.col(ASKED)).to_series()
    half = len(asked) // 2
    found = pl.concat(
        both(
            lambda: firsts.gather(in_order[_PLACE].search_sorted(asked.head(half))),
            lambda: firsts.gather(in_order[_PLACE].search_sorted(asked.slice(half))),
            rows=len(asked),
        )
    )
    moments = left.select_seq(ROW, (found - start).alias(c.MOMENT)).filter(pl.col(c.MOMENT) < width - 1)
    return moments.with_columns_seq(pl.col(c.MOMENT).cast(pl.Int64))


def _greatest(numbers: pl.Series) -> int:
    return cast(int, numbers.max())


def next_alike(history: History, rows: pl.DataFrame) -> pl.DataFrame:
    """``row``, and the ``moment`` of the next of the rows (``row rule_no case_no key moment``) with the same rule, case
    and key that is later; no row where there is none."""
    names, numbers = numbered(rows[c.KEY])
    asking = rows.select_seq(
        pl.col(c.RULE_NO).alias(LINK), c.CASE_NO, c.KEY, ROW, c.MOMENT,
        next_moment().alias(ASKED), pl.col(c.MOMENT).alias(_PLACE),
    )  # fmt: skip
    placed = _on_lines(history, len(names), asking, numbers)
    return _first_from(placed, placed)


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
    found = latest_covering(left, right, [c.MOMENT, *values], by=[LINE], strictly=True).select_seq(
        ROW, c.MOMENT, *values
    )
    return found.sort(c.MOMENT, nulls_last=False).unique(ROW, keep="last", maintain_order=True) if asks_again else found
