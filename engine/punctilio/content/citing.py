"""Whether a text cites something: by its words, by its date in any usual writing, or by one of its topics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import reduce
from typing import Final

import polars as pl

from punctilio.content.folding import word_list, words_apart
from punctilio.covering import ASKED, BEGAN, EXIT, latest_covering
from punctilio.history import History, void_moment
from punctilio.matching import by_person
from punctilio.model.vocabulary import Citable
from punctilio.tables import columns as c
from punctilio.tables.joining import with_found
from punctilio.zones import with_local

_TEXT: Final = "_text"
_LOCAL: Final = "_local"


def cited(history: History, rows: pl.DataFrame, text: str, citable: Citable) -> pl.DataFrame:
    """``event``, ``is_cited`` (null where nothing is known to cite, or no
    text) and ``source`` (the event that could be cited)."""
    asked = _asking(rows, text, citable)
    source = _sources(history, citable)
    values = source.columns[4:]
    if not source.height:
        return rows.select_seq(
            c.EVENT, pl.lit(None, dtype=pl.Boolean).alias("is_cited"), pl.lit(None, dtype=pl.UInt32).alias("source")
        )
    by = [c.CASE_NO, c.PERSON] if citable.each else [c.CASE_NO]
    found = latest_covering(asked, source, values, by=by, strictly=True)
    ways = list(_ways(history, found, citable))
    is_known = reduce(pl.Series.__or__, (way.is_not_null() for way in ways)) & pl.col(_TEXT).is_not_null()
    is_cited = reduce(pl.Series.__or__, (way.fill_null(False) for way in ways))
    judged = found.with_columns_seq(pl.when(is_known).then(is_cited).alias("is_cited"))
    return judged.group_by(c.EVENT).agg(pl.col("is_cited").any(ignore_nulls=False), pl.col("source").max())


def _asking(rows: pl.DataFrame, text: str, citable: Citable) -> pl.DataFrame:
    asking = rows.with_columns_seq(words_apart(pl.col(text)).alias(_TEXT))
    if citable.each:
        asking = by_person(asking, pl.col(c.PERSONS))
    return asking.select_seq(
        c.EVENT, c.CASE_NO, pl.col(c.MOMENT).alias(ASKED), c.ZONE, *([c.PERSON] if citable.each else []), _TEXT
    )


def _sources(history: History, citable: Citable) -> pl.DataFrame:
    fields = [c.field(name) for name in (citable.quote, citable.date, citable.words) if name]
    dates = [c.date_of(citable.date)] if citable.date and c.date_of(citable.date) in history.events.columns else []
    told = list(dict.fromkeys([*fields, *dates]))
    read = {c.CASE_NO, c.MOMENT, c.VOID, c.EVENT, *told, *([c.field(citable.each)] if citable.each else [])}
    events = history.of_type(citable.event, sorted(read))
    person = pl.lit(None, dtype=pl.String).alias(c.PERSON)
    if citable.each:
        events = events.with_columns_seq(pl.col(c.field(citable.each)).alias(c.PERSON))
        events = events.explode(c.PERSON) if events.schema[c.PERSON] == pl.List(pl.String) else events
        person = pl.col(c.PERSON)
    marks = [c.CASE_NO, person, pl.col(c.MOMENT).alias(BEGAN), void_moment().alias(EXIT)]
    return events.select_seq(*marks, *told, pl.col(c.EVENT).alias("source"))


def _ways(history: History, found: pl.DataFrame, citable: Citable) -> Iterator[pl.Series]:
    """For each way to cite it, whether the text does; null where the way is not known."""
    if citable.quote:
        yield found.select_seq(_says(words_apart(pl.col(c.field(citable.quote))))).to_series()
    if citable.date:
        yield _says_date(found, citable.date)
    if citable.words:
        yield _says_words(found, c.field(citable.words), history.vocabulary.parts.stop_words)


def _says(phrase: pl.Expr) -> pl.Expr:
    spoken = pl.when(phrase.str.strip_chars() != "").then(phrase)
    return pl.col(_TEXT).str.contains(spoken, literal=True)


def _says_date(found: pl.DataFrame, name: str) -> pl.Series:
    local = with_local(found, c.field(name), c.ZONE, _LOCAL)[_LOCAL]
    dates = pl.col(c.date_of(name)) if c.date_of(name) in found.columns else pl.lit(None, dtype=pl.Date)
    asked = found.select_seq(pl.coalesce(dates, local.dt.date()).alias("_day"), _TEXT).with_row_index("_row")
    forms = [(day, f" {form} ") for day in asked["_day"].drop_nulls().unique() for form in _forms(day)]
    table = pl.DataFrame(forms, schema={"_day": pl.Date, "_form": pl.String}, orient="row")
    said = asked.join(table, on="_day").group_by("_row").agg(_says(pl.col("_form")).any().alias("_said"))
    return asked.pipe(with_found, said, on="_row").to_series(-1)


def _forms(day: date) -> Iterator[str]:
    """The usual English writings of a date, as ``words_apart`` leaves them."""
    yield f"{day:%Y %m %d}"
    for first, second in ((day.day, day.month), (day.month, day.day)):
        yield from (f"{first} {second}", f"{first:02} {second:02}")
    is_last = (day + timedelta(days=1)).day == 1 if day < date.max else True
    for month in (f"{day:%B}".lower(), f"{day:%b}".lower()):
        for number in (str(day.day), f"{day.day}{_suffix(day.day)}"):
            yield from (f"{month} {number}", f"{number} {month}", f"{number} of {month}")
        if is_last:
            yield f"end of {month}"


def _suffix(number: int) -> str:
    return "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _says_words(found: pl.DataFrame, column: str, stop_words: frozenset[str]) -> pl.Series:
    is_list = found.schema[column] == pl.List(pl.String)
    text = pl.col(column).list.join(" ") if is_list else pl.col(column)
    stop = pl.lit(sorted(stop_words), dtype=pl.List(pl.String))
    topics = word_list(text).list.set_difference(stop).list.set_difference(pl.lit([""], dtype=pl.List(pl.String)))
    said = pl.col(_TEXT).str.strip_chars().str.split(" ")
    shared = topics.list.set_intersection(said).list.len() > 0
    return found.select_seq(pl.when(topics.list.len() > 0).then(shared)).to_series()
