"""The schema of every frame that crosses from one room to another.
Instants are UTC, in microseconds, without a zone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, FieldType, Vocabulary
from punctilio.tables import columns as c

INSTANT: Final = pl.Datetime("us")
ColumnType = pl.DataType | type[pl.DataType]
Schema = Mapping[str, ColumnType]

EVENT_BASE: Final[Schema] = {
    c.CASE: pl.String,
    c.TYPE: pl.String,
    c.AT: INSTANT,
    c.ID: pl.String,  # as written; null where the line has none
    c.FILE: pl.UInt32,  # index into Log.files
    c.LINE: pl.UInt32,  # from 1
    c.IDENTITY: pl.String,  # "id:…", else "sha256:…#n", the n-th that says so; null where nobody asked (identities.py)
    c.RECORDED_AT: INSTANT,  # since when it was known; null where nothing says so, which means since it happened
}
"""The first columns of an event frame. Its rows stand in the order of events (docs/language.md, 1), each event once."""


def column_type(field_type: FieldType) -> ColumnType:
    """The column type of a vocabulary field."""
    if field_type in INSTANT_TYPES:
        return INSTANT
    if field_type in LIST_TYPES:
        return pl.List(pl.String)
    match field_type:
        case "integer":
            return pl.Int64
        case "number":
            return pl.Float64
        case "boolean":
            return pl.Boolean
        case _:
            return pl.String


def events(vocabulary: Vocabulary) -> Schema:
    """The base columns, then ``fields.NAME`` for every field, and ``dates.NAME`` (Date) beside every deadline:
    a deadline written as a date fills that column and leaves ``fields.NAME`` null."""
    schema: dict[str, ColumnType] = {**EVENT_BASE}
    for name, field_type in vocabulary.fields().items():
        schema[c.field(name)] = column_type(field_type)
        if field_type == "deadline":
            schema[c.date_of(name)] = pl.Date
    return schema


DECISIONS: Final[Schema] = {
    c.ID: pl.String,  # 16 hexadecimal digits
    c.CASE: pl.String,
    c.RULE: pl.String,
    c.PERSON: pl.String,  # the instance's person; null where the rule has no `each`
    c.VERDICT: pl.String,  # a model.decision.Verdict
    c.TRIGGER: pl.UInt32,  # row of Evaluation.events; so are the other events below
    c.TRIGGER_AT: INSTANT,
    c.FROM_AT: INSTANT,  # where the window runs from
    c.OPENS_AT: INSTANT,
    c.DUE_AT: INSTANT,
    c.EXPIRES_AT: INSTANT,
    c.DONE: pl.UInt32,
    c.DONE_AT: INSTANT,
    c.ENDED: pl.UInt32,  # the event that ended it; null for the end of a silence
    c.ENDED_AT: INSTANT,
    c.ENDED_BY: pl.String,  # cancel, void, close, restart; for a close: the rule's `unless` is cancel
    c.WAIVER: pl.UInt32,
    c.BLOCKED_BY: pl.String,  # rule id
    c.BLOCKED_UNTIL: INSTANT,  # null for never by itself
    c.TO: pl.String,  # person the proposed action is for; null where nobody fits
    c.THROUGH: pl.String,
    c.WARNED_BY: pl.List(pl.String),  # `should` limits and requires that the action would breach
    c.NEAR: pl.List(pl.UInt32),  # events that came near and did not count: drafts, void events
    c.FINDING_AT: INSTANT,  # since when it is (or was, if waived) a breach; null if it is none
}
"""A row for each instance of an expectation, and each silence of a close;
sorted by case, due (none last), rule, person, id."""

VERDICTS: Final[Schema] = {name: kind for name, kind in DECISIONS.items() if name not in (c.ID, c.NEAR)}
"""Decisions without their names and what came near; sorted by case, due (none last), rule, person."""

FINDINGS: Final[Schema] = {
    c.CASE: pl.String,
    c.RULE: pl.String,
    c.LEVEL: pl.String,  # error or warning
    c.PERSON: pl.String,  # the one person it is about, if it is one
    c.PEOPLE: pl.List(pl.String),
    c.AT: INSTANT,  # the instant of the breach
    c.EVENTS: pl.List(pl.UInt32),  # the breaching event first; for an expectation its trigger
    c.DECISION: pl.String,  # the id of the expectation's decision
    c.USED: pl.Int64,  # numbers of a limit
    c.ALLOWED: pl.Int64,
    c.NEXT_AT: INSTANT,  # for one that came too near the one before: the first instant at which it was allowed
    c.MESSAGE: pl.String,
}
"""Breaches of `must` (error) and `should` (warning) rules; sorted by case, at, rule, person."""

BREACHES: Final[Schema] = {name: kind for name, kind in FINDINGS.items() if name != c.DECISION}
"""Findings that do not name a decision."""

ALLOWANCES: Final[Schema] = {
    c.CASE: pl.String,
    c.RULE: pl.String,
    c.PERSON: pl.String,  # where the key has the person
    c.KEY: pl.String,  # other key fields as "field=value, …"; "" where there are none
    c.USED: pl.Int64,
    c.LEFT: pl.Int64,  # null for no bound
    c.NEXT: pl.String,  # now, at, never (a model.decision.Next)
    c.NEXT_AT: INSTANT,  # for `at`
    c.EVENT: pl.UInt32,  # what it runs from: the `after` event of a limit's `while`, or of a require
    c.EVENTS: pl.List(pl.UInt32),  # the latest of those that are used up, oldest first
}
"""What each limit and require still allows, for each key of an open case; sorted by case, rule, person, key."""

STATUSES: Final[Schema] = {
    c.CASE: pl.String,
    c.STATUS: pl.String,
    c.SINCE_AT: INSTANT,  # null for open
    c.RULE: pl.String,  # the close rule in force
    c.EVENT: pl.UInt32,  # the event that closed it (for a silence, that began it)
    c.ZONE: pl.String,
    c.WAITS_FOR: pl.String,  # rule of the next instance that will open; null where an action is open, or none pends
    c.WAITS_UNTIL: INSTANT,
}
"""A row for each case, sorted by case."""

NOTES: Final[Schema] = {
    c.NOTE: pl.String,  # vacuous, advice, draft, learned-late, waived, waiver-expired, waiver-unused, …
    c.CASE: pl.String,
    c.RULE: pl.String,
    c.PERSON: pl.String,
    c.EVENTS: pl.List(pl.UInt32),
    c.MESSAGE: pl.String,
}
"""What is worth knowing and is no finding; sorted by note, case, rule, person."""

REMARKS: Final[Schema] = {name: NOTES[name] for name in (c.NOTE, c.CASE, c.RULE, c.MESSAGE)}
"""Notes that hold for a run, or for a case that it tells nothing else of; sorted by note, case, rule, message."""

CASES_LEFT_OUT: Final[Schema] = {name: REMARKS[name] for name in (c.CASE, c.MESSAGE)}
"""Cases that are left out, sorted, and why."""

EVALUATED_EVENTS: Final[Schema] = {
    **EVENT_BASE,
    c.VOID: pl.UInt32,  # row of the event that made this one void
}
"""The first columns of Evaluation.events, followed by the vocabulary's fields (deadlines resolved to instants)."""

