"""Logs that are long enough for Polars to split its work among threads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import punctilio

EXAMPLE = Path(__file__).parents[2] / "examples" / "applications.jsonl"
COPIES = 200


def test_many_copies_of_a_log_are_judged_as_one_is(tmp_path: Path) -> None:
    events = [json.loads(line) for line in EXAMPLE.read_text(encoding="utf-8").splitlines()]
    copies = (
        {name: f"{value}{number}" if name in ("case", "id", "message_id") else value for name, value in event.items()}
        for number in range(COPIES)
        for event in events
    )
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps(event) + "\n" for event in copies), encoding="utf-8")
    rules, as_of = punctilio.load_rules(), datetime(2026, 3, 20, 13, tzinfo=UTC)

    one, all_ = (
        punctilio.evaluate(rules, punctilio.read_log(log, rules=rules), as_of=as_of) for log in (EXAMPLE, many)
    )

    assert all_.findings.height == COPIES * one.findings.height
    assert all_.decisions.height == COPIES * one.decisions.height
