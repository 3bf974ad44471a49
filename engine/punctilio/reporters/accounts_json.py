"""Accounts of rules for programs: one JSON object, as ``schemas/explanation.schema.json`` describes it, in ASCII."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from punctilio.explanation import Event, Instant, Person
from punctilio.forecasting import Account, Accounts, Change, Reason, Suggestion
from punctilio.forecasting.values import Asked, Broken, Left, Near, Verdict

Record = dict[str, Any]


def accounts_as_json(told: Accounts) -> str:
    """One object; what a rule says in sentences stands beside what programs read."""
    case, book = told.case, told.rulebook
    record = {
        "as_of": _utc(told.as_of),
        "known_at": _utc(told.known_at) if told.known_at else None,
        "rulebook": {"name": book.name, "title": book.title, "hash": book.hash},
        "case": case.case,
        "status": case.status,
        "zone": case.zone,
        "next": case.next,
        "people": list(told.people),
        "rules": [_account(account) for account in told.accounts],
    }
    return json.dumps(record, indent=2, allow_nan=False) + "\n"


def _account(account: Account) -> Record:
    rule = account.rule
    return {
        "rule": rule.id,
        "kind": type(rule.kind).__name__.lower(),
        "force": rule.force.value if rule.force else None,
        "title": rule.title,
        "about": rule.about,
        "cite": rule.cite,
        "location": f"{rule.location.file}:{rule.location.line}",
        "source": account.line,
        "readings": list(account.readings),
        "state": account.state.value,
        "why_not": _reason(account.reason),
        "would_change": _suggestion(account.suggestion),
        "changes": _change(account.change),
        "decisions": [_asked(one) for one in account.asked],
        "closings": list(account.closing),
        "findings": [_broken(one) for one in account.broken],
        "judged": [_verdict(one) for one in account.judged],
        "allowances": [_left(one) for one in account.left],
        "notes": [{"note": note.note, "person": _key(note.person), "message": note.message} for note in account.notes],
    }


def _reason(reason: Reason | None) -> Record | None:
    if reason is None:
        return None
    return {
        "failure": reason.failure.value,
        "message": reason.words,
        "event": _event(reason.event),
        "near": _near(reason.near),
    }


def _near(near: Near | None) -> Record | None:
    if near is None:
        return None
    conditions = [{"field": one.field, "has": one.has, "wanted": one.wanted} for one in near.conditions]
    return {"event": _event(near.event), "conditions": conditions}


def _suggestion(suggestion: Suggestion | None) -> Record | None:
    if suggestion is None:
        return None
    return {"events": [dict(line) for line in suggestion.lines], "message": suggestion.words}


def _change(change: Change) -> Record:
    return {**_instant("at", change.at), "message": change.words}


def _asked(one: Asked) -> Record:
    decision = one.decision
    return {
        "id": decision.id,
        "person": _key(decision.person),
        "verdict": decision.verdict,
        "summary": decision.verdict_words,
        "do": decision.do.words if decision.do else None,
        "why": list(decision.why),
        "near": _near(one.near),
        "would_change": _suggestion(one.suggestion),
        "changes": _change(one.change),
    }


def _broken(one: Broken) -> Record:
    finding = one.finding
    return {
        "level": finding.level,
        **_instant("at", finding.at),
        "person": _key(finding.person),
        "decision": finding.decision,
        "message": finding.message,
        "why": list(finding.why),
        "would_have_prevented": _suggestion(one.suggestion),
    }


def _verdict(one: Verdict) -> Record:
    return {"event": _event(one.event), "in_order": one.is_in_order, "message": one.words}


def _left(one: Left) -> Record:
    allowance = one.allowance
    return {
        "person": _key(allowance.person),
        "key": allowance.key,
        "used": allowance.used,
        "left": allowance.left,
        "next": allowance.next,
        **_instant("next_at", allowance.next_at),
        "message": f"{allowance.words}.",
        "why": list(allowance.why),
        "changes": _change(one.change),
    }


def _event(event: Event | None) -> Mapping[str, str | None] | None:
    if event is None:
        return None
    return {
        "type": event.type,
        "at": event.at.iso,
        "local": event.at.local,
        "id": event.id,
        "place": event.place,
    }


def _instant(name: str, instant: Instant | None) -> Record:
    return {
        name: instant.iso if instant else None,
        f"{name.removesuffix('_at')}_local": instant.local if instant else None,
    }


def _key(person: Person | None) -> str | None:
    return person.key if person else None


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
