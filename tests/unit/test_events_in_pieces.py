"""However the events lie in memory, the verdicts are the same: a log is read in chunks, and Polars keeps those."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import punctilio
from punctilio.value import replaced

LOG = Path(__file__).parents[2] / "examples" / "applications.jsonl"
FRAMES = ("decisions", "findings", "allowances", "statuses", "notes", "people", "events")


@pytest.mark.parametrize("size", [1, 3])
def test_events_in_many_pieces_are_judged_as_in_one(size: int) -> None:
    rules = punctilio.load_rules()
    log = punctilio.read_log(LOG, rules=rules)
    pieces = [log.events.slice(start, size) for start in range(0, log.events.height, size)]
    cut = replaced(log, events=pl.concat(pieces, rechunk=False))
    as_of = datetime(2026, 3, 20, 13, tzinfo=UTC)

    in_one, in_many = (punctilio.evaluate(rules, events, as_of=as_of) for events in (log, cut))

    assert cut.events.n_chunks() > 1
    assert all(getattr(in_many, name).equals(getattr(in_one, name)) for name in FRAMES)
