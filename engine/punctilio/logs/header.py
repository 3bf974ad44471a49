"""The first row of a CSV file: the names of its columns, and what separates the cells."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from punctilio.logs import codes
from punctilio.logs.records import Mistake, Place
from punctilio.logs.rows import BYTE_ORDER_MARK, Cell, QuoteError, cells, end_of_row
from punctilio.logs.sources import Source
from punctilio.logs.values import short
from punctilio.problems import Problem

_SAID: Final = re.compile("sep=([,;\t])\r?\n")
"""A line before the names, by which Excel is told what separates the cells."""
_DELIMITERS: Final[Mapping[str, str]] = {",": "commas", ";": "semicolons", "\t": "tabs"}


class Header(NamedTuple):
    """The row on a line, its ``cells``, and the ``delimiter`` between them."""

    line: int
    text: str
    cells: tuple[Cell, ...]
    delimiter: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells)

    def place(self, name: str | None) -> Place:
        return place_in_row(self.line, self.text, next((cell.start for cell in self.cells if cell.text == name), 0))


def place_in_row(line: int, row: str, at: int) -> Place:
    """The place of a character (from 0) in a row that begins on a line. Its further lines have no columns."""
    return Place(line, 0 if "\n" in row[:at] else at + 1, row)


def header_of(source: Source, head: bytes, delimiter: str | None) -> Header | Problem:
    """The first row of a file that begins with ``head``. Without ``delimiter``, a line for Excel, the file's suffix or
    the row itself shows what that is."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        message = "This is UTF-16 and not UTF-8: save the file as “CSV UTF-8”."
        return Mistake(codes.BAD_HEADER, message).at(source.name, Place(1, 1, None))
    text = head.removeprefix(BOM_UTF8).decode("utf-8", "replace")
    at = len(text) - len(text.lstrip(" \t\r\n"))
    at = text.rfind("\n", 0, at) + 1
    line = text.count("\n", 0, at) + 1
    if not text.strip(" \t\r\n"):
        message = "This file is empty: name the columns in its first row, such as case,type,at."
        return Mistake(codes.BAD_HEADER, message).at(source.name, Place(1, 1, None))
    if said := _SAID.match(text, at):
        return _split(source, text, said.end(), line + 1, delimiter or said[1])
    return _split(source, text, at, line, delimiter or ("\t" if source.suffix == ".tsv" else None))


def _split(source: Source, text: str, at: int, line: int, delimiter: str | None) -> Header | Problem:
    fitting: list[Header] = []
    mistake: Mistake | None = None
    place = Place(line, 1, text[at:].split("\n", 1)[0].rstrip("\r"))
    for mark in (delimiter,) if delimiter else _DELIMITERS:
        end = end_of_row(text, at, mark)
        row = text[at : end if end is not None else len(text)].removesuffix("\r")
        try:
            header = Header(line, row, tuple(cells(row, mark)), mark)
        except QuoteError as error:
            mistake, place = Mistake(codes.BAD_QUOTE, str(error)), place_in_row(line, row, error.at)
            continue
        if delimiter or len(header.cells) > 1:
            fitting.append(header)
        elif mark == "," and not any(other in row for other in _DELIMITERS):
            return header
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        mistake = Mistake(codes.BAD_HEADER, _doubt(fitting))
    return (mistake or Mistake(codes.BAD_HEADER, "This row names no columns.")).at(source.name, place)


def _doubt(fitting: Sequence[Header]) -> str:
    """What to do where a row can be read in several ways."""
    if any("\r" in header.text for header in fitting):
        return "This row goes on behind a carriage return: save the file with usual line ends."
    marks = " or ".join(_DELIMITERS[header.delimiter] for header in fitting)
    return (
        f"The cells may be separated by {marks}: put each name that holds such a mark in quotation marks, or name "
        "the `delimiter` in a map."
    )


def slips_of_header(source: Source, header: Header) -> Iterator[Problem]:
    """Columns without a name, or with that of another."""
    seen: set[str] = set()
    for cell in header.cells:
        place = place_in_row(header.line, header.text, cell.start)
        if "\0" in cell.text or "\r" in cell.text or "\N{REPLACEMENT CHARACTER}" in cell.text:
            message = "This name holds what cannot be read: save the file as UTF-8, with usual line ends."
            yield Mistake(codes.BAD_HEADER, message).at(source.name, place)
        elif cell.text.startswith(BYTE_ORDER_MARK):
            message = "This name begins with a byte order mark, which cannot be seen: take it out."
            yield Mistake(codes.BAD_HEADER, message).at(source.name, place)
        elif not cell.text.strip():
            message = "This column has no name: give it one, or take it out."
            yield Mistake(codes.BAD_HEADER, message).at(source.name, place)
        elif cell.text in seen:
            message = f"A column `{short(cell.text)}` stands in this row already: keep one of the two."
            yield Mistake(codes.BAD_HEADER, message).at(source.name, place)
        seen.add(cell.text)
