"""Cells of text as values of their fields: what JSON says with types of its own, CSV says in words.

Numbers and ``true`` and ``false`` are written as in JSON. A list stands in one cell, its entries separated by ``;``
with blanks around them; one whose entries hold a ``;`` is written as a JSON array.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple, cast

import polars as pl

from punctilio.logs.chunks import Chunk
from punctilio.logs.half_characters import half_character
from punctilio.logs.records import Place, Record, problem_in
from punctilio.model.vocabulary import LIST_TYPES, FieldType, Vocabulary
from punctilio.problems import Problem
from punctilio.tables import columns as c

SEPARATOR: Final = ";"
_BLANKS: Final = " \t"
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_PLAIN_ARRAY: Final = r'^\[[ \t]*(?:"[^"\\\x00-\x1f]*"[ \t]*(?:,[ \t]*"[^"\\\x00-\x1f]*"[ \t]*)*)?\]$'
_SPREADSHEETS: Final = {"TRUE": "true", "FALSE": "false"}
"""How spreadsheets write truth values, whatever they read."""
_LIST: Final = "list."
_LONGEST: Final = 400  # characters of a number


class Spoken(NamedTuple):
    """A record whose texts are read as values of their fields."""

    record: Record
    value: object

    @property
    def line(self) -> int:
        return self.record.line

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        return self.record.place(key, of_key=of_key)


def as_fields(chunk: Chunk, source: str, vocabulary: Vocabulary, separators: Mapping[str, str] | None = None) -> Chunk:
    """The chunk, whose columns and records are all of texts, with lists in columns and the types of fields in records.

    ``source`` is the file's name. ``separators`` are those of the entries of lists, where they are others than ``;``.
    """
    between = separators or {}
    types = {name: kind for name, kind in vocabulary.fields().items() if name in chunk.written.columns}
    lists = {name: _list(name, between.get(name, SEPARATOR)) for name, kind in types.items() if kind in LIST_TYPES}
    words = [pl.col(name).replace(_SPREADSHEETS) for name, kind in types.items() if kind == "boolean"]

    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        return (_spoken(record, source, types, between) for record in chunk.records(lines))

    spoken = chunk.written.with_columns(words) if words else chunk.written
    if not lists:
        return chunk._replace(written=spoken, records=records)
    read = spoken.with_columns(entries.alias(_LIST + name) for name, entries in lists.items())
    lost = pl.any_horizontal(pl.col(name).is_not_null() & pl.col(_LIST + name).is_null() for name in lists)
    doubtful = read.filter(lost)[c.LINE].to_list()
    kept = read.filter(~lost) if doubtful else read
    written = kept.drop(lists).rename({_LIST + name: name for name in lists})
    return Chunk(written, sorted((*chunk.odd, *doubtful)), records)


def value_of(text: str, kind: FieldType, separator: str = SEPARATOR) -> object:
    """What a cell says in a field of this type; the text itself where it is no such value."""
    if kind in ("integer", "number"):
        return json.loads(text) if len(text) <= _LONGEST and _NUMBER.fullmatch(text) else text
    if kind == "boolean":
        return {"true": True, "false": False}.get(_SPREADSHEETS.get(text, text), text)
    if kind in LIST_TYPES:
        return _entries(text, separator)
    return text


def _entries(text: str, separator: str) -> object:
    if not text.startswith("["):
        return [entry.strip(_BLANKS) for entry in text.split(separator)]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _spoken(
    record: Record | Problem, source: str, types: Mapping[str, FieldType], separators: Mapping[str, str]
) -> Record | Problem:
    if isinstance(record, Problem):
        return record
    event = {
        name: value_of(text, types[name], separators.get(name, SEPARATOR)) if name in types else text
        for name, text in cast("Mapping[str, str]", record.value).items()
    }
    spoken = Spoken(record, event)
    mistake = half_character(event)
    return problem_in(source, spoken, mistake) if mistake else spoken


def _list(name: str, separator: str) -> pl.Expr:
    """The entries of the cells of a column, null where they are doubtful."""
    text = pl.col(name)
    array = pl.when(text.str.contains(_PLAIN_ARRAY)).then(text).str.json_decode(pl.List(pl.String))
    entries = text.str.split(separator).list.eval(pl.element().str.strip_chars(_BLANKS))
    return pl.when(text.str.starts_with("[")).then(array).otherwise(entries)
