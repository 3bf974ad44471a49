"""The log as it is seen at one instant: corrected, numbered, with every zone and deadline resolved.

This is the one place where retractions act, where void events are marked,
and where moments (docs/language.md, 1) are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Final, cast

import polars as pl

from punctilio import people
from punctilio.durations import with_deadline
from punctilio.model.rule import Calendar, Rulebook
from punctilio.model.vocabulary import RETRACTION, FieldOf, Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found, without
from punctilio.tables.schemas import INSTANT
from punctilio.tables.tables import Log
from punctilio.value import Value, fields_of
from punctilio.zones import Clocks, clocks

VOIDED_BY: Final = "voided_by"
VOID_AT: Final = "void_at"


class History(Value, kw_only=True):
    """``events``: the columns of ``schemas.EVALUATED_EVENTS``, the vocabulary's fields, and

    - ``event`` (UInt32) the row number, ``moment`` (Int64), ``begins`` (Int64),
    - ``void`` (Int64) the moment from which it is void,
      ``void_at`` (instant) and ``voided_by`` (UInt32) the event that did it,
    - ``case_no`` (UInt32) the number of the case, ``zone`` (String) the case's zone,
    - ``persons`` (List of String) whom it concerns (``people.with_persons``).

    ``cases``: a row each, with ``case_no``, ``case``, ``zone``; ``clocks``: theirs, by ``case_no``.
    ``known``: what was known of people (``people.states``). ``parties``: who fits them when (``people.stretches``);
    none where nobody is noted. ``unmatched``: events that take back nothing.
    """

    events: pl.DataFrame
    cases: pl.DataFrame
    clocks: Clocks
    known: pl.DataFrame
    parties: Mapping[str, pl.DataFrame]
    unmatched: pl.DataFrame
    vocabulary: Vocabulary
    calendar: Calendar
    as_of: datetime
    has_default_zone: bool

    @property
    def now(self) -> int:
        """The moment of the as-of instant, after everything seen."""
        return 2 * self.events.height - 1

    def moments(self, instants: pl.Series, *, after_ties: bool = True) -> pl.Series:
        """The moment of each instant: just after the events of that instant, or just before them. Null for null."""
        places = self.events[c.AT].search_sorted(instants, side="right" if after_ties else "left")
        moments = places.cast(pl.Int64) * 2 - 1
        nothing = pl.Series([None], dtype=pl.Int64)
        return moments.zip_with(instants.is_not_null(), nothing) if instants.null_count() else moments

    def at(self, moments: pl.Series) -> pl.Series:
        """The instants of the events with these moments. Null for null."""
        return self.events[c.AT].gather(moments // 2)


def history(rulebook: Rulebook, log: Log, as_of: datetime, known_at: datetime | None = None) -> History:
    """Lay out what the log says at ``as_of``; with ``known_at``, as far as it was known then."""
    instant = _in_utc(as_of)
    read = _read_fields(rulebook)
    seen = log.events.rechunk().filter(_is_seen(instant, known_at)).pipe(_without_retracted)
    numbered = seen.with_row_index(c.EVENT).with_columns_seq((pl.col(c.EVENT).cast(pl.Int64) * 2).alias(c.MOMENT))
    events = _with_blanks_as_null(numbered, _text_fields(rulebook, read))
    events = people.with_persons(events, log.vocabulary)
    cases, has_default = _cases(events, rulebook)
    events = events.pipe(with_found, cases, on=c.CASE)
    events = _with_deadlines(events, log.vocabulary)
    events = _with_beginnings(events, log.vocabulary)
    events, unmatched = _with_void(events, log.vocabulary)
    known = people.states(events, log.vocabulary.parts.people)
    events = people.with_attributes(events, known, log.vocabulary, _attributes(read))
    return History(
        events=without(events, _DEADLINE_ZONE),
        cases=cases.select_seq(c.CASE_NO, c.CASE, c.ZONE),
        clocks=clocks(cases[c.ZONE]),
        known=known,
        parties={
            name: people.stretches(known, party, log.vocabulary)
            for name, party in rulebook.parties.items()
            if known.height
        },
        unmatched=unmatched,
        vocabulary=log.vocabulary,
        calendar=rulebook.calendar,
        as_of=instant,
        has_default_zone=has_default,
    )


_DEADLINE_ZONE: Final = "deadline_zone"


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _is_seen(as_of: datetime, known_at: datetime | None) -> pl.Expr:
    """An event that nobody recorded an instant for was known when it happened."""
    has_happened = pl.col(c.AT) <= as_of
    if known_at is None:
        return has_happened
    return has_happened & (pl.coalesce(c.RECORDED_AT, c.AT) <= _in_utc(known_at))


def _without_retracted(events: pl.DataFrame) -> pl.DataFrame:
    retracted = events.filter(pl.col(c.TYPE) == RETRACTION).select_seq(c.CASE, pl.col(c.field("event")).alias(c.ID))
    return events.join(retracted, on=[c.CASE, c.ID], how="anti", maintain_order="left") if retracted.height else events


# ── what the rules read ──


def parts_of(*values: Value) -> Iterator[Value]:
    """Every frozen value inside rules or kinds, themselves included. What several rules share comes once."""
    pending: list[object] = list(values)
    seen: set[int] = set()
    while pending:
        part = pending.pop()
        if isinstance(part, Value):
            if id(part) not in seen:
                seen.add(id(part))
                yield part
                pending.extend(inner for _, inner in fields_of(part))
        elif isinstance(part, tuple):
            pending.extend(cast(tuple[object, ...], part))


def _read_fields(rulebook: Rulebook) -> set[str]:
    """The fields that patterns and conditions name."""
    return fields_read(*(rule.kind for rule in rulebook.rules))


def fields_read(*kinds: Value) -> set[str]:
    """The fields that the patterns and conditions of kinds name."""
    return {str(name) for part in parts_of(*kinds) if (name := getattr(part, "field", None))}


def _attributes(read: Set[str]) -> list[tuple[str, str]]:
    """The (person field, attribute) pairs that patterns read, such as ("person", "role")."""
    pairs = (name.partition(".") for name in read)
    return sorted((field, attribute) for field, dot, attribute in pairs if dot)


def _text_fields(rulebook: Rulebook, read: Set[str]) -> list[str]:
    wanted = read | {rulebook.vocabulary.parts.text or ""}
    return [
        name for name, kind in rulebook.vocabulary.fields().items() if kind in ("string", "text") and name in wanted
    ]


def _with_blanks_as_null(events: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    written = [pl.col(c.field(name)) for name in names]
    return events.with_columns_seq(pl.when(text.str.contains(r"\S")).then(text) for text in written)


# ── cases and zones ──


def _cases(events: pl.DataFrame, rulebook: Rulebook) -> tuple[pl.DataFrame, bool]:
    parts = rulebook.vocabulary.parts
    names = events.select_seq(pl.col(c.CASE).unique().sort()).with_row_index(c.CASE_NO)
    zoned = names.join(_latest(events, parts.case_zone, c.ZONE), on=c.CASE, how="left")
    zoned = zoned.join(_latest(events, parts.deadline_zone, _DEADLINE_ZONE), on=c.CASE, how="left")
    has_default = rulebook.zone is None and zoned[c.ZONE].null_count() > 0
    filled = zoned.with_columns_seq(pl.col(c.ZONE).fill_null(rulebook.zone or "UTC"))
    return filled.with_columns_seq(pl.col(_DEADLINE_ZONE).fill_null(pl.col(c.ZONE))).sort(c.CASE_NO), has_default


def _latest(events: pl.DataFrame, part: FieldOf | None, into: str) -> pl.DataFrame:
    if part is None:
        return pl.DataFrame(schema={c.CASE: pl.String, into: pl.String})
    value = pl.col(c.field(part.field))
    wanted = (pl.col(c.TYPE) == part.event) & value.is_not_null()
    found = events[[c.CASE, c.TYPE, c.field(part.field)]].filter(wanted)
    return found.group_by(c.CASE).agg(value.last().alias(into))


def _with_deadlines(events: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Fill ``fields.X`` with the instant at which the date in ``dates.X`` has passed."""
    for name in (name for name, kind in vocabulary.fields().items() if kind == "deadline"):
        dated = events[[c.EVENT, c.date_of(name), _DEADLINE_ZONE]].drop_nulls(c.date_of(name))
        if dated.height:
            passed = with_deadline(dated, c.date_of(name), _DEADLINE_ZONE, "_passed").select_seq(c.EVENT, "_passed")
            joined = events.pipe(with_found, passed, on=c.EVENT)
            filled = joined.with_columns_seq(pl.col(c.field(name)).fill_null(pl.col("_passed")))
            events = without(filled, "_passed")
    return events


