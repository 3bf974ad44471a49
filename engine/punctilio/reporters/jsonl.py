"""The flat report as JSON Lines: one record a line, as ``schemas/row.schema.json`` describes it.

The first line is the ``run``: by what was judged, and how many lines follow, by which a report that was cut is known.
Each kind of record always has the same members (``schemas.ROW_COLUMNS``), null where there is nothing. Only ASCII is
written: no character of a log can break a line or move a cursor.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from functools import partial
from itertools import chain
from json.encoder import encode_basestring_ascii
from typing import BinaryIO, Final

import polars as pl

from punctilio.abreast import abreast
from punctilio.reporters.about import About
from punctilio.reporters.instants import as_text
from punctilio.reporters.rows import LINES, ORDER, of_run, recut
from punctilio.reporters.rows import rows as pieces
from punctilio.tables import columns as c
from punctilio.tables.schemas import ROW_COLUMNS, ROWS

__all__ = ["ORDER", "pieces", "write"]

_NO: Final = "no"
_SHOWN: Final = bytes(range(0x7F))
"""ASCII but for its last character, which is neither shown nor escaped by Polars."""
_OTHER: Final = r"[^\x00-\x7E]"


def write(frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
    """A line for the run, then one for each row."""
    run = {
        c.RECORD: "run",
        "as_of": about.as_of_text,
        "known_at": about.known_at_text,
        "versions": dict(about.versions),
        "rulebook": about.rulebook._asdict(),
        "incomplete": about.incomplete,
        "records": about.records + len(about.remarks) + about.left_out.height,
    }
    file.write(json.dumps(run, allow_nan=False).encode() + b"\n")
    told = recut(chain(frames, of_run(about)), LINES)
    for lines in abreast(partial(_written, frame) for frame in told):
        file.write(lines)


def _written(rows: pl.DataFrame) -> bytes:
    """The lines of the rows."""
    return str(_in_ascii(_lines(rows)).str.join("\n").item()).encode() + b"\n"


def _lines(rows: pl.DataFrame) -> pl.Series:
    """Each row as a JSON object of the columns that its record has."""
    numbered = rows.with_columns(as_text()).with_row_index(_NO)
    lines = [
        numbered.filter(pl.col(c.RECORD) == record).select(_NO, _object(columns).alias(c.TEXT))
        for record, columns in ROW_COLUMNS.items()
    ]
    return pl.concat(lines).sort(_NO)[c.TEXT]


def _object(columns: Collection[str]) -> pl.Expr:
    return pl.struct(name for name in ROWS if name in columns).struct.json_encode()


def _in_ascii(lines: pl.Series) -> pl.Series:
    """The lines with escapes for all other characters, which can stand in strings alone."""
    where = lines.str.contains(_OTHER).arg_true()
    if not len(where):
        return lines
    others = lines.gather(where)
    marks = sorted(set(str(others.str.join().item()).encode().translate(None, _SHOWN).decode()))
    escapes = [encode_basestring_ascii(mark)[1:-1] for mark in marks]
    return lines.scatter(where, others.str.replace_many(marks, escapes))
