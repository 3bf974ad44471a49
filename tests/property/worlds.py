"""The two vocabularies that generated rules and logs are about: one of the tests' own, and the bundled one.

A world lists, for each type of event, the fields that a log may fill (by how they are drawn), and the patterns that
rules are made of. Alphabets are small, so that things meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LETTERS_FILE = Path(__file__).with_name("letters.yaml")

PEOPLE = ("ann", "bob", "cy")
MATTERS = ("x", "y")
TEXTS = (
    "When will you decide?",
    "Thank you for the lamps.",
    "Dear Ann,\nthank  you for THE lamps",
    "Hi Bob! I’m still  waiting, as you know.",
    "- one lamp\n- two lamps",
    "* one lamp\n* two\n* three lamps today",
    "You said March 10th, or the end of October.",
    "By 2026-11-01 or 9 March, I think.",
    " ",
)

Pattern = tuple[Any, tuple[str, ...]]
"""As it is written in a rule file, and the types of event that it can fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """``fields`` says how each field of a type is drawn: person, people, key, instant, deadline, text, topics, number,
    code, returned, or one of some values; in capitals where it is required. ``often`` is what
    happens often (and sets rules off), ``acting`` what rules propose."""

    name: str
    head: Mapping[str, Any]
    opened: str
    zones: tuple[str, str]
    noted: str
    roles: tuple[str, ...]
    lead: str
    fields: Mapping[str, Mapping[str, str | tuple[str, ...]]]
    often: tuple[str, ...]
    sent: str
    code: str
    returned: str
    patterns: tuple[Pattern, ...]
    acting: tuple[Mapping[str, Any], ...]
    dated: str
    citable: tuple[str, ...]
    is_answer: tuple[Any, ...]

    def fields_of(self, types: tuple[str, ...], *kinds: str) -> list[str]:
        """The fields of these kinds that every one of the types has."""
        fields = [self.fields.get(one, {}) for one in types]
        declared: list[set[str]] = [
            {name for name, kind in some.items() if str(kind).lower() in kinds} for some in fields
        ]
        return sorted(declared[0].intersection(*declared))


_SENT: dict[str, str | tuple[str, ...]] = {
    "person": "person",
    "people": "people",
    "behalf": "people",
    "matter": "key",
    "tone": ("kind", "curt"),
    "text": "text",
    "dated": "deadline",
    "code": "code",
}

LETTERS = World(
    name="letters",
    head={"extends": [str(LETTERS_FILE)]},
    opened="file.opened",
    zones=("zone", "office_zone"),
    noted="clerk.noted",
    roles=("registry", "bench"),
    lead="lead",
    fields={
        "plea.made": {
            "person": "person",
            "people": "people",
            "matter": "key",
            "answer_by": "deadline",
            "text": "text",
            "weight": "number",
        },
        "answer.sent": _SENT,
        "answer.drafted": _SENT,
        "answer.returned": {"returns": "RETURNED", "person": "person"},
        "hearing.held": {"starts_at": "INSTANT", "people": "people", "matter": "key", "topics": "topics"},
        "stamp.set": {"matter": "key"},
    },
    often=("plea.made", "plea.made", "answer.sent", "answer.sent", "hearing.held"),
    sent="answer.sent",
    code="code",
    returned="answer.returned",
    patterns=(
        ("plea.made", ("plea.made",)),
        ("answer.sent", ("answer.sent",)),
        ("hearing.held", ("hearing.held",)),
        ("stamp.set", ("stamp.set",)),
        ("answer.returned", ("answer.returned",)),
        ({"type": "answer.sent", "tone": "kind"}, ("answer.sent",)),
        ({"type": "answer.sent", "tone": {"not": "kind"}}, ("answer.sent",)),
        ({"type": "answer.sent", "person": {"role": "bench"}}, ("answer.sent",)),
        ({"type": "answer.sent", "text": {"mentions": ["still waiting"]}}, ("answer.sent",)),
        ({"type": "answer.sent", "text": {"words": {"lte": 5}}}, ("answer.sent",)),
        ({"type": "plea.made", "weight": {"gte": 2}}, ("plea.made",)),
        ({"type": "plea.made", "weight": {"not": [1, 2]}}, ("plea.made",)),
        ({"type": "plea.made", "answer_by": {"exists": True}}, ("plea.made",)),
        ({"type": "hearing.held", "people": ["ann", "bob"]}, ("hearing.held",)),
        (["plea.made", "stamp.set"], ("plea.made", "stamp.set")),
        (["hearing.held", "plea.made"], ("hearing.held", "plea.made")),
        ({"any": [{"type": "answer.sent", "tone": "curt"}, "stamp.set"]}, ("answer.sent", "stamp.set")),
        ({"type": "answer.sent", "matter": "x", "not": {"tone": "curt"}}, ("answer.sent",)),
        ({"type": "answer.sent", "behalf": {"role": "registry"}}, ("answer.sent",)),
        ({"type": "answer.sent", "any": [{"tone": "curt"}, {"text": {"exists": False}}]}, ("answer.sent",)),
        ({"type": "answer.sent", "text": {"mentions": ["I'm still waiting"], "starts_with": "Hi"}}, ("answer.sent",)),
        ({"type": "answer.sent", "people": {"exists": False}}, ("answer.sent",)),
        ({"type": "answer.sent", "people": {"not": "ann"}}, ("answer.sent",)),
        ({"type": "plea.made", "text": {"matches": "lamps?$"}}, ("plea.made",)),
        ({"type": "plea.made", "text": {"chars": {"gte": 22}}}, ("plea.made",)),
        ({"type": "plea.made", "answer_by": {"lt": "2026-03-09T00:00:00Z"}}, ("plea.made",)),
        ({"type": "plea.made", "matter": {"in": ["x"]}, "not": {"weight": {"gt": 1}}}, ("plea.made",)),
        ({"type": "clerk.noted", "lead": True}, ("clerk.noted",)),
        (
            {"not": {"type": ["plea.made", "answer.sent", "answer.drafted", "hearing.held", "answer.returned"]}},
            ("stamp.set", "file.opened", "clerk.noted", "waiver.granted", "event.retracted"),
        ),
    ),
    acting=(
        {"type": "answer.sent"},
        {"type": "answer.sent", "tone": "kind"},
        {"type": "answer.sent", "tone": "curt", "matter": "x"},
        {"tone": "kind", "text": "Thank you for the lamps."},
        {"type": "stamp.set"},
    ),
    dated="dated",
    citable=("plea", "hearing"),
    is_answer=("answer.sent", {"type": "answer.sent", "tone": "kind"}, ["answer.sent", "stamp.set"]),
)

