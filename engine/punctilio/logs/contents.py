"""What an event says, as a hash: the same for events that say the same, in any format and however it was written."""

from __future__ import annotations

from typing import Final

import polars as pl
import polars_hash as plh

from punctilio.tables import columns as c

_LENGTH: Final = 16
_NOT_CONTENT: Final = frozenset({c.ID, c.FILE, c.LINE, c.IDENTITY})


def with_content_hash(events: pl.DataFrame) -> pl.DataFrame:
    """``identity`` is the hash of the content where an event has no id, else null.

    It is the first 16 hexadecimal digits of the SHA-256 of name and value of each column that is not null, each with
    its length in bytes before it, so that no two contents are written alike.
    """
    nameless = events[c.ID].is_null()
    if not nameless.any():
        return events
    whole = nameless.all()
    said = (events if whole else events.filter(nameless)).rechunk()  # Polars 2.1 fails in lists with an empty chunk
    text = pl.concat_str([_said(column) for column in said if _is_content(column)], ignore_nulls=True)
    hashed = said.select_seq(text.alias(c.IDENTITY)).select_seq(
        plh.col(c.IDENTITY).chash.sha2_256().str.slice(0, _LENGTH)
    )[c.IDENTITY]
    identity = hashed if whole else events[c.IDENTITY].scatter(nameless.arg_true(), hashed)
    return events.with_columns_seq(identity)


def _is_content(column: pl.Series) -> bool:
    return column.name not in _NOT_CONTENT and column.null_count() < len(column)


def _said(column: pl.Series) -> pl.Expr:
    """The column's name and values as text, null where it is."""
    value = _text(pl.col(column.name), column.dtype)
    name = pl.lit(f"{len(column.name.encode())}:{column.name}")
    return pl.concat_str(name, value.str.len_bytes(), pl.lit(":"), value)


def _text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Numbers bit by bit, since how they are printed may change; lists entry by entry."""
    match kind:
        case pl.String:
            return column
        case pl.List:
            entry = pl.format("{}:{}", pl.element().str.len_bytes(), pl.element())
            return column.list.eval(entry).list.join("")
        case pl.Float64:
            return (column + 0.0).reinterpret(dtype=pl.Int64).cast(pl.String)
        case _:
            return column.to_physical().cast(pl.String)
