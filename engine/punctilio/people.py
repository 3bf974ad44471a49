"""Who is who, and when: the addressees of events, attributes noted of people, and parties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from punctilio.covering import ASKED, BEGAN, EXIT, latest_covering
from punctilio.model.rule import Party
from punctilio.model.vocabulary import PERSON_TYPES, People, Vocabulary
from punctilio.patterns import fitting
from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.joining import stacked, with_found, without
from punctilio.tables.numbering import spread
from punctilio.tables.runs import begins, carried, following, previous

_ROW: Final = "row"
_NOTED: Final = "_noted"
_LINE: Final = "_line"
_FIT: Final = "_fit"
_PERSON: Final = [c.CASE_NO, c.PERSON]
_PERSONS: Final = pl.List(pl.String)


def columns(vocabulary: Vocabulary) -> list[str]:
    """The columns of events that say whom they concern."""
    return [name for group in _groups(vocabulary) for name in group]


def _groups(vocabulary: Vocabulary) -> list[list[str]]:
    everyone = [name for name, kind in vocabulary.fields().items() if kind in PERSON_TYPES]
    groups = vocabulary.parts.addressees or ((everyone,) if everyone else ())
    return [[c.field(name) for name in group] for group in groups]


def persons(events: pl.DataFrame, vocabulary: Vocabulary) -> pl.Series:
    """``persons`` (List of String, each once, null where nobody) of events with the vocabulary's ``columns``: whom each
    concerns, by the first of the vocabulary's groups of fields that has anyone."""
    found = _concerned(events, vocabulary)
    lists = found.group_by(_ROW, maintain_order=True).agg(pl.col(c.PERSON).alias(c.PERSONS))
    return _rows(events).pipe(with_found, lists, on=_ROW)[c.PERSONS]


