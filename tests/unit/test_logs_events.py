"""Events by the closed vocabulary."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from punctilio.tables.schemas import events as event_columns
from tests.unit.log_world import AT, VOCABULARY, event, log_of, places, suggestions

pytestmark = pytest.mark.usefixtures("either_way")


def codes(log_places: list[tuple[int, int, str]]) -> list[str]:
    return [code for _, _, code in log_places]


def test_the_table_has_the_columns_of_the_vocabulary(tmp_path: Path) -> None:
    for log in (log_of(tmp_path), log_of(tmp_path, event())):
        assert list(log.events.schema.items()) == list(event_columns(VOCABULARY).items())


def test_every_type_of_field_is_read(tmp_path: Path) -> None:
    fine = event("Send Fine", points=3, amount=12, paid=False, articles=["157"])
    held = event("interview.held", starts_at="2026-03-03T15:00:00-05:00")
    day = event("timeframe.given", decision_by="2026-03-06")
    hour = event("timeframe.given", decision_by="2026-03-06T17:00:00Z")
    log = log_of(tmp_path, fine, held, day, hour, event(people=["kim", "sam"]))
    assert not log.problems
    columns = ("points", "amount", "paid", "articles", "starts_at", "decision_by", "people")
    rows = log.events.select(*(f"fields.{name}" for name in columns), "dates.decision_by").rows()
    assert rows == [
        (3, 12.0, False, ["157"], None, None, None, None),
        (None, None, None, None, datetime(2026, 3, 3, 20), None, None, None),
        (None, None, None, None, None, None, None, date(2026, 3, 6)),
        (None, None, None, None, None, datetime(2026, 3, 6, 17), None, None),
        (None, None, None, None, None, None, ["kim", "sam"], None),
    ]


def test_a_default_stands_where_the_log_is_silent(tmp_path: Path) -> None:
    silent, null = event("message.received"), event("message.received", about=None)
    log = log_of(tmp_path, silent, null, event("message.received", about="courtesy"))
    assert log.events["fields.about"].to_list() == ["process", "process", "courtesy"]


def test_what_every_event_may_say(tmp_path: Path) -> None:
    log = log_of(tmp_path, event("Send Fine", id="f1", recorded_at="2026-03-09T00:00:00Z"))
    assert not log.problems
    assert log.events["id"].to_list() == ["f1"]


@pytest.mark.parametrize(
    ("written", "code", "suggestion"),
    [
        (event("mesage.sent"), "LOG-UNKNOWN-TYPE", "message.sent"),
        (event("send fine"), "LOG-UNKNOWN-TYPE", "Send Fine"),
        (event("zzz"), "LOG-UNKNOWN-TYPE", None),
        (event(""), "LOG-EMPTY-VALUE", None),
        ({"case": "a", "type": 3, "at": AT}, "LOG-WRONG-TYPE", '"3"'),
        ({"case": "a", "type": ["message.sent"], "at": AT}, "LOG-WRONG-TYPE", None),
        ({"case": "a", "at": AT}, "LOG-MISSING-FIELD", None),
        ({"type": "message.sent", "at": AT}, "LOG-MISSING-FIELD", None),
        ({"case": "a", "type": "message.sent"}, "LOG-MISSING-FIELD", None),
        (event(case=" "), "LOG-EMPTY-VALUE", None),
        ({**event(), "case": None}, "LOG-MISSING-FIELD", None),
        (event(id=7), "LOG-WRONG-TYPE", '"7"'),
        (event(id=""), "LOG-EMPTY-VALUE", None),
        (event(people=["sam", " "]), "LOG-EMPTY-VALUE", None),
        (event(recorded_at="yesterday"), "LOG-BAD-INSTANT", None),
        (event(recorded_at="2026-03-03T21:00:00"), "LOG-BAD-INSTANT", None),
        (event(peron="sam"), "LOG-UNKNOWN-FIELD", "person"),
        (event("message.received", person="sam"), "LOG-UNKNOWN-FIELD", None),
        (event(person=1), "LOG-WRONG-TYPE", '"1"'),
        (event(person=True), "LOG-WRONG-TYPE", None),
        (event(person={"name": "Sam"}), "LOG-WRONG-TYPE", None),
        (event(people="sam"), "LOG-WRONG-TYPE", '["sam"]'),
        (event(people=["sam", 1]), "LOG-WRONG-TYPE", None),
        (event(purpose="thankyou"), "LOG-BAD-VALUE", "thank-you"),
        (event(purpose="Inquiry"), "LOG-BAD-VALUE", "inquiry"),
        (event("Send Fine", points=1.0), "LOG-WRONG-TYPE", None),
        (event("Send Fine", points=True), "LOG-WRONG-TYPE", None),
        (event("Send Fine", points="12"), "LOG-WRONG-TYPE", "12"),
        (event("Send Fine", points=2**63), "LOG-BAD-VALUE", None),
        (event("Send Fine", amount="1.5"), "LOG-WRONG-TYPE", "1.5"),
        (event("Send Fine", amount=10**400), "LOG-BAD-VALUE", None),
        (event("Send Fine", paid="yes"), "LOG-WRONG-TYPE", "true"),
        (event("Send Fine", paid=1), "LOG-WRONG-TYPE", None),
        (event("interview.held"), "LOG-MISSING-FIELD", None),
        (event("interview.held", starts_at="2026-03-03T21:00:00.000001Z"), "LOG-BAD-ORDER", None),
        (event("timeframe.given", decision_by="Friday"), "LOG-BAD-INSTANT", None),
        (event("case.opened", zone="America/NewYork"), "LOG-BAD-ZONE", "America/New_York"),
        (event("case.opened", employer_zone="-05:00"), "LOG-BAD-ZONE", None),
        (event("message.bounced"), "LOG-NAMES-NOTHING", None),
        (event("message.bounced", in_reply_to=""), "LOG-NAMES-NOTHING", None),
        (event("waiver.granted", rule="r", reason=" "), "LOG-EMPTY-VALUE", None),
        (event("event.retracted", event="nothing"), "LOG-UNKNOWN-EVENT", None),
    ],
)
def test_each_mistake_has_its_code_and_suggestion(
    tmp_path: Path, written: dict[str, object], code: str, suggestion: str | None
) -> None:
    log = log_of(tmp_path, written)
    assert codes(places(log)) == [code]
    assert suggestions(log) == [suggestion]


def test_all_mistakes_of_a_line_are_found_at_once_each_at_its_place(tmp_path: Path) -> None:
    line = '{"case":"a","type":"message.sent","at":"2026-03-03","peron":"sam","people":"kim","text":1}'
    log = log_of(tmp_path, line)
    assert places(log) == [
        (1, line.index('"2026') + 1, "LOG-BAD-INSTANT"),
        (1, line.index('"peron') + 1, "LOG-UNKNOWN-FIELD"),
        (1, line.index('"kim') + 1, "LOG-WRONG-TYPE"),
        (1, line.index(":1}") + 2, "LOG-WRONG-TYPE"),
    ]


def test_an_event_of_unknown_type_is_still_judged_by_what_every_event_has(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"type": "mesage.sent", "at": "today", "id": 3})
    assert sorted(codes(places(log))) == ["LOG-BAD-INSTANT", "LOG-MISSING-FIELD", "LOG-UNKNOWN-TYPE", "LOG-WRONG-TYPE"]


def test_an_interview_may_begin_when_it_ends(tmp_path: Path) -> None:
    assert not log_of(tmp_path, event("interview.held", starts_at="2026-03-03T16:00:00-05:00")).problems


def test_a_bounce_that_finds_no_message_is_no_mistake_of_the_log(tmp_path: Path) -> None:
    assert not log_of(tmp_path, event("message.bounced", message_id="never sent")).problems


def test_a_waiver_names_a_rule_of_the_rulebook(tmp_path: Path) -> None:
    waiver = event("waiver.granted", rule="thank-each", reason="They asked me not to.")
    known = ("thank-each-interviewer", "first-inquiry")
    log = log_of(tmp_path, waiver, rule_ids=known)
    assert codes(places(log)) == ["LOG-UNKNOWN-RULE"]
    assert suggestions(log) == ["thank-each-interviewer"]
    assert not log_of(tmp_path, waiver | {"rule": "first-inquiry"}, rule_ids=known).problems
    assert not log_of(tmp_path, waiver).problems


def test_a_long_slip_is_shown_short(tmp_path: Path) -> None:
    log = log_of(tmp_path, event("x" * 100_000), event(purpose="y" * 100_000), event() | {"z" * 100_000: 1})
    assert len(log.problems) == 3
    assert all(len(p.sentence) < 300 for p in log.problems)
