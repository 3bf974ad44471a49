"""GoRules ZEN (zen-engine): a decision table, evaluated for all instances in one batch."""

# The engines are in an environment of their own, out of the type checkers' sight, and most have no types.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
from typing import Any, Final

import zen

from tests.speed import cel_peer
from tests.speed.peers import DUE, EXPIRES, Said, Story

# Hit policy "first": each line is a condition and the verdict where it is the first that holds.
LINES: Final = (
    ("some(ends, #.n < n)", "none"),
    (f"some(thanks, #.n > n and #.n < end_n and #.at <= at + {DUE})", "satisfied"),
    (f"some(thanks, #.n > n and #.n < end_n and #.at <= at + {EXPIRES})", "late"),
    (f"some(ends, #.at <= at + {EXPIRES})", "cancelled"),
    (f"at + {EXPIRES} < as_of", "missed"),
    (f"at + {DUE} < as_of", "overdue"),
    ("", "due"),
)
_NEVER: Final = 1 << 40

Prepared = tuple[list[int], list[dict[str, Any]]]


def _table() -> dict[str, Any]:
    """The decision, as the engine's editor writes it."""
    rules = [{"_id": str(n), "when": when, "then": f'"{then}"'} for n, (when, then) in enumerate(LINES)]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "then", "name": "verdict", "field": "verdict"}],
        "rules": rules,
    }
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }


def prepare(story: Story) -> Prepared:
    contexts = cel_peer.prepare(story)
    for _, context in contexts:
        context["end_n"] = context["ends"][0]["n"] if context["ends"] else _NEVER
    return [number for number, _ in contexts], [{"key": "thanks", "context": context} for _, context in contexts]


def judge(prepared: Prepared) -> Said:
    numbers, requests = prepared
    engine = zen.ZenEngine({"loader": lambda _: json.dumps(_table())})
    verdicts = (answer["data"]["result"]["verdict"] for answer in engine.evaluate_batch(requests))
    return [(number, verdict) for number, verdict in zip(numbers, verdicts, strict=True) if verdict != "none"]
