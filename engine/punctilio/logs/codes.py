"""What can be wrong with a log, each with a code, a meaning in one line, and a page in ``docs/errors``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NO_FILE: Final = "LOG-NO-FILE"
UNREADABLE: Final = "LOG-UNREADABLE"
CUT_SHORT: Final = "LOG-CUT-SHORT"
UNKNOWN_FORMAT: Final = "LOG-UNKNOWN-FORMAT"
BAD_UTF8: Final = "LOG-BAD-UTF8"
BAD_TEXT: Final = "LOG-BAD-TEXT"
BAD_JSON: Final = "LOG-BAD-JSON"
TORN_LINE: Final = "LOG-TORN-LINE"
BAD_HEADER: Final = "LOG-BAD-HEADER"
BAD_COLUMN: Final = "LOG-BAD-COLUMN"
BAD_QUOTE: Final = "LOG-BAD-QUOTE"
BAD_PARQUET: Final = "LOG-BAD-PARQUET"
UNMAPPED: Final = "LOG-UNMAPPED"
CELL_COUNT: Final = "LOG-CELL-COUNT"
DUPLICATE_KEY: Final = "LOG-DUPLICATE-KEY"
NOT_AN_EVENT: Final = "LOG-NOT-AN-EVENT"
UNKNOWN_TYPE: Final = "LOG-UNKNOWN-TYPE"
UNKNOWN_FIELD: Final = "LOG-UNKNOWN-FIELD"
MISSING_FIELD: Final = "LOG-MISSING-FIELD"
EMPTY_VALUE: Final = "LOG-EMPTY-VALUE"
WRONG_TYPE: Final = "LOG-WRONG-TYPE"
BAD_VALUE: Final = "LOG-BAD-VALUE"
BAD_INSTANT: Final = "LOG-BAD-INSTANT"
BAD_ZONE: Final = "LOG-BAD-ZONE"
BAD_ORDER: Final = "LOG-BAD-ORDER"
NAMES_NOTHING: Final = "LOG-NAMES-NOTHING"
CONFLICT: Final = "LOG-CONFLICT"
UNKNOWN_EVENT: Final = "LOG-UNKNOWN-EVENT"
UNKNOWN_RULE: Final = "LOG-UNKNOWN-RULE"

MEANINGS: Final[Mapping[str, str]] = {
    NO_FILE: "No file has this name or fits this glob.",
    UNREADABLE: "The file is there and cannot be read.",
    CUT_SHORT: "The compressed file ends too early, or is damaged.",
    UNKNOWN_FORMAT: "The file is in none of the formats of a log, or has the name of another one.",
    BAD_UTF8: "The line holds bytes that are not UTF-8.",
    BAD_TEXT: "A text holds half of a character (a lone surrogate), or one that belongs in no text.",
    BAD_JSON: "The line is not one JSON object.",
    TORN_LINE: "The file ends in the middle of an event.",
    BAD_HEADER: "The first row of a table does not name its columns.",
    BAD_COLUMN: "A column of a table is none that events can have, by its name or its type, or one is missing.",
    BAD_QUOTE: "The quotation marks of a row are out of order.",
    BAD_PARQUET: "The file is no whole Parquet file, or a part of it is damaged.",
    UNMAPPED: "The map says nothing of this row, or of a value in it.",
    CELL_COUNT: "A row has more or fewer cells than the table has columns.",
    DUPLICATE_KEY: "An event says the same key twice.",
    NOT_AN_EVENT: "The line or list entry is not an event.",
    UNKNOWN_TYPE: "The vocabulary has no event type of this name.",
    UNKNOWN_FIELD: "Events of this type have no field of this name.",
    MISSING_FIELD: "A field that this event needs is not there.",
    EMPTY_VALUE: "A field that names something is empty.",
    WRONG_TYPE: "The value is of another type than the field: a number for a text, a text for a list.",
    BAD_VALUE: "The value is none of those that the field allows.",
    BAD_INSTANT: "The value is not an instant with an offset, or not a date.",
    BAD_ZONE: "The value is not the name of a time zone.",
    BAD_ORDER: "The event begins after its own end.",
    NAMES_NOTHING: "An event takes another back and does not say which.",
    CONFLICT: "Two events have the same identity and say different things.",
    UNKNOWN_EVENT: "A retraction names an event that the case does not have.",
    UNKNOWN_RULE: "A waiver names a rule that the rulebook does not have.",
}

OF_WHOLE_FILES: Final = frozenset({NO_FILE, UNREADABLE, UNKNOWN_FORMAT, CUT_SHORT, BAD_HEADER, BAD_COLUMN, BAD_PARQUET})
"""What is wrong with a file and not with a line: nothing can be set aside then. So are all codes of YAML itself."""


def is_of_whole_file(code: str) -> bool:
    """Whether it says what is wrong with a file, and not with a line."""
    return code in OF_WHOLE_FILES or not code.startswith("LOG-")
