"""Rule files and logs for these tests, judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import punctilio
from punctilio import Evaluation

AS_OF = datetime.fromisoformat("2026-04-20T09:00:00+00:00")


def judged(folder: Path, rules: str, events: list[Mapping[str, object]], as_of: datetime = AS_OF) -> Evaluation:
    """The events judged by a rule file."""
    (folder / "own.yaml").write_text(rules, encoding="utf-8")
    (folder / "log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    rulebook = punctilio.load_rules(folder / "own.yaml")
    return punctilio.evaluate(rulebook, punctilio.read_log(folder / "log.jsonl", rules=rulebook), as_of=as_of)


def sent(text: str, day: int = 1, **more: object) -> Mapping[str, object]:
    at = f"2026-03-{day:02}T09:00:00Z"
    return {"case": "a", "type": "message.sent", "at": at, "person": "ann", "purpose": "other", "text": text, **more}