PEOPLE: Final[Schema] = {c.CASE: pl.String, c.PERSON: pl.String, "name": pl.String}
"""What people are called at the as-of instant."""

ROWS: Final[Schema] = {
    c.RECORD: pl.String,  # status, decision, finding, allowance, note; in CSV and JSON Lines also run
    c.CASE: pl.String,  # null for what is said of the run
    c.ID: pl.String,  # of a decision
    c.RULE: pl.String,  # of a status: the close rule in force
    c.KIND: pl.String,  # of the rule, as are the next six
    c.FORCE: pl.String,
    c.TITLE: pl.String,
    c.CITE: pl.String,
    c.LOCATION: pl.String,  # file:line
    c.READINGS: pl.List(pl.String),  # the parameters that decided, as "name = value"
    c.PERSON: pl.String,
    c.PERSON_NAME: pl.String,
    c.ZONE: pl.String,  # of the case, for local times
    c.STATUS: pl.String,
    c.VERDICT: pl.String,
    c.LEVEL: pl.String,
    c.NOTE: pl.String,
    c.ACTIONABLE: pl.Boolean,  # of a decision: whether it may be acted on now
    c.DO: pl.String,  # the action proposed now, in words
    c.TEMPLATE: pl.String,  # of its text
    c.TO: pl.String,
    c.TO_NAME: pl.String,
    c.THROUGH: pl.String,
    c.THROUGH_NAME: pl.String,
    c.AT: INSTANT,  # of a finding: the instant of the breach; of the run: the as-of
    c.TRIGGER: pl.String,  # an event as file:line; so are the others
    c.TRIGGER_AT: INSTANT,
    c.FROM_AT: INSTANT,
    c.OPENS_AT: INSTANT,
    c.DUE_AT: INSTANT,
    c.EXPIRES_AT: INSTANT,
    c.DONE: pl.String,
    c.DONE_AT: INSTANT,
    c.ENDED: pl.String,
    c.ENDED_AT: INSTANT,
    c.ENDED_BY: pl.String,
    c.WAIVER: pl.String,
    c.BLOCKED_BY: pl.String,
    c.BLOCKED_UNTIL: INSTANT,
    c.WARNED_BY: pl.List(pl.String),
    c.NEAR: pl.List(pl.String),
    c.FINDING_AT: INSTANT,
    c.DECISION: pl.String,  # of a finding: the id of the decision
    c.PEOPLE: pl.List(pl.String),
    c.KEY: pl.String,
    c.USED: pl.Int64,
    c.ALLOWED: pl.Int64,
    c.LEFT: pl.Int64,
    c.NEXT: pl.String,
    c.NEXT_AT: INSTANT,
    c.SINCE_AT: INSTANT,
    c.WAITS_FOR: pl.String,
    c.WAITS_UNTIL: INSTANT,
    c.EVENT: pl.String,
    c.EVENTS: pl.List(pl.String),
    c.MESSAGE: pl.String,
}
"""The flat report: every record of every case, each of which fills the columns that it has.
Sorted by case, record, then as in the frames of the evaluation."""

