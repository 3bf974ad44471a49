"""The rules say what the pigeons need."""

import punctilio
from punctilio.testing import Case, judged

RETURNED = (
    Case("acme")
    .event("person.noted", "2026-03-01T09:00:00Z", person="ann", name="Ann Lee")
    .event("pigeon.returned", "2026-03-03T16:00:00Z", person="ann", text="Soon!")
)
FLIGHT = {"person": "ann", "channel": "pigeon", "purpose": "reply"}
RULES = punctilio.load_rules("pigeon-post")


def test_a_pigeon_that_came_home_is_told_of() -> None:
    evaluation = judged(RETURNED, as_of="2026-03-04T09:00:00Z", rules=RULES)

    assert evaluation.decisions.filter(rule="tell-that-it-is-home")["verdict"].to_list() == ["due"]


def test_a_pigeon_rests_for_a_day() -> None:
    twice = RETURNED.event("message.sent", "2026-03-04T09:00:00Z", text="Coo.", **FLIGHT).event(
        "message.sent", "2026-03-04T18:00:00Z", text="Coo coo.", **FLIGHT
    )

    evaluation = judged(twice, as_of="2026-03-05T09:00:00Z", rules=RULES)

    assert evaluation.findings["rule"].to_list() == ["rest-a-day"]


def test_pictures_are_found() -> None:
    sent = RETURNED.event("message.sent", "2026-03-04T09:00:00Z", text="Coo 🕊️", **FLIGHT)

    evaluation = judged(sent, as_of="2026-03-05T09:00:00Z", rules=RULES)

    [message] = evaluation.findings.filter(rule="plain-ink")["message"].to_list()
    assert "has a picture (“🕊”), which no quill writes" in message
