"""The difference for programs: one object, described by schemas/difference.schema.json."""

from __future__ import annotations

import json
from typing import Any

from punctilio.difference.values import Change, Difference, Effect, RuleDifference, Sample, Side
from punctilio.location import Location


def as_json(difference: Difference) -> str:
    """The whole report, in ASCII."""
    return json.dumps(_record(difference), indent=2) + "\n"


def _record(difference: Difference) -> dict[str, Any]:
    return {
        "old": _side(difference.old),
        "new": _side(difference.new),
        "as_of": difference.as_of.replace(tzinfo=None).isoformat() + "Z",
        "logs": list(difference.logs),
        "is_any": difference.is_any,
        "cases": difference.cases,
        "differing_cases": difference.differing,
        "changes": [_change(change) for change in difference.changes],
        "rules": [_rule(rule, difference.changes) for rule in difference.rules],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"source": side.source, "name": side.name, "hash": side.hash, "files": list(side.files)}


def _change(change: Change) -> dict[str, Any]:
    return {
        "path": list(change.path),
        "old": change.old,
        "new": change.new,
        "old_at": _place(change.old_at),
        "new_at": _place(change.new_at),
        "rules": list(change.rules),
        "has_effect": change.has_effect,
    }


def _place(place: Location | None) -> dict[str, Any] | None:
    return place and {"file": place.file, "line": place.line or None, "column": place.column or None}


def _rule(rule: RuleDifference, changes: tuple[Change, ...]) -> dict[str, Any]:
    own = [change.path for change in rule.changes]
    return {
        "rule": rule.rule,
        "title": rule.title,
        "state": rule.state,
        "changes": [number for number, change in enumerate(changes) if change.path in own],
        "through": list(rule.through),
        "effects": [_effect(effect, changes) for effect in rule.effects],
    }


def _effect(effect: Effect, changes: tuple[Change, ...]) -> dict[str, Any]:
    return {
        "record": effect.record,
        "change": effect.change,
        "count": effect.count,
        "cases": effect.cases,
        "by": [number for number, change in enumerate(changes) if change in effect.by],
        "alone": effect.alone,
        "samples": [_sample(sample) for sample in effect.samples],
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "case": sample.case,
        "person": sample.person,
        "event": sample.event,
        "old": list(sample.old),
        "new": list(sample.new),
    }
