"""The log as it is seen at one instant: corrected, numbered, with every zone and deadline resolved.

This is the one place where retractions act, where void events are marked,
and where moments (docs/language.md, 1) are counted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import UTC, datetime
from functools import partial
from typing import Final, cast

import polars as pl

from punctilio import people
from punctilio.abreast import both
from punctilio.durations import deadlines
from punctilio.model.rule import Calendar, Rulebook
from punctilio.model.vocabulary import RETRACTION, FieldOf, Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.constant import constant
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.numbering import numbered, spread
from punctilio.tables.tables import Log
from punctilio.value import Value, fields_of
from punctilio.zones import Clocks, clocks


class History(Value, kw_only=True):
    """``events``: the base columns of events, the vocabulary's fields, and

    - ``event`` (UInt32) the row number, ``moment`` (Int64),
    - ``void`` (UInt32) the event that made it void, from whose moment it is (``void_moment``),
    - ``case_no`` (UInt32) the number of the case;

    and those of ``further``, made where they are asked for. ``written``: the same events as the log has them.

    ``by_type``: the row numbers of the events of each type that is there. ``cases``: a row each, with ``case_no``,
    ``case``, ``zone``; ``clocks``: theirs, by ``case_no``. ``known``: what was known of people (``people.states``), if
    the rules ask. ``parties``: who fits them when (``people.stretches``); none where nobody is noted. ``unmatched``:
    ``event case type`` of those that take back nothing.
    """

    events: pl.DataFrame
    written: pl.DataFrame
    by_type: Mapping[str, pl.Series]
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

    def of_type(self, name: str, columns: Iterable[str]) -> pl.DataFrame:
        """The events of a type, in their order, with these columns."""
        return _of_type(self.events, self.by_type, name, columns)


def void_moment() -> pl.Expr:
    """The moment from which an event is void; null where nothing took it back."""
    return pl.col(c.VOID).cast(pl.Int64) * 2


def history(rulebook: Rulebook, log: Log, as_of: datetime, known_at: datetime | None = None) -> History:
    """Lay out what the log says at ``as_of``; with ``known_at``, as far as it was known then."""
    instant, vocabulary = _in_utc(as_of), log.vocabulary
    read = _read_fields(rulebook)
    seen = log.events.rechunk().filter(_is_seen(instant, known_at)).pipe(_without_retracted)
    filled = partial(_with_blanks_as_null, seen, _text_fields(rulebook, read))
    (names, numbers), (events, by_type) = both(
        lambda: numbered(seen[c.CASE]), lambda: (filled(), rows_by_type(seen, vocabulary)), rows=seen.height
    )
    events = events.with_row_index(c.EVENT).with_columns_seq(
        (pl.col(c.EVENT).cast(pl.Int64) * 2).alias(c.MOMENT), numbers.alias(c.CASE_NO)
    )
    cases = _cases(names, events, by_type, rulebook.vocabulary)
    passed, (void, unmatched) = both(
        lambda: _deadlines(events, cases, rulebook.zone, vocabulary),
        lambda: _void(events, by_type, vocabulary),
        rows=seen.height,
    )
    events = events.with_columns_seq(*passed, void)
    attributes = _attributes(read)
    known = _known(events, by_type, vocabulary) if attributes or rulebook.parties else pl.DataFrame()
    zones = cases[c.ZONE].fill_null(rulebook.zone or _UTC)
    return History(
        events=people.with_attributes(events, known, vocabulary, attributes),
        written=seen,
        by_type=by_type,
        cases=cases.select_seq(c.CASE_NO, c.CASE, zones),
        clocks=clocks(zones),
        known=known,
        parties={
            name: people.stretches(known, party, vocabulary) for name, party in rulebook.parties.items() if known.height
        },
        unmatched=unmatched,
        vocabulary=vocabulary,
        calendar=rulebook.calendar,
        as_of=instant,
        has_default_zone=rulebook.zone is None and cases[c.ZONE].null_count() > 0,
    )


_DEADLINE_ZONE: Final = "deadline_zone"
_UTC: Final = "UTC"
_VISIBLE: Final = "!"
_NO_ASCII: Final = "\x7f"


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
    """A text that begins with a visible ASCII character is not blank: where all do, none is looked at again."""
    written = [pl.col(c.field(name)) for name in names]
    if not written:
        return events
    is_other = [((text < _VISIBLE) | (text >= _NO_ASCII)).any() for text in written]
    doubtful = itertools.compress(written, events.select(is_other).row(0))
    return events.with_columns_seq(pl.when(text.str.contains(r"\S")).then(text) for text in doubtful)


# ── types ──


def rows_by_type(events: pl.DataFrame, vocabulary: Vocabulary) -> dict[str, pl.Series]:
    """The row numbers (UInt32) of the events of each type that is there, in order. Types are told apart by their
    hashes, at a third of what their names cost, where no two of the vocabulary have the same."""
    names, types = pl.Series([*vocabulary.types], dtype=pl.String), events[c.TYPE]
    marks = names.hash()
    if marks.n_unique() == len(names):
        types = types.hash()
    else:
        marks = names
    found = types.alias(c.TYPE).to_frame().with_row_index(c.EVENT).group_by(c.TYPE).agg(c.EVENT)
    rows = dict(zip(found[c.TYPE], found[c.EVENT], strict=True))
    return {name: rows[mark] for name, mark in zip(names, marks, strict=True) if mark in rows}


def _of_type(events: pl.DataFrame, by_type: Mapping[str, pl.Series], name: str, columns: Iterable[str]) -> pl.DataFrame:
    there = list(dict.fromkeys(columns))
    return events[by_type[name], there] if name in by_type else events[there].clear()


def _known(events: pl.DataFrame, by_type: Mapping[str, pl.Series], vocabulary: Vocabulary) -> pl.DataFrame:
    part = vocabulary.parts.people
    if part is None:
        return pl.DataFrame()
    attributes = (c.field(name) for name in (part.key, *part.attributes))
    return people.states(_of_type(events, by_type, part.event, [c.CASE_NO, c.MOMENT, *attributes]), part)


# ── cases and zones ──


def _cases(
    names: pl.Series, events: pl.DataFrame, by_type: Mapping[str, pl.Series], vocabulary: Vocabulary
) -> pl.DataFrame:
    """``case_no case zone deadline_zone``; a zone is null where no event says it."""
    cases = names.alias(c.CASE).to_frame().with_row_index(c.CASE_NO)
    for part, into in ((vocabulary.parts.case_zone, c.ZONE), (vocabulary.parts.deadline_zone, _DEADLINE_ZONE)):
        cases = cases.pipe(with_found, _latest(events, by_type, part, into), on=c.CASE_NO)
    return cases


def _latest(events: pl.DataFrame, by_type: Mapping[str, pl.Series], part: FieldOf | None, into: str) -> pl.DataFrame:
    if part is None:
        return pl.DataFrame(schema={c.CASE_NO: pl.UInt32, into: pl.String})
    said = _of_type(events, by_type, part.event, [c.CASE_NO, c.field(part.field)]).drop_nulls()
    return said.group_by(c.CASE_NO).agg(pl.col(c.field(part.field)).last().alias(into))


def _deadlines(events: pl.DataFrame, cases: pl.DataFrame, default: str | None, vocabulary: Vocabulary) -> list[pl.Expr]:
    """``fields.X``, filled with the instant at which the date in ``dates.X`` has passed, for each that has any."""
    named = [name for name, kind in vocabulary.fields().items() if kind == "deadline"]
    dated = [name for name in named if events[c.date_of(name)].count()]
    if not dated:
        return []
    zones = cases.select_seq(pl.coalesce(_DEADLINE_ZONE, c.ZONE).fill_null(default or _UTC)).to_series()
    by = clocks(zones)
    filled: list[pl.Expr] = []
    for name in dated:
        rows = events[c.date_of(name)].is_not_null().arg_true()
        passed = deadlines(events[c.date_of(name)].gather(rows), by.of(events[c.CASE_NO].gather(rows)))
        filled.append(pl.col(c.field(name)).fill_null(spread(passed, rows, events.height)))
    return filled


# ── what was taken back ──


def _void(
    events: pl.DataFrame, by_type: Mapping[str, pl.Series], vocabulary: Vocabulary
) -> tuple[pl.Series, pl.DataFrame]:
    """``void``, the later event that made each void; and the events that name nothing to take back."""
    part = vocabulary.parts.takes_back
    told = [c.EVENT, c.CASE, c.TYPE]
    if part is None or part.event not in by_type:
        return constant(None, events.height, pl.UInt32).alias(c.VOID), events[told].clear()
    names = dict.fromkeys(c.field(name) for name in part.by)
    taking = events[by_type[part.event], [*told, c.CASE_NO, c.MOMENT, *names]]
    cases = pl.col(c.CASE_NO).is_in(taking[c.CASE_NO].unique().implode())
    of = _of_type(events, by_type, part.of, [c.CASE_NO, c.MOMENT, c.field(part.key), c.EVENT]).filter(cases)
    of = of.select_seq(c.CASE_NO, c.MOMENT, pl.col(c.field(part.key)).alias("_name"), pl.col(c.EVENT).alias("_taken"))
    matched: list[pl.DataFrame] = []
    for name in names:
        if not taking.height:
            break
        named = taking.with_columns_seq(pl.col(name).alias("_name"))
        pairs = named.join_asof(of, on=c.MOMENT, by=[c.CASE_NO, "_name"], check_sortedness=False)
        matched.append(pairs.filter(pl.col("_taken").is_not_null()).select_seq("_taken", c.EVENT))
        taking = pairs.filter(pl.col("_taken").is_null()).select_seq(taking.columns)
    marks = stacked(matched).group_by("_taken").agg(pl.col(c.EVENT).min())
    return spread(marks[c.EVENT], marks["_taken"], events.height).alias(c.VOID), taking[told]
