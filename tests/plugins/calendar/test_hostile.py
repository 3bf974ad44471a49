"""Whatever a log says is text in a calendar: nothing in it makes a property, a component, or another item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from punctilio.contracts import Person
from punctilio.model.decision import Verdict
from punctilio.testing import a_context, an_action
from punctilio_calendar.channel import Calendar as Channel


def _person(key: str, name: str | None) -> Person:
    return Person(key=key, name=name)


NASTY = st.sampled_from(
    [
        "\r\nATTENDEE:mailto:everybody@example.com",
        "\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:forged",
        "\\nATTACH:file:///etc/passwd",
        "\\\\n;,:\"^'",
        "C:\\New\\\\N",
        "\u2028DTSTART:20000101T000000Z\u2029\x85",
        "\x00\x0b\x0c\x1b[2J\x7f",
        "\u202eegassem\u2066",
        "\ud800 half a character",
        "é" * 80 + "🕊️" * 40,
        " \t folded\r\n \r\n\t",
    ]
)
TEXTS = st.lists(NASTY | st.text(), min_size=1, max_size=4).map("".join)
INSTANTS = st.none() | st.datetimes(
    timezones=st.just(UTC), min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)
)
PEOPLE = st.none() | st.builds(_person, TEXTS, st.none() | TEXTS)
ACTIONS = st.builds(
    an_action,
    case=TEXTS,
    rule=TEXTS,
    title=TEXTS,
    to=PEOPLE,
    through=PEOPLE,
    reasons=st.lists(TEXTS, max_size=3).map(tuple),
    verdict=st.sampled_from([str(verdict) for verdict in Verdict if verdict != Verdict.BLOCKED]),
    opens_at=INSTANTS,
    due_at=INSTANTS,
    expires_at=INSTANTS,
)

patient = settings(suppress_health_check=[HealthCheck.too_slow])
"""How long it takes is no matter."""

EVERY = {
    "CATEGORIES", "DESCRIPTION", "DTSTAMP", "STATUS", "SUMMARY", "UID", "X-PUNCTILIO-CASE", "X-PUNCTILIO-DECISION",
}  # fmt: skip
PROPERTIES = {"VTODO": {*EVERY, "DTSTART", "DUE"}, "VEVENT": {*EVERY, "DTSTART", "DTEND", "TRANSP"}}


def components(text: str) -> Iterator[Any]:
    """The components of the one calendar."""
    [calendar] = Calendar.from_ical(text, multiple=True)
    assert {name for name, _ in calendar.property_items(recursive=False)} == {"BEGIN", "VERSION", "PRODID", "END"}
    yield from calendar.subcomponents


@patient
@given(ACTIONS)
@example(an_action(title="a\r\nBEGIN:VALARM\r\nACTION:AUDIO", verdict="due"))
def test_nothing_but_our_properties_is_in_it(action: Any) -> None:
    text = Channel().render(action, a_context()).text

    found = list(components(text))
    assert [part.name for part in found] in ([], ["VTODO"], ["VTODO", "VEVENT"])
    for part in found:
        assert part.keys() <= PROPERTIES[part.name]
        assert [alarm.name for alarm in part.subcomponents] in ([], ["VALARM"])
        assert all(alarm.keys() == {"ACTION", "DESCRIPTION", "TRIGGER"} for alarm in part.subcomponents)
        assert "\n" not in part["SUMMARY"]
        assert part["SUMMARY"].isprintable() or set("\u200c\u200d") & set(part["SUMMARY"])
        lines = [*action.reasons, "through", "rule"]
        assert part["DESCRIPTION"].count("\n") < len(lines)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert not set("\x00\x0b\x0c\x1b\x7f\x85\u2028\u2029\u202e\u2066") & set(text)


@patient
@given(ACTIONS)
def test_what_is_read_back_is_what_was_written(action: Any) -> None:
    text = Channel().render(action, a_context()).text

    for part in components(text):
        title = " ".join("".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in action.title).split())
        assert title.replace("\\N", "\\ N") in part["SUMMARY"]
        for name, instant in (("DUE", action.due_at), ("DTSTART", action.opens_at)):
            if part.name == "VTODO" and name in part:
                assert part[name].dt == instant.replace(microsecond=0)
        if "DUE" in part and "DTSTART" in part:
            assert part["DTSTART"].dt < part["DUE"].dt
        if part.name == "VEVENT":
            assert part["DTSTART"].dt < part["DTEND"].dt


@pytest.mark.parametrize("verdict", ["satisfied", "late", "early"])
def test_what_is_done_is_completed(verdict: str) -> None:
    task, event = components(Channel().render(an_action(verdict=verdict), a_context()).text)

    assert (task["STATUS"], event["STATUS"]) == ("COMPLETED", "CANCELLED")


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_are_shown_as_far_as_they_go(year: int) -> None:
    end = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    text = Channel().render(an_action(verdict="waiting", opens_at=end, due_at=None), a_context()).text

    assert next(part["DTSTART"].dt for part in components(text)) == end
