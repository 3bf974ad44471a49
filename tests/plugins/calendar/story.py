"""A small story, told to calendars: a date was named, then another, then they decided."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

from punctilio.cli.main import run

RULES = """\
language: 1
pack: inquire
zone: America/New_York
rules:
  - id: inquire
    title: Ask where they are
    force: may
    expect:
      when: timeframe.given
      renew: restart
      until: {type: message.sent, purpose: inquiry}
      window: {from: decision_by, opens: 0 days, due: 2 days}
      cancel: decision.made
      do: {purpose: inquiry, channel: email}
"""
OPENED = {
    "case": "acme",
    "type": "case.opened",
    "at": "2026-03-01T09:00:00Z",
    "company": "Acme",
    "zone": "America/New_York",
}
GIVEN = {"case": "acme", "type": "timeframe.given", "at": "2026-03-03T16:00:00Z", "decision_by": "2026-03-20"}
REVISED = {"case": "acme", "type": "timeframe.given", "at": "2026-03-12T16:00:00Z", "decision_by": "2026-03-27"}
SENT = {"case": "acme", "type": "message.sent", "at": "2026-03-28T16:00:00Z", "person": "ann", "purpose": "inquiry"}
DECIDED = {"case": "acme", "type": "decision.made", "at": "2026-03-30T16:00:00Z", "outcome": "rejection"}

FIRST = (OPENED, GIVEN)
MOVED = (*FIRST, REVISED)
DONE = (*MOVED, SENT)
CANCELLED = (*MOVED, DECIDED)

OPENS = "2026-03-21T04:00:00+00:00"
"""When the first date has passed, by New York's midnight; daylight saving has begun by then."""
OPENS_LATER = "2026-03-28T04:00:00+00:00"


class Story:
    """A folder with the rules and the log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "rules.yaml").write_text(RULES, encoding="utf-8")

    def export(self, events: tuple[Any, ...], as_of: str, place: str | Path, more: str = "") -> int:
        """Export the plan of a log with these events; the exit code."""
        log = self.folder / "log.jsonl"
        log.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
        arguments = ["export", str(log), "--to", "calendar", "-o", str(place), "--as-of", as_of]
        return run([*arguments, "-r", str(self.folder / "rules.yaml"), *shlex.split(more)])
