"""Cells of text as values of their fields: what JSON says with types of its own, CSV says in words.

Numbers and ``true`` and ``false`` are written as in JSON. A list stands in one cell, its entries separated by ``;``
with blanks around them; one whose entries hold a ``;`` is written as a JSON array.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, cast

import polars as pl

from punctilio.logs.chunks import Chunk
from punctilio.logs.half_characters import half_character
from punctilio.logs.records import Mistake, Place, Record
from punctilio.model.vocabulary import LIST_TYPES, FieldType, Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c

SEPARATOR: Final = ";"
_BLANKS: Final = " \t"
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_PLAIN_ARRAY: Final = r'^\[[ \t]*(?:"[^"\\\x00-\x1f]*"[ \t]*(?:,[ \t]*"[^"\\\x00-\x1f]*"[ \t]*)*)?\]$'
_SPREADSHEETS: Final = {"TRUE": "true", "FALSE": "false"}
"""How spreadsheets write truth values, whatever they read."""
_TYPED: Final = frozenset({"boolean"}) | LIST_TYPES
_READ: Final = "read."
_LONGEST: Final = 400  # digits of a whole number


class Spoken(NamedTuple):
    """A record whose texts are read as values of their fields, with the mistakes that showed then."""

    record: Record
    value: object
    mistakes: Sequence[Mistake]

    @property
    def line(self) -> int:
        return self.record.line

    @property
    def text(self) -> str:
        return self.record.text

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        return self.record.place(key, of_key=of_key)


def as_fields(chunk: Chunk, vocabulary: Vocabulary) -> Chunk:
    """The chunk, whose columns and records are all of texts, with lists in columns and the types of fields in
    records."""
    types = vocabulary.fields()
    there = set(chunk.written.columns) - {c.LINE}
    typed = {name: column_of(pl.col(name), kind) for name, kind in types.items() if kind in _TYPED and name in there}

    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        return (_spoken(record, types) for record in chunk.records(lines))

    if not typed:
        return chunk._replace(records=records)
    read = chunk.written.with_columns(column.alias(_READ + name) for name, column in typed.items())
    lost = pl.any_horizontal(pl.col(name).is_not_null() & pl.col(_READ + name).is_null() for name in typed)
    doubtful = read.filter(lost)[c.LINE].to_list()
    kept = read.filter(~lost) if doubtful else read
    written = kept.drop(typed).rename({_READ + name: name for name in typed})
    return Chunk(written, sorted((*chunk.odd, *doubtful)), records)


def column_of(text: pl.Expr, kind: FieldType, separator: str = SEPARATOR) -> pl.Expr:
    """Cells as values of this type, null where they are doubtful. Numbers and instants stay texts, as in JSON Lines."""
    if kind == "boolean":
        word = text.replace(_SPREADSHEETS)
        return pl.when(word.is_in(["true", "false"])).then(word == "true")
    if kind not in LIST_TYPES:
        return text
    array = pl.when(text.str.contains(_PLAIN_ARRAY)).then(text).str.json_decode(pl.List(pl.String))
    entries = text.str.split(separator).list.eval(pl.element().str.strip_chars(_BLANKS))
    return pl.when(text.str.starts_with("[")).then(array).otherwise(entries)


def value_of(text: str, kind: FieldType, separator: str = SEPARATOR) -> object:
    """What a cell says in a field of this type; the text itself where it is no such value."""
    if kind in ("integer", "number"):
        return json.loads(text, parse_int=_whole_number) if _NUMBER.fullmatch(text) else text
    if kind == "boolean":
        return {"true": True, "false": False}.get(_SPREADSHEETS.get(text, text), text)
    if kind in LIST_TYPES:
        return _entries(text, separator)
    return text


def _whole_number(digits: str) -> int:
    """One with more digits is beyond measure as it is with these; Python refuses some thousands."""
    return int(digits[:_LONGEST])


def _entries(text: str, separator: str) -> object:
    if not text.startswith("["):
        return [entry.strip(_BLANKS) for entry in text.split(separator)]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _spoken(record: Record | Problem, types: Mapping[str, FieldType]) -> Record | Problem:
    if isinstance(record, Problem):
        return record
    said = cast("Mapping[str, str]", record.value)
    event = {name: value_of(text, types[name]) if name in types else text for name, text in said.items()}
    mistake = None if record.mistakes else half_character(event)
    return Spoken(record, event, (mistake,) if mistake else record.mistakes)