def by_person(events: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """A row for each of the people whom an event concerns, in the column ``person``; one with null where nobody."""
    found = _concerned(events, vocabulary)
    is_of_nobody = spread(constant(False, found.height, pl.Boolean), found[_ROW], events.height)
    if is_of_nobody.null_count():
        nobody = _rows(events).filter(is_of_nobody.is_null())
        found = stacked([found, nobody.with_columns_seq(pl.lit(None, dtype=pl.String).alias(c.PERSON))])
        found = found.sort(_ROW, maintain_order=True)
    return events[found[_ROW]].with_columns_seq(found[c.PERSON])


def _rows(events: pl.DataFrame) -> pl.DataFrame:
    return pl.int_range(events.height, dtype=pl.UInt32, eager=True).alias(_ROW).to_frame()


def _concerned(events: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """``row`` and ``person``: the people whom each event concerns, each once, event by event."""
    there = ([name for name in group if events[name].count()] for group in _groups(vocabulary))
    found = [_named(events, group) for group in there if group]
    if not found:
        return pl.DataFrame(schema={_ROW: pl.UInt32, c.PERSON: pl.String})
    known = found[0]
    for other in found[1:]:
        known = stacked([known, other.join(known, on=_ROW, how="anti")]).sort(_ROW, maintain_order=True)
    return known


def _named(events: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """``row`` and ``person`` of everyone in these columns, of an event each once."""
    written = [events.select_seq(pl.col(name).alias(c.PERSON)).with_row_index(_ROW).drop_nulls() for name in names]
    listed = [rows.explode(c.PERSON).drop_nulls() if rows.schema[c.PERSON] == _PERSONS else rows for rows in written]
    rows = listed[0] if len(listed) == 1 else stacked(listed).sort(_ROW, maintain_order=True)
    is_one_more = pl.col(_ROW) == pl.col(_ROW).shift(1)
    several = rows.filter(is_one_more | is_one_more.shift(-1))  # few, and seldom is one of them named twice
    return rows.unique(maintain_order=True) if several.is_duplicated().any() else rows


def with_each_once(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows with nobody twice in a list of the column. It costs a tenth to see that nobody is."""
    lists = pl.col(name).list
    is_so = rows.select_seq((lists.n_unique() == lists.len()).all()).item()
    return rows if is_so else rows.with_columns_seq(lists.unique(maintain_order=True))


def states(noted: pl.DataFrame, part: People) -> pl.DataFrame:
    """What is known of a person from each moment on, sorted by case, person and moment:
    ``case_no``, ``moment``, ``person``, the attributes' fields, ``_noted``.

    A row for every noting (``case_no moment`` and the fields), and one for everyone who lost an exclusive attribute to
    somebody else. ``_noted`` is the moment of the latest noting of that person.
    """
    attributes = [c.field(name) for name in part.attributes]
    key = pl.col(c.field(part.key)).alias(c.PERSON)
    notes = noted.select_seq(c.CASE_NO, c.MOMENT, key, *attributes, pl.col(c.MOMENT).alias(_NOTED))
    rows = stacked([notes, *(_ousted(notes, c.field(name)) for name in part.exclusive)], how="diagonal")
    known = [*attributes, _NOTED]
    return rows.sort(*_PERSON, c.MOMENT).with_columns_seq(carried(pl.col(name), _PERSON).alias(name) for name in known)


def _ousted(notes: pl.DataFrame, attribute: str) -> pl.DataFrame:
    """A row where somebody else takes an exclusive attribute over."""
    holders = notes.filter(pl.col(attribute)).sort(c.CASE_NO, c.MOMENT)
    holders = holders.with_columns_seq(previous(pl.col(c.PERSON), [c.CASE_NO]).alias("_before"))
    lost = holders.filter(pl.col("_before") != pl.col(c.PERSON))
    return lost.select_seq(c.CASE_NO, c.MOMENT, pl.col("_before").alias(c.PERSON), pl.lit(False).alias(attribute))


def with_attributes(
    rows: pl.DataFrame, known: pl.DataFrame, vocabulary: Vocabulary, pairs: Iterable[tuple[str, str]]
) -> pl.DataFrame:
    """Add ``fields.PERSON.ATTRIBUTE``: what was ``known`` (``states``) of the person
    in that field, up to and including each row's moment."""
    wanted = list(pairs)
    kinds = vocabulary.fields()
    for field in sorted({field for field, _ in wanted}):
        names = [attribute for person, attribute in wanted if person == field]
        right = known.select_seq(
            c.CASE_NO,
            pl.col(c.PERSON).alias(c.field(field)),
            pl.col(c.MOMENT).alias("_since"),
            *(pl.col(c.field(name)).alias(c.field(f"{field}.{name}")) for name in names),
        )
        asking = rows.select_seq(c.CASE_NO, c.MOMENT, c.field(field)).with_row_index("_row")
        asking = asking.explode(c.field(field)) if kinds[field] == "people" else asking
        found = asking.sort(c.MOMENT, maintain_order=True).join_asof(
            right, left_on=c.MOMENT, right_on="_since", by=[c.CASE_NO, c.field(field)], check_sortedness=False
        )
        attributes = [c.field(f"{field}.{name}") for name in names]
        noted = found.select_seq("_row", *attributes).sort("_row", maintain_order=True)
        if kinds[field] == "people":
            noted = noted.group_by("_row", maintain_order=True).agg(pl.col(attributes).drop_nulls())
        rows = rows.with_columns_seq(noted[name] for name in attributes)
    return rows


def stretches(known: pl.DataFrame, party: Party, vocabulary: Vocabulary) -> pl.DataFrame:
    """From when to when (``began``, ``exit``) each person fits each line of a party: ``case_no line began exit fit``.

    Every noting begins a stretch of its own. They are sorted by ``began``; at one moment the noting comes first.
    """
    lines = {str(number): fitting(line, vocabulary) for number, line in enumerate(party.lines)}
    judged = known.with_columns_seq(**lines).unpivot(
        list(lines), index=[c.CASE_NO, c.PERSON, c.MOMENT, _NOTED], variable_name=_LINE, value_name="_fits"
    )
    person = [_LINE, *_PERSON]  # one line after the other, each in the order of what is known
    is_note = (pl.col(c.MOMENT) == pl.col(_NOTED)).alias("_is_note")
    changes = judged.filter(is_note | begins(person) | (pl.col("_fits") != pl.col("_fits").shift(1)))
    ended = changes.with_columns_seq(following(pl.col(c.MOMENT), person).alias(EXIT), is_note).filter("_fits")
    return ended.sort(c.MOMENT, "_is_note", descending=[False, True], maintain_order=True).select_seq(
        c.CASE_NO, pl.col(_LINE).cast(pl.Int32), pl.col(c.MOMENT).alias(BEGAN), EXIT, pl.col(c.PERSON).alias(_FIT)
    )


def with_party(rows: pl.DataFrame, fitting_people: pl.DataFrame, *, at: str, into: str) -> pl.DataFrame:
    """Add the person who is the party at the moment ``at`` (null where nobody fits): the first line that fits anyone,
    and of those whom it fits the one noted last. ``fitting_people`` are the party's ``stretches``."""
    if not fitting_people.height or not rows.height:
        return rows.with_columns_seq(pl.lit(None, dtype=pl.String).alias(into))
    numbered = rows.with_row_index("_asker")
    lines = fitting_people.select_seq(_LINE).unique()
    askers = numbered.select_seq("_asker", c.CASE_NO, pl.col(at).alias(ASKED)).join(lines, how="cross")
    found = latest_covering(askers, fitting_people, [_FIT], by=[c.CASE_NO, _LINE]).drop_nulls(_FIT)
    best = found.sort(_LINE).unique("_asker", keep="first").select_seq("_asker", pl.col(_FIT).alias(into))
    return numbered.pipe(with_found, best, on="_asker").pipe(without, "_asker")