def _with_beginnings(events: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    begins = pl.lit(None, dtype=INSTANT)
    for kind in vocabulary.types.values():
        if kind.begins:
            begins = pl.when(pl.col(c.TYPE) == kind.name).then(pl.col(c.field(kind.begins))).otherwise(begins)
    instants = events.select_seq(begins.alias(c.BEGINS)).to_series()
    if instants.null_count() == len(instants):
        return events.with_columns_seq(pl.col(c.MOMENT).alias(c.BEGINS))
    places = events[c.AT].search_sorted(instants, side="left").cast(pl.Int64) * 2 - 1
    found = (
        pl.when(instants.is_not_null()).then(pl.min_horizontal(places.alias("places"), c.MOMENT)).otherwise(c.MOMENT)
    )
    return events.with_columns_seq(found.alias(c.BEGINS))


# ── what was taken back ──


def _with_void(events: pl.DataFrame, vocabulary: Vocabulary) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Mark the events that a later one made void; and the events that name nothing to take back."""
    part = vocabulary.parts.takes_back
    name = [c.CASE_NO, "name"]
    if part is None:
        return _unmarked(events), events.clear()
    taking = events[events.select_seq(pl.arg_where(pl.col(c.TYPE) == part.event)).to_series()]  # rows before columns
    if not taking.height:
        return _unmarked(events), taking
    cases = taking[c.CASE_NO].unique().implode()
    of = events[[c.TYPE, c.CASE_NO, c.MOMENT, c.field(part.key), c.EVENT]].filter(
        pl.col(c.TYPE) == part.of, pl.col(c.CASE_NO).is_in(cases)
    )
    of = of.select_seq(c.CASE_NO, c.MOMENT, pl.col(c.field(part.key)).alias("name"), pl.col(c.EVENT).alias("taken"))
    matched: list[pl.DataFrame] = []
    unmatched = taking
    for field in part.by:
        if not unmatched.height:
            break
        named = unmatched.with_columns_seq(pl.col(c.field(field)).alias("name"))
        pairs = named.join_asof(of, on=c.MOMENT, by=name, check_sortedness=False)
        matched.append(pairs.filter(pl.col("taken").is_not_null()))
        unmatched = pairs.filter(pl.col("taken").is_null()).select_seq(events.columns)
    marks = (
        stacked(matched)
        .group_by("taken")
        .agg(
            pl.col(c.MOMENT).min().alias(c.VOID),
            pl.col(c.AT).min().alias(VOID_AT),
            pl.col(c.EVENT).min().alias(VOIDED_BY),
        )
        .rename({"taken": c.EVENT})
    )
    marked = events.pipe(with_found, marks, on=c.EVENT)
    return marked, unmatched


def _unmarked(events: pl.DataFrame) -> pl.DataFrame:
    return events.with_columns_seq(
        pl.lit(None, dtype=pl.Int64).alias(c.VOID),
        pl.lit(None, dtype=INSTANT).alias(VOID_AT),
        pl.lit(None, dtype=pl.UInt32).alias(VOIDED_BY),
    )
