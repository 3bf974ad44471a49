"""The flat report as CSV: UTF-8, a header, one record a line, and nothing in it that a spreadsheet would run.

The first record is the ``run``: its as-of in ``at``, the hash of the rulebook in ``id``, the versions in ``message``.
A null is an empty cell; a list stands in one cell, parted by ``; ``. In texts

* whatever does something instead of showing something (control characters, line ends, turns of the reading direction)
  is written as an escape, such as ``\\n``;
* a ``'`` stands before each ``=``, ``+``, ``-`` and ``@``, wide ones too, that begins a cell or follows a ``;`` in it,
  where some spreadsheets begin a new one, blanks aside.

Numbers stay numbers. Whoever needs texts as they are in the log takes Parquet or JSON Lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import BinaryIO, Final

import polars as pl

from punctilio.abreast import abreast
from punctilio.inert import inert
from punctilio.reporters.about import About
from punctilio.reporters.instants import as_text
from punctilio.reporters.rows import LINES, ORDER, of_run, recut
from punctilio.reporters.rows import rows as pieces
from punctilio.tables import columns as c
from punctilio.tables.schemas import ROWS

__all__ = ["ORDER", "pieces", "write"]

_SUSPECT: Final = r"[^\pL\pM\pN\pP\pS ]"
"""Perhaps not printable."""
_FORMULA: Final = r"(^|;)([\s\x{200C}\x{200D}]*)([=+\-@＝＋－＠])"


def write(frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
    """The header, the run, then the rows."""
    file.write(pl.DataFrame(schema=dict.fromkeys(ROWS, pl.String)).write_csv().encode())
    told = recut(chain([_run(about)], frames, of_run(about)), LINES)
    for lines in abreast(partial(_written, frame) for frame in told):
        file.write(lines)  # here and not by Polars: a refusal is then an OSError


def _written(rows: pl.DataFrame) -> bytes:
    """The lines of the rows."""
    return _flat(rows).write_csv(include_header=False).encode()


def _run(about: About) -> pl.DataFrame:
    versions = ", ".join(f"{name} {version}" for name, version in about.versions)
    known = f", by what was known at {about.known_at_text}" if about.known_at else ""
    row = {
        c.RECORD: "run",
        c.ID: about.rulebook.hash,
        c.TITLE: about.rulebook.title or None,
        c.AT: about.as_of.replace(tzinfo=None),
        c.MESSAGE: " ".join(
            (f"Judged by {about.rulebook.name}{known}, with {versions}.", about.incomplete or "")
        ).strip(),
    }
    return pl.DataFrame([{**dict.fromkeys(ROWS), **row}], schema=ROWS)


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with a text in every cell that is no number and no truth."""
    lists = pl.col(pl.List(pl.String)).list.join("; ").replace("", None)
    texts = rows.with_columns(lists)
    harmless = [_harmless(texts[name]) for name, kind in texts.schema.items() if kind == pl.String]
    return texts.with_columns(*harmless, as_text())


def _harmless(texts: pl.Series) -> pl.Series:
    """Most often nothing is to be done, which is seen in a quarter of the time that doing it takes."""
    suspects = texts.filter(texts.str.contains(_SUSPECT)).unique()
    if suspects.len():
        texts = texts.replace(suspects, pl.Series([inert(text) for text in suspects], dtype=pl.String))
    return texts.str.replace_all(_FORMULA, "${1}${2}'${3}") if texts.str.contains(_FORMULA).any() else texts
