"""JSON Lines in columns: which lines are plain, and what these say.

Polars' JSON reader is fast and too kind: it drops unknown keys, keeps one of two equal keys, makes texts of numbers and
names no line. So it is given only lines that a regular expression has shown to be an object of the vocabulary's keys,
each with a value of its type; and of these, only those stay in which every key stands once: as many values were read as
there are keys, or else the keys themselves were looked at.
"""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from typing import Final, NamedTuple

import polars as pl

from punctilio.logs.events import EVERY_EVENT
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, FieldType, Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.schemas import Schema, column_type

_TEXT: Final = "text"
_SAMPLE: Final = 1000
_BLANKS: Final = r"[ \t]*"
_HEX: Final = "[0-9a-fA-F]"
_ESCAPED: Final = (
    r'["\\/bfnrt]',
    f"u[0-9a-cA-CefEF]{_HEX}{{3}}",
    f"u[dD][0-7]{_HEX}{{2}}",
    rf"u[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}",  # both halves of a character
)
_STRING: Final = rf'"(?:[^"\\\x00-\x1f]|\\(?:{"|".join(_ESCAPED)}))*"'
_WHOLE: Final = "(?:0|-?[1-9][0-9]{0,17})"
_DECIMAL: Final = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?"
_KEY: Final = r'"[^"\\]*":'
_NO_KEY: Final = frozenset('":\\')
"""A key with one of these could not be told from what stands around it, or might be written in another way."""


class Grammar(NamedTuple):
    """The columns that a vocabulary's events may have, and a regular expression for lines that are plainly one."""

    columns: Schema
    line: str


class PlainLines(NamedTuple):
    """As in ``Chunk``."""

    written: pl.DataFrame
    odd: list[int]


def grammar_of(vocabulary: Vocabulary) -> Grammar:
    """Cheap, as the expression is compiled only where it is used."""
    types: dict[str, FieldType] = {**vocabulary.fields(), **EVERY_EVENT}
    plain: dict[str, FieldType] = {name: kind for name, kind in types.items() if _is_plain(name)}
    by_value: dict[str, list[str]] = {}
    for name, kind in plain.items():
        by_value.setdefault(_value(kind), []).append(pl.escape_regex(name))
    pairs = "|".join(f'(?:{"|".join(names)})":{_BLANKS}(?:{value}|null)' for value, names in by_value.items())
    pair = f'"(?:{pairs}){_BLANKS}'
    line = rf"^{_BLANKS}\{{{_BLANKS}{pair}(?:,{_BLANKS}{pair})*\}}[ \t\r]*$"
    return Grammar(
        {name: pl.String if kind in INSTANT_TYPES else column_type(kind) for name, kind in plain.items()}, line
    )


def _is_plain(name: str) -> bool:
    """Whether a field can be a column beside the line's number, and its key is written as it stands."""
    return name != c.LINE and name.isprintable() and not _NO_KEY & set(name)


def _value(kind: FieldType) -> str:
    """A regular expression for what a field of this type holds."""
    if kind in LIST_TYPES:
        return rf"\[{_BLANKS}(?:{_STRING}{_BLANKS}(?:,{_BLANKS}{_STRING}{_BLANKS})*)?\]"
    return {"integer": _WHOLE, "number": _DECIMAL, "boolean": "true|false"}.get(kind, _STRING)


def plain_lines(block: bytes, first: int, grammar: Grammar) -> PlainLines:
    """Whole lines, of which ``first`` is the number of the first."""
    try:
        lines = _lines(block, first)
    except pl.exceptions.ComputeError:
        block = _in_utf8(block)
        lines = _lines(block, first)
    is_shaped = lines.select_seq(pl.col(_TEXT).str.contains(grammar.line))[_TEXT]
    shaped = lines if is_shaped.all() else lines.filter(is_shaped)
    if shaped.is_empty():
        return PlainLines(shaped.select(c.LINE), lines[c.LINE].to_list())
    content = block if len(shaped) == len(lines) else _joined(shaped)
    names = _names(_keys(shaped[_TEXT].gather_every(len(shaped) // _SAMPLE + 1)), grammar)
    written = _read(content, names, grammar, shaped[c.LINE])
    is_unequal = shaped[_TEXT].str.count_matches('":') != _values_read(written)
    unequal = shaped.filter(is_unequal)
    keys = _keys(unequal[_TEXT])
    if missing := _names(keys, grammar) - names:
        again = _read(_joined(unequal), names | missing, grammar, unequal[c.LINE])
        written = pl.concat([written.filter(~is_unequal), again], how="diagonal").sort(c.LINE)
    twice = unequal[c.LINE].filter(keys.list.n_unique() != keys.list.len())
    odd = lines[c.LINE].filter(~is_shaped)
    if len(twice):
        odd = pl.concat([odd, twice]).sort()
        written = written.filter(~pl.col(c.LINE).is_in(twice.implode()))
    return PlainLines(written, odd.to_list())


def _lines(block: bytes, first: int) -> pl.DataFrame:
    """The number and the text of each. Raises ComputeError where they are not UTF-8."""
    return pl.read_lines(BytesIO(block), name=_TEXT, row_index_name=c.LINE, row_index_offset=first)


def _in_utf8(block: bytes) -> bytes:
    """The block with a blank in the place of each line that is not UTF-8."""
    return b"\n".join(line if _is_utf8(line) else b" " for line in block.split(b"\n"))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(content: bytes, names: Collection[str], grammar: Grammar, lines: pl.Series) -> pl.DataFrame:
    """These fields of the content, of which each line is an event."""
    schema = {name: kind for name, kind in grammar.columns.items() if name in names}
    return pl.read_ndjson(content, schema=schema).insert_column(0, lines)


def _joined(lines: pl.DataFrame) -> bytes:
    text: str = lines[_TEXT].str.join("\n").item()
    return text.encode()


def _keys(lines: pl.Series) -> pl.Series:
    """The keys of each line, and texts of its values that look like one."""
    return lines.str.extract_all(_KEY)


def _names(keys: pl.Series, grammar: Grammar) -> frozenset[str]:
    """The names of fields among the keys."""
    return frozenset(key[1:-2] for key in keys.explode().unique().drop_nulls()) & grammar.columns.keys()


def _values_read(written: pl.DataFrame) -> pl.Series:
    return written.select_seq(pl.sum_horizontal(pl.exclude(c.LINE).is_not_null()).alias(_TEXT))[_TEXT]
