"""The flat report as JSON Lines: one record a line, as ``schemas/row.schema.json`` describes it.

The first line is the ``run``: by what was judged. Every other line has every column of ``schemas.ROWS``, null where
the record has no such thing, so that a reader that looks at the first lines alone knows them all. Only ASCII is
written: no character of a log can break a line or move a cursor.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from itertools import chain
from json.encoder import encode_basestring_ascii
from typing import BinaryIO, Final

import polars as pl

from punctilio.reporters.about import About
from punctilio.reporters.instants import as_text
from punctilio.reporters.rows import ORDER, of_run, recut
from punctilio.reporters.rows import rows as pieces
from punctilio.tables import columns as c

__all__ = ["ORDER", "pieces", "write"]

_NOT_ASCII: Final = re.compile(r"[^\n -~]+")


def write(frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
    """A line for the run, then one for each row."""
    run = {
        c.RECORD: "run",
        "as_of": about.as_of_text,
        "versions": dict(about.versions),
        "rulebook": about.rulebook._asdict(),
    }
    file.write(json.dumps(run, allow_nan=False).encode() + b"\n")
    for frame in recut(chain(frames, [of_run(about)])):
        lines = io.BytesIO()
        frame.with_columns(as_text()).write_ndjson(lines)
        file.write(_in_ascii(lines.getvalue()))


def _in_ascii(lines: bytes) -> bytes:
    """JSON with escapes for all other characters, which can stand in strings alone."""
    if lines.isascii() and b"\x7f" not in lines:
        return lines
    return _NOT_ASCII.sub(lambda found: encode_basestring_ascii(found[0])[1:-1], lines.decode()).encode()
