"""(b) A log as Polars alone reads it, with the columns that the rules use, and nothing done with it.

python -m tests.speed.scan_only log.jsonl
"""

from __future__ import annotations

import sys
from typing import Final

import polars as pl

_TEXTS: Final = (
    "case", "type", "at", "zone", "employer_zone", "starts_at", "person", "decision_by", "purpose", "about",
    "message_id", "in_reply_to",
)  # fmt: skip
SCHEMA: Final = {**dict.fromkeys(_TEXTS, pl.String()), "people": pl.List(pl.String())}


def scan(log: str) -> pl.DataFrame:
    """Everything as text, as written: no line is checked, no instant parsed."""
    return pl.scan_ndjson(log, schema=SCHEMA).collect()


if __name__ == "__main__":
    print(scan(sys.argv[1]).height)
