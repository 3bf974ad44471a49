"""The rows of a CSV text (RFC 4180): where each begins and ends, and its cells.

A cell that begins with a quotation mark runs to the mark that closes it, over line ends and delimiters; two marks
stand for one. A mark in any other place is a mistake, which spoils its row and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from punctilio.tables import columns as c

ROW: Final = "row"
QUOTE: Final = '"'
GOOD: Final = "good"
BYTE_ORDER_MARK: Final = "\ufeff"


class Cut(NamedTuple):
    """``rows`` (``line`` UInt32, ``row`` String without its line end, ``good`` Boolean: its quotation marks are in
    order), and the line on which a row begins whose quotation marks stay open, if there is one."""

    rows: pl.DataFrame
    unfinished: int | None


class Cell(NamedTuple):
    """What a cell says, and where it begins in its row (from 0)."""

    text: str
    start: int


class QuoteError(ValueError):
    """A row whose quotation marks are out of order, or stay open, from the character ``at`` on (from 0)."""

    def __init__(self, sentence: str, at: int, *, is_open: bool = False) -> None:
        super().__init__(sentence)
        self.at = at
        self.is_open = is_open


def cut(lines: pl.Series, first: int, delimiter: str, *, is_end: bool) -> Cut:
    """Gather lines (String, without their ends), of which the first has the number ``first``, into rows.

    Before the end of the file, a row that may go on in further lines counts as unfinished.
    """
    if not lines.str.contains(QUOTE, literal=True).any():
        return Cut(_numbered(lines, first).with_columns_seq(pl.lit(True).alias(GOOD)), None)
    open_after = lines.str.count_matches(QUOTE, literal=True).cum_sum() % 2 == 1
    # If every mark is in order, a row begins wherever an even number of them has gone before.
    begun = _gathered(lines, first, ~open_after.shift(1, fill_value=False), delimiter)
    if begun[GOOD].all():
        return Cut(begun, None)
    if not is_end and begun[GOOD][:-1].all() and end_of_row(begun[ROW][-1], 0, delimiter) is None:
        return Cut(begun[:-1], begun[c.LINE][-1])
    return _cut_with_care(lines, first, delimiter)


def _numbered(lines: pl.Series, first: int) -> pl.DataFrame:
    numbers = pl.int_range(first, first + len(lines), dtype=pl.UInt32, eager=True)
    return pl.DataFrame([numbers.alias(c.LINE), lines.alias(ROW)])


def _gathered(lines: pl.Series, first: int, begins: pl.Series, delimiter: str) -> pl.DataFrame:
    """The lines as rows, by whether a row begins on each."""
    rows = _numbered(lines, first)
    if not begins.all():
        by = begins.cum_sum().alias("by")
        rows = rows.group_by(by, maintain_order=True).agg(pl.first(c.LINE), pl.col(ROW).str.join("\n")).drop("by")
    whole = pl.col(ROW).str.strip_suffix("\r")
    good = ~whole.str.contains(QUOTE, literal=True) | whole.str.contains(_whole_row(delimiter))
    return rows.with_columns_seq(good.alias(GOOD))


def _cut_with_care(lines: pl.Series, first: int, delimiter: str) -> Cut:
    """One row after the other, for texts in which some quotation mark is out of order."""
    text = "\n".join(lines.to_list())
    begins: list[bool] = []
    at = 0
    while at <= len(text):
        end = end_of_row(text, at, delimiter)
        if end is None:
            done = _gathered(lines[: len(begins)], first, pl.Series(begins, dtype=pl.Boolean), delimiter)
            return Cut(done, first + len(begins))
        begins.extend((True, *(False for _ in range(text.count("\n", at, end)))))
        at = end + 1
    return Cut(_gathered(lines, first, pl.Series(begins, dtype=pl.Boolean), delimiter), None)


def end_of_row(text: str, at: int, delimiter: str) -> int | None:
    """Where the row ends that begins there; None if its quotation marks stay open."""
    found = _any_row(delimiter).match(text, at)
    end = found.end() if found else at
    return end if text[end : end + 1] in ("", "\n") else None


def has_cells(row: pl.Expr, count: int, delimiter: str) -> pl.Expr:
    """Whether a row whose quotation marks are in order has so many cells."""
    bare = row.str.count_matches(delimiter, literal=True) == count - 1
    if count > _MOST_BY_PATTERN:
        quoted = without_quoted(row).str.count_matches(delimiter, literal=True) == count - 1
    else:
        quoted = row.str.contains(_whole_row(delimiter, f"{{{count - 1}}}"))
    return pl.when(row.str.contains(QUOTE, literal=True)).then(quoted).otherwise(bare)


def without_quoted(row: pl.Expr) -> pl.Expr:
    """The row without what stands in quotation marks."""
    return row.str.replace_all(f"{QUOTE}[^{QUOTE}]*{QUOTE}", "")


def cells(row: str, delimiter: str) -> list[Cell]:
    """The cells of a row that is given without its line end. Raises QuoteError."""
    return list(_cells(row, delimiter))


def _cells(row: str, delimiter: str) -> Iterator[Cell]:
    at = 0
    while True:
        found = _cell(delimiter).match(row, at)
        if found is None:
            raise QuoteError(
                "A quotation mark opens here and is never closed: close it, or take it out.", at, is_open=True
            )
        quoted, rest = found.groups()
        if quoted is not None and rest:
            raise QuoteError(
                "The text in quotation marks that begins here has more text behind it: write a quotation mark within "
                "it as two, and close it at the end of the cell.",
                at,
            )
        if QUOTE in rest:
            raise QuoteError(
                "A quotation mark stands in the middle of a cell: put the whole cell in quotation marks, and write "
                "this one as two.",
                at + rest.index(QUOTE),
            )
        yield Cell(rest if quoted is None else quoted.replace(QUOTE * 2, QUOTE), at)
        at = found.end() + 1
        if at > len(row):
            return


_MOST_BY_PATTERN: Final = 100  # cells: with more, a pattern that counts them grows too large
_QUOTED: Final = '"(?:[^"]|"")*+"'  # to the mark that closes it, and never less


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    """A cell from its beginning: what stands between quotation marks, and what stands outside."""
    return re.compile(rf'(?:"((?:[^"]|"")*+)"|(?!"))([^{delimiter}]*)')


@cache
def _any_row(delimiter: str) -> re.Pattern[str]:
    """A row, to its line end or to a quotation mark that is never closed."""
    cell = rf'(?:{_QUOTED}|(?!"))[^{delimiter}\n]*+'
    return re.compile(f"(?:{cell}{delimiter})*+(?:{cell})?+")


@cache
def _whole_row(delimiter: str, times: str = "*") -> str:
    """A row in order, for Polars' expressions, whose syntax knows no possessives and needs none."""
    cell = rf'(?:"(?:[^"]|"")*"|[^"{delimiter}\n]*)'
    return f"^{cell}(?:{delimiter}{cell}){times}$"
