"""A small vocabulary with a field of every type, and short ways to read a log by it."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

from punctilio.logs.read import read_log
from punctilio.model.vocabulary import EventType, Field, FieldOf, Parts, TakesBack, Vocabulary, built_in_types
from punctilio.tables.tables import Log

AT = "2026-03-03T21:00:00Z"


def _type(name: str, *fields: Field, begins: str | None = None) -> tuple[str, EventType]:
    return name, EventType(name=name, fields=MappingProxyType({f.name: f for f in fields}), begins=begins)


VOCABULARY = Vocabulary(
    name="small",
    types={
        **dict(
            (
                _type("case.opened", Field(name="zone", type="string"), Field(name="employer_zone", type="string")),
                _type(
                    "message.sent",
                    Field(name="person", type="person"),
                    Field(name="people", type="people"),
                    Field(name="purpose", type="enum", values=("thank-you", "inquiry")),
                    Field(name="text", type="text"),
                    Field(name="message_id", type="string"),
                ),
                _type(
                    "message.bounced",
                    Field(name="message_id", type="string"),
                    Field(name="in_reply_to", type="string"),
                ),
                _type(
                    "message.received",
                    Field(name="about", type="enum", values=("process", "courtesy"), default="process"),
                ),
                _type("interview.held", Field(name="starts_at", type="instant", required=True), begins="starts_at"),
                _type("timeframe.given", Field(name="decision_by", type="deadline", required=True)),
                _type(
                    "Send Fine",
                    Field(name="points", type="integer"),
                    Field(name="amount", type="number"),
                    Field(name="paid", type="boolean"),
                    Field(name="articles", type="strings"),
                ),
            )
        ),
        **built_in_types(),
    },
    parts=Parts(
        case_zone=FieldOf(event="case.opened", field="zone"),
        deadline_zone=FieldOf(event="case.opened", field="employer_zone"),
        identity="message_id",
        takes_back=TakesBack(
            event="message.bounced", of="message.sent", key="message_id", by=("message_id", "in_reply_to")
        ),
    ),
)


def event(kind: str = "message.sent", at: str = AT, case: str = "a", **fields: object) -> dict[str, object]:
    return {"case": case, "type": kind, "at": at, **fields}


def log_of(folder: Path, *events: object, rule_ids: tuple[str, ...] | None = None) -> Log:
    """The log with one event a line; an event may be given as the line itself."""
    lines = [line if isinstance(line, str) else json.dumps(line) for line in events]
    return log_of_bytes(folder, "".join(f"{line}\n" for line in lines).encode(), rule_ids=rule_ids)


def log_of_bytes(folder: Path, content: bytes, name: str = "log.jsonl", rule_ids: tuple[str, ...] | None = None) -> Log:
    path = folder / name
    path.write_bytes(content)
    return read_log([path], vocabulary=VOCABULARY, rule_ids=rule_ids)


def places(log: Log) -> list[tuple[int, int, str]]:
    """Line, column and code of each problem."""
    return [(p.location.line, p.location.column, p.code) for p in log.problems]


def suggestions(log: Log) -> list[str | None]:
    return [p.suggestion for p in log.problems]
