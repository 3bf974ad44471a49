"""The one place for column names. A field of the vocabulary is a
column of its own, under a prefix that no engine column has."""

from __future__ import annotations

from typing import Final

# ── events ──
CASE: Final = "case"
TYPE: Final = "type"
AT: Final = "at"
ID: Final = "id"
FILE: Final = "file"
LINE: Final = "line"
IDENTITY: Final = "identity"
RECORDED_AT: Final = "recorded_at"
EVENT: Final = "event"
MOMENT: Final = "moment"
BEGINS: Final = "begins"
VOID: Final = "void"
CASE_NO: Final = "case_no"
PERSONS: Final = "persons"

FIELD_PREFIX: Final = "fields."
DATE_PREFIX: Final = "dates."

# ── decisions ──
RULE: Final = "rule"
RULE_NO: Final = "rule_no"
FORCE: Final = "force"
KIND: Final = "kind"
PERSON: Final = "person"
VERDICT: Final = "verdict"
TRIGGER: Final = "trigger"
TRIGGER_AT: Final = "trigger_at"
FROM_AT: Final = "from_at"
OPENS_AT: Final = "opens_at"
DUE_AT: Final = "due_at"
EXPIRES_AT: Final = "expires_at"
DONE: Final = "done"
DONE_AT: Final = "done_at"
ENDED: Final = "ended"
ENDED_AT: Final = "ended_at"
ENDED_BY: Final = "ended_by"
WAIVER: Final = "waiver"
BLOCKED_BY: Final = "blocked_by"
BLOCKED_UNTIL: Final = "blocked_until"
TO: Final = "to"
THROUGH: Final = "through"
NEAR: Final = "near"
WARNED_BY: Final = "warned_by"
FINDING_AT: Final = "finding_at"

# ── findings, allowances, statuses, notes ──
LEVEL: Final = "level"
PEOPLE: Final = "people"
DECISION: Final = "decision"
MESSAGE: Final = "message"
EVENTS: Final = "events"
USED: Final = "used"
ALLOWED: Final = "allowed"
LEFT: Final = "left"
KEY: Final = "key"
NEXT: Final = "next"
NEXT_AT: Final = "next_at"
STATUS: Final = "status"
SINCE_AT: Final = "since_at"
WAITS_FOR: Final = "waits_for"
WAITS_UNTIL: Final = "waits_until"
NOTE: Final = "note"
ZONE: Final = "zone"

# ── reports for programs ──
RECORD: Final = "record"
TITLE: Final = "title"
CITE: Final = "cite"
LOCATION: Final = "location"
READINGS: Final = "readings"
ACTIONABLE: Final = "actionable"
DO: Final = "do"
TEMPLATE: Final = "template"
PERSON_NAME: Final = "person_name"
TO_NAME: Final = "to_name"
THROUGH_NAME: Final = "through_name"
SECTION: Final = "section"
TEXT: Final = "text"
VALUE: Final = "value"
COUNT: Final = "count"


def field(name: str) -> str:
    """The column of a vocabulary field; what every event has, such as ``type`` and ``at``, is a column of its own."""
    return name if name in (TYPE, AT, CASE, ID, RECORDED_AT) else FIELD_PREFIX + name


def date_of(name: str) -> str:
    """The column that holds the date of a deadline field that was written as a date."""
    return DATE_PREFIX + name
