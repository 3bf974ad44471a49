"""What can be wrong with a case file, and how an answer can differ from what it promises. Each code has a page in
``docs/errors``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NO_FILES: Final = "CASE-NO-FILES"
NOT_A_CASE: Final = "CASE-NOT-A-CASE-FILE"
BAD_TIME: Final = "CASE-BAD-TIME"
BAD_RANGE: Final = "CASE-BAD-RANGE"
UNKNOWN_RULE: Final = "CASE-UNKNOWN-RULE"

MISSING: Final = "CASE-MISSING"
UNEXPECTED: Final = "CASE-UNEXPECTED"
DIFFERENT: Final = "CASE-DIFFERENT"

MEANINGS: Final[Mapping[str, str]] = {
    BAD_RANGE: "A range that ends before it begins, or an instant that is both a range and a point.",
    BAD_TIME: "A time that is no instant, or that the clocks of the file's zone never or twice show.",
    NO_FILES: "No case file is where one was looked for.",
    NOT_A_CASE: "The file is no case file: it has no log, or no instants.",
    UNKNOWN_RULE: "A rule that the judging rules do not have.",
}
"""Mistakes in the file."""

FAILURES: Final[Mapping[str, str]] = {
    DIFFERENT: "Something is there, and is not as the case file expects it.",
    MISSING: "The case file expects something that is not there.",
    UNEXPECTED: "Something is there that the case file does not expect.",
}
"""Answers that differ."""
