"""Drafts and proofread messages as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from punctilio.contracts import Person
from punctilio.drafting.values import Drafts, Gap, Prepared, Proofreading, Slip, TextFinding, Withheld
from punctilio.explanation.headline import headline
from punctilio.inert import inert
from punctilio.location import Location
from punctilio.model.rule import Rule, Rulebook

Record = dict[str, Any]

_RULE: Final = "-" * 72


# ── drafts ──


def drafts_as_text(drafts: Drafts) -> str:
    """For people: each draft with whom it is for, its text, its gaps and what the rules say of it."""
    head = _headline(drafts.rulebook, drafts.as_of, drafts.known_at, drafts.zone)
    parts = [f"{head}\n{inert(drafts.case)}: {_counts(drafts)}"]
    parts += ["\n".join(_prepared(number, one)) for number, one in enumerate(drafts.prepared, 1)]
    if drafts.withheld:
        blocked = (f"  - {one.sentence}" for one in drafts.withheld)
        parts.append("\n".join(["Not drafted, since it is blocked", *blocked]))
    if not drafts.prepared:
        parts.append(drafts.next)
    return "\n\n".join(parts) + "\n"


def _headline(book: Rulebook, as_of: datetime, known_at: datetime | None, zone: str) -> str:
    return headline(book.name, book.hash, as_of, known_at, zone)


def _counts(drafts: Drafts) -> str:
    number = len(drafts.prepared)
    if not number:
        return "nothing to write now."
    return f"{number} draft{'' if number == 1 else 's'}."


def _prepared(number: int, one: Prepared) -> Iterator[str]:
    action, context = one.action, one.context
    yield _RULE
    yield f"Draft {number}. {inert(action.title)}: {one.state}."
    yield f"Rule: {_rule(one.rule)}"
    yield f"To: {_named(action.to)}"
    if action.through:
        yield f"Through: {_named(action.through)}"
    if "channel" in action.fields:
        yield f"Channel: {inert(str(action.fields['channel']))}"
    if context.subject is not None:
        yield f"Subject: {context.subject}"
    yield ""
    yield context.text
    yield ""
    yield from _listed("Yours to fill in", context.gaps)
    yield from _listed("Before it is sent", (_said(finding) for finding in one.findings))
    yield from _listed("Worth knowing", one.remarks)


def _named(person: Person | None) -> str:
    if person is None:
        return "[nobody in the log fits]"
    name = inert(person.name or person.key)
    address = person.attributes.get("email") or person.attributes.get("profile")
    return f"{name} <{inert(address)}>" if address else name


def _said(finding: TextFinding) -> str:
    beside = f" See {' and '.join(finding.events)}." if finding.events else ""
    return f"{finding.level}, {finding.rule.id}{_cited(finding.rule)}: {finding.message}{beside}"


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    shown = [f"  - {inert(line)}" for line in lines]
    if shown:
        yield f"{title}:"
        yield from shown


def _rule(rule: Rule) -> str:
    force = f"{rule.force} " if rule.force else ""
    return f"{force}{rule.id}{_cited(rule)}, {inert(rule.location.file)}:{rule.location.line}."


def _cited(rule: Rule) -> str:
    return f" [{inert(rule.cite)}]" if rule.cite else ""


def drafts_as_json(drafts: Drafts) -> str:
    """One object, in ASCII; docs/drafts.md names its members."""
    return _json(
        {
            **_about(drafts.rulebook, drafts.as_of),
            "known_at": _utc(drafts.known_at),
            "case": drafts.case,
            "zone": drafts.zone,
            "next": drafts.next,
            "drafts": [_draft_record(one) for one in drafts.prepared],
            "blocked": [_withheld_record(one) for one in drafts.withheld],
        }
    )


def _draft_record(one: Prepared) -> Record:
    action, context = one.action, one.context
    return {
        "decision": action.decision,
        "case": action.case,
        **_rule_record(one.rule),
        "verdict": action.verdict,
        "summary": one.state,
        "type": action.type,
        "fields": _plain(action.fields),
        "template": action.template,
        "to": _person_record(action.to),
        "through": _person_record(action.through),
        "opens_at": _utc(action.opens_at),
        "due_at": _utc(action.due_at),
        "expires_at": _utc(action.expires_at),
        "subject": context.subject,
        "text": context.text,
        "gaps": list(context.gaps),
        "findings": [_finding_record(finding) for finding in one.findings],
        "remarks": list(one.remarks),
        "why": list(action.reasons),
    }


def _withheld_record(one: Withheld) -> Record:
    return {
        "decision": one.decision,
        **_rule_record(one.rule),
        "person": one.person.key if one.person else None,
        "blocked_by": one.blocked_by.id if one.blocked_by else None,
        "blocked_until": _utc(one.blocked_until),
        "message": one.sentence,
    }


def _person_record(person: Person | None) -> Record | None:
    if person is None:
        return None
    return {"key": person.key, "name": person.name, "attributes": dict(sorted(person.attributes.items()))}


def _plain(fields: Mapping[str, str | tuple[str, ...]]) -> Record:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


# ── proofreading ──


def proofreading_as_text(read: Proofreading) -> str:
    """``file:line:col: level: rule: sentence``, as compilers write, then how many there are."""
    found = [*(_slip(slip) for slip in read.slips), *(_gap(gap) for gap in read.gaps)]
    return "\n".join([_headline(read.rulebook, read.as_of, None, read.zone), *found, _total(read)]) + "\n"


def _slip(slip: Slip) -> str:
    finding = slip.finding
    beside = f" See {' and '.join(finding.events)}." if finding.events else ""
    cited = _cited(finding.rule)
    return inert(f"{slip.location}: {finding.level}: {finding.rule.id}: {finding.message}{beside}{cited}")


def _gap(gap: Gap) -> str:
    return inert(f"{gap.location}: gap: This is still to be filled in: {gap.text}")


def _total(read: Proofreading) -> str:
    levels = [str(slip.finding.level) for slip in read.slips]
    counts = [(levels.count(level), level) for level in ("error", "warning")]
    advice = [(levels.count("advice"), "piece of advice", "pieces of advice"), (len(read.gaps), "gap", "gaps")]
    said = [(number, name, f"{name}s") for number, name in counts] + advice
    told = ", ".join(f"{number} {one if number == 1 else more}" for number, one, more in said if number)
    return " ".join([f"{told or 'Nothing to object to'}.", *read.hints])


def proofreading_as_json(read: Proofreading) -> str:
    """One object, in ASCII; docs/drafts.md names its members."""
    return _json(
        {
            **_about(read.rulebook, read.as_of),
            "file": read.file,
            "findings": [{**_finding_record(slip.finding), **_place_record(slip.location)} for slip in read.slips],
            "gaps": [{"text": gap.text, **_place_record(gap.location)} for gap in read.gaps],
        }
    )


# ── both ──


def _about(book: Rulebook, as_of: datetime) -> Record:
    return {"as_of": _utc(as_of), "rulebook": {"name": book.name, "title": book.title, "hash": book.hash}}


def _finding_record(finding: TextFinding) -> Record:
    return {
        "level": str(finding.level),
        **_rule_record(finding.rule),
        "message": finding.message,
        "events": list(finding.events),
    }


def _place_record(location: Location) -> Record:
    return {"line": location.line or None, "column": location.column or None}


def _rule_record(rule: Rule) -> Record:
    return {
        "rule": rule.id,
        "force": rule.force.value if rule.force else None,
        "title": rule.title,
        "cite": rule.cite,
        "location": f"{rule.location.file}:{rule.location.line}",
    }


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z" if at else None


def _json(record: Record) -> str:
    return json.dumps(record, indent=2, allow_nan=False) + "\n"
