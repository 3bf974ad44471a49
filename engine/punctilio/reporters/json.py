"""The evaluation for programs: one JSON object, as ``schemas/evaluation.schema.json`` describes it.

Every record stands on a line of its own, so that two reports can be compared line by line. Only ASCII is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, BinaryIO, Final

import polars as pl

from punctilio.explanation import Allowance, Case, Decision, Event, Finding, Instant, Note, Person, Proposal, explain
from punctilio.model.rule import Rule, Scalar
from punctilio.problems import Problem
from punctilio.reporters.about import About
from punctilio.selection import Selection
from punctilio.tables import columns as c
from punctilio.tables.schemas import RECORDS, SECTIONS
from punctilio.tables.tables import Evaluation, SetAside

Record = dict[str, Any]
_encode: Final = json.JSONEncoder(allow_nan=False).encode
Value = Scalar | tuple[Scalar, ...]

ORDER: Final = (c.SECTION, c.CASE)
_MEMBERS: Final = (*SECTIONS.categories, "problems", "quarantined")


def pieces(evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
    """Every record of the cases as text, as ``schemas.RECORDS``."""
    told = explain(evaluation, selection)
    sections: dict[str, Iterable[tuple[str, Record]]] = {
        "statuses": ((case.case, _status(case)) for case in told.cases),
        "decisions": ((case.case, _decision(d)) for case in told.cases for d in case.decisions),
        "allowances": ((case.case, _allowance(a)) for case in told.cases for a in case.allowances),
        "findings": ((case.case, _finding(f)) for case in told.cases for f in case.findings),
        "notes": ((case.case, _note(n)) for case in told.cases for n in case.notes),
    }
    rows = [(name, case, _encode(record)) for name, records in sections.items() for case, record in records]
    return pl.DataFrame(rows, schema=RECORDS, orient="row")


def write(frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
    """One object, from pieces that follow each other by section and case."""
    scalars = {
        "as_of": about.as_of_text,
        "known_at": about.known_at_text,
        "versions": dict(about.versions),
        "rulebook": about.rulebook._asdict(),
        "incomplete": about.incomplete,
    }
    file.write(("{\n" + ",\n".join(f'"{name}": {_encode(value)}' for name, value in scalars.items())).encode())
    lists = groupby(_records(frames, about), key=itemgetter(0))
    coming = next(lists, None)
    for member in _MEMBERS:
        file.write(f',\n"{member}": ['.encode())
        before = "\n  "
        if coming and coming[0] == member:
            for _, record in coming[1]:
                file.write((before + record).encode())
                before = ",\n  "
            coming = next(lists, None)
        file.write(b"]" if before == "\n  " else b"\n]")
    file.write(b"\n}\n")


def _records(frames: Iterable[pl.DataFrame], about: About) -> Iterator[tuple[str, str]]:
    """Records with the list that they belong to, in order; what is said of the run ends the notes."""
    yield from chain.from_iterable(frame.select(c.SECTION, c.TEXT).iter_rows() for frame in frames)
    yield from (("notes", _encode(_remark(remark))) for remark in about.notes.iter_rows(named=True))
    yield from (("problems", _encode(_problem(problem))) for problem in about.problems)
    yield from (("quarantined", _encode(_set_aside(line))) for line in about.quarantine)


def _status(case: Case) -> Record:
    return {
        "case": case.case,
        "status": case.status,
        "zone": case.zone,
        **_instant("since", case.since),
        "rule": case.rule.id if case.rule else None,
        "event": _event(case.event),
        "waits_for": case.waits_for,
        "waits_until": case.waits_until.iso if case.waits_until else None,
        "waits_until_local": case.waits_until.local if case.waits_until else None,
        "next": case.next,
    }


def _decision(decision: Decision) -> Record:
    blocked_by, blocked_until = decision.blocked_by, decision.blocked_until
    return {
        "id": decision.id,
        "case": decision.case,
        **_rule(decision.rule),
        **_named("person", decision.person),
        "verdict": decision.verdict,
        "summary": decision.verdict_words,
        "zone": decision.trigger.at.zone,
        **_instant("opens", decision.opens),
        **_instant("due", decision.due),
        **_instant("expires", decision.expires),
        "trigger": _event(decision.trigger),
        "done": _event(decision.done),
        **_instant("done", decision.done.at if decision.done else None),
        "ended": _event(decision.ended),
        **_instant("ended", decision.ended_at),
        "ended_by": decision.ended_by,
        "waiver": _event(decision.waiver),
        "blocked_by": blocked_by.id if blocked_by else None,
        "blocked_until": blocked_until.iso if blocked_until else None,
        "blocked_until_local": blocked_until.local if blocked_until else None,
        "warnings": list(decision.warned_by),
        "near": [_event(event) for event in decision.near],
        **_instant("finding", decision.finding_at),
        "do": _proposal(decision.do),
        "readings": _readings(decision.rule) + (_readings(blocked_by) if blocked_by else []),
        "why": list(decision.why),
    }


def _finding(finding: Finding) -> Record:
    return {
        "case": finding.case,
        **_rule(finding.rule),
        "level": finding.level,
        **_named("person", finding.person),
        "people": [person.key for person in finding.people],
        "zone": finding.at.zone,
        "at": finding.at.iso,
        "local": finding.at.local,
        "event": _event(finding.events[0]) if finding.events else None,
        "events": [_event(event) for event in finding.events],
        "decision": finding.decision,
        "used": finding.used,
        "allowed": finding.allowed,
        **_instant("allowed", finding.allowed_at),
        "message": finding.message,
        "readings": _readings(finding.rule),
        "why": list(finding.why),
    }


def _allowance(allowance: Allowance) -> Record:
    return {
        "case": allowance.case,
        "rule": allowance.rule.id,
        **_named("person", allowance.person),
        "key": allowance.key,
        "used": allowance.used,
        "left": allowance.left,
        "next": allowance.next,
        **_instant("next", allowance.next_at),
        "events": [_event(event) for event in allowance.events],
        "summary": allowance.words,
        "readings": _readings(allowance.rule),
        "why": list(allowance.why),
    }


def _note(note: Note) -> Record:
    return {
        "note": note.note,
        "case": note.case,
        "rule": note.rule.id if note.rule else None,
        **_named("person", note.person),
        "events": [_event(event) for event in note.events],
        "message": note.message,
    }


def _remark(remark: Record) -> Record:
    return {
        "note": remark[c.NOTE],
        "case": remark[c.CASE],
        "rule": remark[c.RULE],
        **_named("person", None),
        "events": [],
        "message": remark[c.MESSAGE],
    }


def _rule(rule: Rule) -> Record:
    return {
        "rule": rule.id,
        "kind": type(rule.kind).__name__.lower(),
        "force": rule.force.value if rule.force else None,
        "title": rule.title,
        "cite": rule.cite,
        "location": f"{rule.location.file}:{rule.location.line}",
    }


def _readings(rule: Rule) -> list[Record]:
    return [
        {"parameter": r.parameter, "value": r.value, "is_default": r.is_default, "about": r.about}
        for r in rule.readings
    ]


def _event(event: Event | None) -> Record | None:
    if event is None:
        return None
    return {"type": event.type, "at": event.at.iso, "local": event.at.local, "id": event.id, "place": event.place}


def _named(role: str, person: Person | None) -> Record:
    """A person by the key that the log uses, and beside it by name."""
    return {role: person.key if person else None, f"{role}_name": person.name if person else None}


def _proposal(proposal: Proposal | None) -> Record | None:
    if proposal is None:
        return None
    return {
        "type": proposal.type,
        "fields": {name: _plain(value) for name, value in sorted(proposal.fields.items())},
        "template": proposal.template,
        **_named("to", proposal.to),
        **_named("through", proposal.through),
        "summary": proposal.words,
    }


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _utc(value) if isinstance(value, datetime) else value


def _problem(problem: Problem) -> Record:
    return {
        "code": problem.code,
        "message": problem.message,
        "file": problem.location.file,
        "line": problem.location.line or None,
        "column": problem.location.column or None,
        "suggestion": problem.suggestion,
    }


def _set_aside(line: SetAside) -> Record:
    return {
        "file": line.file,
        "line": line.line,
        "cases": list(line.cases),
        "is_sure": line.is_sure,
        "problems": [_problem(problem) for problem in line.problems],
    }


def _instant(name: str, instant: Instant | None) -> Record:
    """The instant in UTC, and beside it as a person reads it there."""
    return {f"{name}_at": instant.iso if instant else None, f"{name}_local": instant.local if instant else None}


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
