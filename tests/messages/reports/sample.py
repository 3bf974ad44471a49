"""An evaluation made by hand, with every verdict, status and kind of note that a report has words for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from punctilio.location import Location
from punctilio.model.rule import (
    Action,
    All,
    Close,
    EventPattern,
    Expect,
    Force,
    Limit,
    OneOf,
    Reading,
    Require,
    Rule,
    Rulebook,
)
from punctilio.model.vocabulary import Citable, Drafts, EventType, Field, Parts, Vocabulary, built_in_types
from punctilio.model.window import Duration, FieldBound, Window
from punctilio.tables import columns as c
from punctilio.tables import schemas
from punctilio.tables.tables import Evaluation

AS_OF = datetime(2026, 3, 20, 13, tzinfo=UTC)
FILES = ("rules/visits.yaml", "visits.jsonl")


def march(day: int, hour: int = 15, minute: int = 0, microsecond: int = 0) -> datetime:
    """An instant of March 2026 in UTC; New York is five hours behind until the 8th, then four."""
    return datetime(2026, 3, day, hour, minute, 0, microsecond)


# ── the rulebook ──


def _type(name: str, begins: str | None = None, **fields: Any) -> EventType:
    made = {field: Field(name=field, type=kind) for field, kind in fields.items()}
    return EventType(name=name, fields=MappingProxyType(made), begins=begins)


def vocabulary() -> Vocabulary:
    types = (
        _type("visit.held", begins="starts_at", starts_at="instant", people="people"),
        _type("answer.promised", by="deadline", quote="text", person="person"),
        _type("letter.sent", person="person", text="text"),
        _type("letter.drafted", person="person", text="text"),
        _type("answer.received", person="person"),
    )
    parts = Parts(
        drafts=Drafts(event="letter.drafted", of="letter.sent", same=(("person",),)),
        citable=MappingProxyType(
            {"promise": Citable(name="promise", event="answer.promised", quote="quote", date="by")}
        ),
    )
    return Vocabulary(name="visits", types=MappingProxyType({t.name: t for t in types} | built_in_types()), parts=parts)


def _event(name: str) -> EventPattern:
    return EventPattern(OneOf("type", (name,)), frozenset({name}), name)


def _rule(name: str, line: int, kind: Any, **more: Any) -> Rule:
    given: dict[str, Any] = {"force": Force.MUST, **more}
    return Rule(id=name, kind=kind, location=Location(FILES[0], line), **given)


LETTER: Final = _event("letter.sent")


def _thanks() -> Expect:
    return Expect(
        when=_event("visit.held"),
        until=LETTER,
        each="people",
        key=("person",),
        window=Window(due=Duration(seconds=86_400, text="24 hours"), expires=Duration(days=14, text="14 days")),
        action=Action(type="letter.sent", fields=MappingProxyType({"text": "Thank you"}), template="thanks"),
    )


def _inquiry() -> Expect:
    return Expect(
        when=_event("answer.promised"),
        until=LETTER,
        window=Window(from_field="by", opens=Duration(days=1, text="1 day")),
        cancel=_event("answer.received"),
        action=Action(type="letter.sent", to="host", through="agency"),
    )


def _reply() -> Expect:
    return Expect(
        when=_event("answer.received"),
        until=LETTER,
        window=Window(due=FieldBound("at")),
        before=_event("visit.held"),
    )


def _moved_on() -> Close:
    return Close(
        when=LETTER,
        status="moved-on",
        silence_for=Duration(days=14, text="14 days"),
        unless=_event("answer.received"),
    )


def _rules() -> tuple[Rule, ...]:
    hosts = Reading(parameter="thanks_within", value="24 hours")
    silence = Reading(parameter="move_on_after", value="14 days", is_default=False)
    apart = Limit(of=LETTER, gap=Duration(days=3, text="3 days"))
    return (
        _rule("thank-the-hosts", 12, _thanks(), title="Thank every host within a day", cite="S13", readings=(hosts,)),
        _rule("ask-once", 30, _inquiry(), force=Force.MAY, title="Ask when the promised day has passed", cite="S9"),
        _rule("reply", 44, _reply(), force=Force.SHOULD),
        _rule("at-most-two", 50, Limit(of=LETTER, at_most=2), title="Write at most two letters", cite="S12"),
        _rule("space-them", 60, apart, force=Force.SHOULD, title="Space"),
        _rule("promise-first", 66, Require(of=LETTER, after=_event("answer.promised"))),
        _rule("idle", 70, Expect(when=EventPattern(All(), frozenset({"answer.received"}), "word"), until=LETTER)),
        _rule("moved-on", 80, _moved_on(), force=None, title="Move on", readings=(silence,)),
    )


def rulebook() -> Rulebook:
    return Rulebook(
        name="visits",
        title="Visits and letters",
        rules=tuple(sorted(_rules(), key=lambda rule: rule.id)),
        vocabulary=vocabulary(),
        zone="America/New_York",
        files=(FILES[0],),
        hash="3f2a9c41ab12" + "0" * 52,
    )


# ── the frames ──

_EVENTS: Sequence[Mapping[str, Any]] = (
    {
        c.TYPE: "visit.held",
        c.AT: march(3),
        c.ID: "v1",
        "fields.starts_at": march(3, 14),
        "fields.people": ["ann", "bo"],
    },
    {c.TYPE: "letter.sent", c.AT: march(4, 9, 30), "fields.person": "ann"},
    {
        c.TYPE: "answer.promised",
        c.AT: march(5),
        c.ID: "p1",
        "fields.by": march(14, 4),
        "dates.by": date(2026, 3, 13),
        "fields.quote": "by the 13th\x1b[31m",
    },
    {c.TYPE: "letter.drafted", c.AT: march(6), c.ID: "d1", "fields.person": "bo"},
    {c.TYPE: "answer.received", c.AT: march(10), c.ID: "a1\u202e", "fields.person": "ann"},
    {c.TYPE: "waiver.granted", c.AT: march(11), c.ID: "w1", "fields.reason": "Bo asked\nnot to be written to."},
    {c.TYPE: "visit.held", c.AT: march(12), c.CASE: "oak", "fields.people": ["cy"]},
    {c.TYPE: "letter.sent", c.AT: march(14), c.ID: "l2", c.CASE: "oak"},
)

_DECISIONS: Sequence[Mapping[str, Any]] = (
    {
        c.RULE: "thank-the-hosts",
        c.PERSON: "ann",
        c.VERDICT: "satisfied",
        c.DUE_AT: march(4),
        c.DONE: 1,
        c.DONE_AT: march(4, 9, 30),
    },
    {
        c.RULE: "thank-the-hosts",
        c.PERSON: "bo",
        c.VERDICT: "overdue",
        c.DUE_AT: march(4),
        c.EXPIRES_AT: march(17),
        c.TO: "bo",
        c.NEAR: [3],
        c.WARNED_BY: ["space-them"],
        c.FINDING_AT: march(4, microsecond=1),
    },
    {c.RULE: "thank-the-hosts", c.PERSON: "cy", c.VERDICT: "waived", c.DUE_AT: march(4), c.WAIVER: 5},
    {
        c.RULE: "ask-once",
        c.VERDICT: "blocked",
        c.TRIGGER: 2,
        c.FROM_AT: march(14, 4),
        c.OPENS_AT: march(15, 4),
        c.BLOCKED_BY: "at-most-two",
    },
    {
        c.RULE: "ask-once",
        c.VERDICT: "blocked",
        c.TRIGGER: 2,
        c.OPENS_AT: march(15, 4),
        c.BLOCKED_BY: "space-them",
        c.BLOCKED_UNTIL: march(22),
    },
    {c.RULE: "ask-once", c.VERDICT: "waiting", c.TRIGGER: 2, c.OPENS_AT: march(29, 4)},
    {c.RULE: "ask-once", c.VERDICT: "open", c.TRIGGER: 2, c.OPENS_AT: march(15, 4), c.THROUGH: "agent"},
    {
        c.RULE: "ask-once",
        c.VERDICT: "early",
        c.TRIGGER: 2,
        c.OPENS_AT: march(15, 4),
        c.DONE: 1,
        c.DONE_AT: march(4, 9, 30),
    },
    {c.RULE: "ask-once", c.VERDICT: "lapsed", c.TRIGGER: 2, c.EXPIRES_AT: march(18)},
    {c.RULE: "ask-once", c.VERDICT: "excused", c.TRIGGER: 2, c.EXPIRES_AT: march(18)},
    {c.RULE: "ask-once", c.VERDICT: "cancelled", c.TRIGGER: 2, c.ENDED: 4, c.ENDED_AT: march(10), c.ENDED_BY: "cancel"},
    {c.RULE: "ask-once", c.VERDICT: "replaced", c.TRIGGER: 2, c.ENDED: 2, c.ENDED_AT: march(10), c.ENDED_BY: "restart"},
    {c.RULE: "ask-once", c.VERDICT: "cancelled", c.TRIGGER: 2, c.ENDED_AT: march(10), c.ENDED_BY: "close"},
    {c.RULE: "reply", c.VERDICT: "due", c.TRIGGER: 4, c.TRIGGER_AT: march(10), c.DUE_AT: march(21)},
    {c.RULE: "moved-on", c.VERDICT: "waiting", c.TRIGGER: 1, c.OPENS_AT: march(18, 9, 30)},
    {
        c.RULE: "moved-on",
        c.VERDICT: "cancelled",
        c.TRIGGER: 1,
        c.OPENS_AT: march(18, 9),
        c.ENDED: 4,
        c.ENDED_AT: march(10),
        c.ENDED_BY: "cancel",
    },
    {
        c.RULE: "thank-the-hosts",
        c.CASE: "oak",
        c.TRIGGER: 6,
        c.PERSON: "cy",
        c.VERDICT: "missed",
        c.EXPIRES_AT: march(18),
    },
    {
        c.RULE: "thank-the-hosts",
        c.CASE: "oak",
        c.TRIGGER: 6,
        c.PERSON: "di",
        c.VERDICT: "late",
        c.DONE: 7,
        c.DONE_AT: march(14),
    },
    {c.RULE: "moved-on", c.CASE: "oak", c.TRIGGER: 7, c.VERDICT: "satisfied", c.OPENS_AT: march(19)},
)

_FINDINGS: Sequence[Mapping[str, Any]] = (
    {
        c.RULE: "thank-the-hosts",
        c.LEVEL: "error",
        c.PERSON: "bo",
        c.PEOPLE: ["bo"],
        c.AT: march(4, microsecond=1),
        c.EVENTS: [0],
        c.DECISION: "0000000000000001",
        c.MESSAGE: "Thank every host within a day is overdue.",
    },
    {
        c.RULE: "space-them",
        c.LEVEL: "warning",
        c.PEOPLE: ["ann", "bo"],
        c.AT: march(6),
        c.EVENTS: [3, 1],
        c.NEXT_AT: march(7, 9, 30),
        c.MESSAGE: "letter.sent comes sooner than 3 days after the one before.\x07",
    },
    {
        c.CASE: "oak",
        c.RULE: "at-most-two",
        c.LEVEL: "error",
        c.AT: march(14),
        c.EVENTS: [7],
        c.USED: 3,
        c.ALLOWED: 2,
        c.MESSAGE: "letter.sent is number 3 where 2 are allowed.",
    },
)

_ALLOWANCES: Sequence[Mapping[str, Any]] = (
    {c.RULE: "at-most-two", c.KEY: "", c.USED: 1, c.LEFT: 1, c.NEXT: "now", c.EVENTS: [1]},
    {c.RULE: "at-most-two", c.KEY: "channel=mail", c.PERSON: "ann", c.USED: 2, c.LEFT: 0, c.NEXT: "never"},
    {c.RULE: "space-them", c.KEY: "", c.USED: 1, c.LEFT: 0, c.NEXT: "at", c.NEXT_AT: march(22), c.EVENTS: [1]},
    {c.RULE: "promise-first", c.KEY: "", c.USED: 0, c.NEXT: "now"},
    {c.RULE: "promise-first", c.KEY: "", c.PERSON: "bo", c.USED: 0, c.LEFT: 0, c.NEXT: "never"},
    {c.RULE: "at-most-two", c.KEY: "", c.PERSON: "cy", c.USED: 2, c.NEXT: "now"},
)

_STATUSES: Sequence[Mapping[str, Any]] = (
    {c.CASE: "elm", c.STATUS: "open", c.ZONE: "America/New_York"},
    {
        c.CASE: "oak",
        c.STATUS: "moved-on",
        c.ZONE: "Europe/Berlin",
        c.SINCE_AT: march(19),
        c.RULE: "moved-on",
        c.EVENT: 7,
    },
    {c.CASE: "pine", c.STATUS: "open", c.ZONE: "Asia/Tokyo", c.WAITS_FOR: "ask-once", c.WAITS_UNTIL: march(29)},
    {c.CASE: "yew", c.STATUS: "open"},
)

_NOTES: Sequence[Mapping[str, Any]] = (
    {c.NOTE: "advice", c.CASE: "elm", c.RULE: "ask-once", c.EVENTS: [1], c.MESSAGE: "says little."},
    {c.NOTE: "vacuous", c.CASE: None, c.RULE: "idle", c.MESSAGE: "never came into play."},
    {c.NOTE: "zone-default", c.CASE: None, c.MESSAGE: "No zone is given, so UTC is used."},
)


def evaluation() -> Evaluation:
    """One case with everything in it, one that is closed, one that waits, one in which nothing happened."""
    decisions = [
        {c.ID: f"{number:016x}", c.TRIGGER: 0, c.TRIGGER_AT: march(3), c.FROM_AT: march(3), **row}
        for number, row in enumerate(_DECISIONS)
    ]
    return Evaluation(
        as_of=AS_OF,
        rulebook=rulebook(),
        events=_frame(
            [{c.FILE: 1, c.LINE: number + 1, c.IDENTITY: f"id:{number}", **row} for number, row in enumerate(_EVENTS)],
            {**schemas.EVALUATED_EVENTS, **schemas.events(vocabulary())},
        ),
        decisions=_frame(decisions, schemas.DECISIONS),
        findings=_frame(_FINDINGS, schemas.FINDINGS),
        allowances=_frame(_ALLOWANCES, schemas.ALLOWANCES),
        statuses=_frame(_STATUSES, schemas.STATUSES),
        notes=_frame(_NOTES, schemas.NOTES),
        people=_frame([{c.PERSON: "ann", "name": "Ann Lee"}], schemas.PEOPLE),
        files=FILES,
        versions=(("punctilio", "0.1.0"), ("polars", "2.1.0"), ("tzdata", "2026.6")),
    )


def _frame(rows: Sequence[Mapping[str, Any]], schema: schemas.Schema) -> pl.DataFrame:
    """The rows as a frame; what a row leaves out is null, and its case is elm."""
    filled = [dict.fromkeys(schema) | {c.CASE: "elm"} | dict(row) for row in rows]
    return pl.DataFrame(filled, schema=schema)