_MESSAGE: dict[str, str | tuple[str, ...]] = {
    "person": "person",
    "people": "people",
    "for": "people",
    "purpose": ("thank-you", "inquiry", "inquiry"),
    "text": "text",
    "published_on": "deadline",
    "message_id": "code",
}

INTERVIEWS = World(
    name="interviews",
    head={},
    opened="case.opened",
    zones=("zone", "employer_zone"),
    noted="person.noted",
    roles=("hr", "interviewer"),
    lead="primary",
    fields={
        "timeframe.given": {"person": "person", "decision_by": "DEADLINE", "quote": "text"},
        "message.sent": _MESSAGE,
        "message.drafted": _MESSAGE,
        "message.bounced": {"in_reply_to": "RETURNED"},
        "interview.held": {"starts_at": "INSTANT", "people": "people", "interview": "key", "topics": "topics"},
        "interview.cancelled": {"interview": "key"},
        "message.received": {"person": "person", "about": ("process", "courtesy"), "text": "text"},
    },
    often=("timeframe.given", "interview.held", "interview.held", "message.sent", "message.sent"),
    sent="message.sent",
    code="message_id",
    returned="message.bounced",
    patterns=(
        ("timeframe.given", ("timeframe.given",)),
        ("message.sent", ("message.sent",)),
        ("interview.held", ("interview.held",)),
        ("message.received", ("message.received",)),
        ("interview.cancelled", ("interview.cancelled",)),
        ({"type": "message.sent", "purpose": "inquiry"}, ("message.sent",)),
        ({"type": "message.sent", "purpose": "thank-you"}, ("message.sent",)),
        ({"type": "message.received", "about": "process"}, ("message.received",)),
        ({"type": "message.received", "person": {"role": {"not": "hr"}}}, ("message.received",)),
        (["timeframe.given", "message.received"], ("timeframe.given", "message.received")),
        ({"type": "message.sent", "text": {"mentions": ["thank you"]}}, ("message.sent",)),
        ({"type": "timeframe.given", "decision_by": {"gte": "2026-03-08T12:00:00Z"}}, ("timeframe.given",)),
    ),
    acting=(
        {"type": "message.sent", "purpose": "inquiry"},
        {"purpose": "thank-you"},
        {"purpose": "inquiry", "channel": "email"},
    ),
    dated="published_on",
    citable=("timeframe", "topics"),
    is_answer=({"type": "message.sent", "purpose": "inquiry"}, "message.sent"),
)

WORLDS = (LETTERS, INTERVIEWS)