_OF_ALL: Final = (c.RECORD, c.CASE, c.RULE, c.KIND, c.FORCE, c.TITLE, c.CITE, c.LOCATION)
_OF_PERSON: Final = (c.READINGS, c.PERSON, c.PERSON_NAME, c.ZONE)

ROW_COLUMNS: Final[Mapping[str, Collection[str]]] = {
    "status": (*_OF_ALL, c.READINGS, c.ZONE, c.STATUS, c.SINCE_AT, c.EVENT, c.WAITS_FOR, c.WAITS_UNTIL),
    "decision": (
        *(*_OF_ALL, *_OF_PERSON, *DECISIONS),
        *(c.ACTIONABLE, c.DO, c.TEMPLATE, c.TO_NAME, c.THROUGH_NAME, c.MESSAGE),
    ),
    "finding": (*_OF_ALL, *_OF_PERSON, *FINDINGS),
    "allowance": (*_OF_ALL, *_OF_PERSON, *ALLOWANCES),
    "note": (*_OF_ALL, *_OF_PERSON, *NOTES),
}
"""The columns of ``ROWS`` that each record has; the others are always null for it. Records in their order."""

SECTIONS: Final = pl.Enum(["statuses", "decisions", "allowances", "findings", "notes"])

RECORDS: Final[Schema] = {
    c.SECTION: SECTIONS,
    c.CASE: pl.String,
    c.TEXT: pl.String,  # one JSON object
}
"""What the JSON report says of cases; sorted by section, case, then as in the frames of the evaluation."""

TEXTS: Final[Schema] = {c.CASE: pl.String, c.TEXT: pl.String}
"""What SARIF, JUnit and GitHub annotations say of cases, in pieces of such a file; sorted by case."""

COUNTS: Final[Schema] = {
    c.RECORD: pl.String,  # status, decision, finding
    c.RULE: pl.String,  # null for a status
    c.VALUE: pl.String,  # the status, verdict or level
    c.COUNT: pl.Int64,
}
"""How often each value occurs; counts of parts add up."""
