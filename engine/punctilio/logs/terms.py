"""What a vocabulary asks of events, laid out once for all the columns that are held against it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from punctilio.logs import values
from punctilio.logs.events import EVERY_EVENT
from punctilio.model.vocabulary import LIST_TYPES, RETRACTION, WAIVER, EventType, FieldOf, FieldType, Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.schemas import column_type

RAW: Final = "raw."
"""Before the name of a field: the column of what is written."""
KIND: Final = "kind"
_TEXTS: Final = frozenset[FieldType]({"string", "text", "person"})
_BLANKS: Final = "".join(mark for mark in map(chr, range(0x3001)) if mark.isspace())
"""What Python takes for blank; Polars by itself leaves some of it out."""


class Shape(NamedTuple):
    """The fields that events of a type may have, and those that they need."""

    known: frozenset[str]
    needed: frozenset[str]


class Terms(NamedTuple):
    """``types`` is of every field; ``kind`` is the type as its number in order of names, null where the vocabulary has
    none of that name; ``shapes`` are in that order. ``conditions`` on what a field holds are true where it is not
    there. ``defaults`` are of columns, each with the numbers of the types that have it."""

    vocabulary: Vocabulary
    types: Mapping[str, FieldType]
    kind: pl.Expr
    shapes: Sequence[Shape]
    conditions: Mapping[str, Sequence[pl.Expr]]
    defaults: Mapping[str, Sequence[tuple[str, Sequence[int]]]]


def terms_of(vocabulary: Vocabulary, rule_ids: Collection[str] | None = None) -> Terms:
    """With ``rule_ids``, a waiver must name one of them."""
    kinds = sorted(vocabulary.types)
    conditions: dict[str, list[pl.Expr]] = {}
    for name, condition in _conditions(vocabulary, rule_ids):
        conditions.setdefault(name, []).append(condition)
    return Terms(
        vocabulary,
        {**vocabulary.fields(), **EVERY_EVENT},
        pl.col(c.TYPE).cast(pl.Enum(kinds), strict=False).to_physical().alias(KIND),
        [_shape(vocabulary.types[name]) for name in kinds],
        conditions,
        _defaults(vocabulary),
    )


def _shape(kind: EventType) -> Shape:
    needed = (field.name for field in kind.fields.values() if field.required)
    return Shape(frozenset((*kind.fields, *EVERY_EVENT)), frozenset((c.CASE, c.TYPE, c.AT, *needed)))


def _conditions(vocabulary: Vocabulary, rule_ids: Collection[str] | None) -> Iterator[tuple[str, pl.Expr]]:
    """Fields, each with something that has to hold of it."""
    yield from ((name, ~_is_blank(name)) for name in (c.CASE, c.ID))
    for name, field_type in vocabulary.fields().items():
        needing = [
            kind.name for kind in vocabulary.types.values() if name in kind.fields and kind.fields[name].required
        ]
        if field_type in LIST_TYPES:
            yield name, _holds_texts(name, named=field_type == "people")
        if field_type in _TEXTS:
            needing_names = [RETRACTION, *needing] if name == "event" else needing
            if needing_names:
                yield name, are(needing_names, vocabulary, ~_is_blank(name))
    for (name, known), kinds in _choices(vocabulary, rule_ids).items():
        yield name, are(kinds, vocabulary, pl.col(c.field(name)).is_in(sorted(known)).fill_null(True))


def _choices(
    vocabulary: Vocabulary, rule_ids: Collection[str] | None
) -> Mapping[tuple[str, frozenset[str]], Sequence[str]]:
    """Fields with the words that they may hold, and the types for which this is so."""
    zones = (vocabulary.parts.case_zone, vocabulary.parts.deadline_zone)
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for kind in vocabulary.types.values():
        for field in kind.fields.values():
            if FieldOf(event=kind.name, field=field.name) in zones:
                known: Collection[str] | None = values.zones()
            elif kind.name == WAIVER and field.name == "rule":
                known = rule_ids
            else:
                known = field.values if field.type == "enum" else None
            if known is not None:
                found.setdefault((field.name, frozenset(known)), []).append(kind.name)
    return found


def are(kinds: Collection[str], vocabulary: Vocabulary, condition: pl.Expr) -> pl.Expr:
    """That the condition holds of events of these types."""
    return ~pl.col(KIND).is_in(_numbers(kinds, vocabulary)) | condition


def _numbers(kinds: Collection[str], vocabulary: Vocabulary) -> list[int]:
    return [number for number, name in enumerate(sorted(vocabulary.types)) if name in kinds]


def is_there(name: str) -> pl.Expr:
    return pl.col(RAW + name).is_not_null()


def _is_blank(name: str) -> pl.Expr:
    return (pl.col(c.field(name)).str.strip_chars(_BLANKS) == "").fill_null(False)


def says_something(name: str, vocabulary: Vocabulary) -> pl.Expr:
    is_empty = pl.col(c.field(name)) == "" if column_type(vocabulary.fields()[name]) == pl.String else pl.lit(False)
    return is_there(name) & ~is_empty.fill_null(False)


def _holds_texts(name: str, *, named: bool) -> pl.Expr:
    """Whether each entry of a list is there, and says something where it names somebody."""
    entry = pl.element().str.strip_chars(_BLANKS) != "" if named else pl.element().is_not_null()
    return pl.col(c.field(name)).list.eval(entry.fill_null(False)).list.all().fill_null(True)


def _defaults(vocabulary: Vocabulary) -> Mapping[str, Sequence[tuple[str, Sequence[int]]]]:
    """Only texts and enums have any."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind in vocabulary.types.values():
        for field in kind.fields.values():
            if field.default is not None:
                found.setdefault(c.field(field.name), {}).setdefault(field.default, []).append(kind.name)
    return {
        column: [(default, _numbers(kinds, vocabulary)) for default, kinds in by_default.items()]
        for column, by_default in found.items()
    }
