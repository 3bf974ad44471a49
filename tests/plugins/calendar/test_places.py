"""A file and a folder: one right item for each entry, whatever is exported how often."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from punctilio.errors import UsageError
from punctilio_calendar.channel import Calendar as Calendars
from tests.plugins.calendar.story import CANCELLED, DONE, FIRST, GIVEN, MOVED, OPENED, OPENS, OPENS_LATER, Story

SORTS = ("VEVENT", "VTODO")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


@pytest.fixture(params=["file", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A calendar as one file, and one as a folder of files."""
    if request.param == "file":
        return tmp_path / "plan.ics"
    (tmp_path / "vdir").mkdir()
    return tmp_path / "vdir"


def contents(place: Path) -> dict[str, bytes]:
    files = [place] if place.is_file() else sorted(place.iterdir())
    return {file.name: file.read_bytes() for file in files}


def items(place: Path) -> Iterator[Any]:
    """The tasks and events. Each value of one has some thirty possible types, of which a test knows the one."""
    for data in contents(place).values():
        for part in Calendar.from_ical(data).subcomponents:
            if part.name in SORTS:
                yield part


def right(place: Path) -> dict[str, Any]:
    """The items that are neither cancelled nor done, by their sort: there is one at most."""
    found = [item for item in items(place) if item["STATUS"] in ("NEEDS-ACTION", "CONFIRMED")]
    by_sort = {str(item.name): item for item in found}
    assert len(by_sort) == len(found)
    return by_sort


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_what_waits_is_a_task_and_an_event_where_it_opens(story: Story, place: Path) -> None:
    assert story.export(FIRST, "2026-03-10T09:00:00Z", place) == 0

    there = right(place)
    assert there["VTODO"]["DTSTART"].dt == instant(OPENS)
    assert there["VTODO"]["DUE"].dt == instant("2026-03-23T04:00:00Z")
    assert there["VEVENT"]["DTSTART"].dt == instant(OPENS)
    assert str(there["VEVENT"]["SUMMARY"]) == "Opens: Ask where they are (acme)"
    assert [alarm["TRIGGER"].dt.total_seconds() for alarm in there["VEVENT"].subcomponents] == [0]


def test_what_is_due_is_an_event_that_ends_when_it_is(story: Story, place: Path) -> None:
    story.export(FIRST, "2026-03-21T09:00:00Z", place)

    event = right(place)["VEVENT"]
    assert event["DTEND"].dt == instant("2026-03-23T04:00:00Z")
    assert str(event["SUMMARY"]).startswith("Due: ")
    assert [alarm["TRIGGER"].dt.total_seconds() for alarm in event.subcomponents] == [-7200]


def test_a_second_export_changes_no_byte_however_late(story: Story, place: Path) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", place)
    before = contents(place)

    story.export(FIRST, "2026-03-10T09:00:00Z", place)
    assert contents(place) == before
    story.export(FIRST, "2026-03-19T09:00:00Z", place)
    assert contents(place) == before


def test_nothing_in_it_is_random(story: Story, tmp_path: Path) -> None:
    one, other = tmp_path / "one.ics", tmp_path / "other.ics"
    for place in (one, other):
        story.export(FIRST, "2026-03-10T09:00:00Z", place)

    assert one.read_bytes() == other.read_bytes()
    assert b"DTSTAMP:20260310T090000Z" in one.read_bytes()
    assert b"SEQUENCE:0" in one.read_bytes()


def test_a_date_that_moves_leaves_one_right_item(story: Story, place: Path) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", place)
    story.export(MOVED, "2026-03-13T09:00:00Z", place)

    there = right(place)
    assert there["VTODO"]["DTSTART"].dt == there["VEVENT"]["DTSTART"].dt == instant(OPENS_LATER)
    others = [item for item in items(place) if item["STATUS"] == "CANCELLED"]
    assert len(others) == (2 if place.is_file() else 0)


def test_the_number_is_raised_only_where_something_changed(story: Story, place: Path) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", place)
    story.export(FIRST, "2026-03-21T09:00:00Z", place)

    assert {name: item["SEQUENCE"] for name, item in right(place).items()} == {"VTODO": 0, "VEVENT": 1}


def test_what_is_cancelled_says_so_and_rings_no_more(story: Story, place: Path) -> None:
    story.export(MOVED, "2026-03-13T09:00:00Z", place)
    story.export(CANCELLED, "2026-03-31T09:00:00Z", place)

    assert right(place) == {}
    assert [str(item["STATUS"]) for item in items(place)] == ["CANCELLED", "CANCELLED"]
    assert [item["SEQUENCE"] for item in items(place)] == [1, 1]
    assert not any(item.subcomponents for item in items(place))
    before = contents(place)
    story.export(CANCELLED, "2026-04-01T09:00:00Z", place)
    assert contents(place) == before


def test_what_is_done_is_completed(story: Story, place: Path) -> None:
    story.export(MOVED, "2026-03-13T09:00:00Z", place)
    story.export(DONE, "2026-03-29T09:00:00Z", place)

    assert {str(item.name): str(item["STATUS"]) for item in items(place)} == {
        "VTODO": "COMPLETED",
        "VEVENT": "CANCELLED",
    }


def test_what_was_settled_before_it_was_shown_is_not_shown(story: Story, place: Path, tmp_path: Path) -> None:
    assert story.export(CANCELLED, "2026-03-31T09:00:00Z", place) == 0

    assert not place.is_file()
    assert not place.is_dir() or not list(place.iterdir())


def test_what_a_retraction_takes_back_is_cancelled(story: Story, place: Path) -> None:
    later = {**GIVEN, "id": "slip", "person": "ann", "at": "2026-03-04T16:00:00Z", "decision_by": "2026-04-02"}
    retraction = {"case": "acme", "type": "event.retracted", "at": "2026-03-06T16:00:00Z", "event": "slip"}
    story.export((OPENED, later), "2026-03-05T09:00:00Z", place)
    other = {**GIVEN, "at": "2026-03-07T16:00:00Z"}
    story.export((OPENED, later, retraction, other), "2026-03-10T09:00:00Z", place)

    assert right(place)["VTODO"]["DTSTART"].dt == instant(OPENS)
    assert len([item for item in items(place) if item["STATUS"] == "CANCELLED"]) == 2


RETRACTED = {"case": "acme", "type": "event.retracted", "at": "2026-03-06T16:00:00Z", "event": "given"}
GIVEN_AGAIN = {**GIVEN, "id": "given"}


def test_what_nothing_asks_for_any_more_is_cancelled_and_nothing_else(
    story: Story, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    best = ({**OPENED, "case": "best"}, {**GIVEN, "case": "best"})
    story.export((OPENED, GIVEN_AGAIN, *best), "2026-03-05T09:00:00Z", place)
    capsys.readouterr()

    assert story.export((OPENED, GIVEN_AGAIN, RETRACTED), "2026-03-10T09:00:00Z", place) == 0

    said = capsys.readouterr().out
    assert "Nothing in the log asks for it any more, so it was cancelled." in said
    assert said.endswith("1 cancelled.\n")
    ours = [item for item in items(place) if "(acme)" in item["SUMMARY"]]
    assert [str(item["STATUS"]) for item in ours] == ["CANCELLED", "CANCELLED"]
    assert {item["DTSTAMP"].dt for item in ours} == {instant("2026-03-10T09:00:00Z")}
    assert right(place).keys() == {"VEVENT", "VTODO"}  # of the case that was not exported
    before = contents(place)
    story.export((OPENED, GIVEN_AGAIN, RETRACTED), "2026-03-11T09:00:00Z", place)
    assert contents(place) == before


def test_what_nothing_asks_for_comes_back_as_it_is_asked_for_again(story: Story, place: Path) -> None:
    for events in ((OPENED, GIVEN_AGAIN), (OPENED, GIVEN_AGAIN, RETRACTED), (OPENED, GIVEN_AGAIN)):
        assert story.export(events, "2026-03-10T09:00:00Z", place) == 0

    assert {item["SEQUENCE"] for item in right(place).values()} == {2}
    assert len(list(items(place))) == 2


def test_what_a_person_changed_stays_though_nothing_asks_for_it(
    story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "plan.ics"
    story.export((OPENED, GIVEN_AGAIN), "2026-03-05T09:00:00Z", place)
    done = place.read_bytes().replace(b"NEEDS-ACTION", b"COMPLETED").replace(b"SUMMARY:Opens", b"SUMMARY:Begins")
    place.write_bytes(done)
    capsys.readouterr()

    assert story.export((OPENED, GIVEN_AGAIN, RETRACTED), "2026-03-10T09:00:00Z", place) == 0

    assert (
        "Nothing in the log asks for it any more. You changed it there, so it was left alone."
        in capsys.readouterr().out
    )
    assert place.read_bytes() == done


def test_what_a_person_completed_is_left_alone(story: Story, tmp_path: Path) -> None:
    (tmp_path / "vdir").mkdir()
    story.export(FIRST, "2026-03-10T09:00:00Z", tmp_path / "vdir")
    [task] = (tmp_path / "vdir").glob("*-task.ics")
    done = task.read_bytes().replace(b"NEEDS-ACTION", b"COMPLETED")
    task.write_bytes(done)

    story.export(FIRST, "2026-03-22T09:00:00Z", tmp_path / "vdir")

    assert task.read_bytes() == done


def test_what_a_person_edited_is_left_alone_and_named(
    story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "plan.ics"
    story.export(FIRST, "2026-03-10T09:00:00Z", place)
    place.write_bytes(place.read_bytes().replace(b"SUMMARY:Ask where", b"SUMMARY:Phone and ask where"))
    before = place.read_bytes()
    capsys.readouterr()

    story.export(FIRST, "2026-03-11T09:00:00Z", place, "--format json")

    [receipt] = json.loads(capsys.readouterr().out)["receipts"]
    assert (receipt["outcome"], receipt["case"], receipt["rule"]) == ("kept", "acme", "inquire")
    assert "You changed it there" in receipt["message"]
    assert place.read_bytes() == before


def test_what_programs_add_by_themselves_is_no_change_of_a_person(story: Story, tmp_path: Path) -> None:
    (tmp_path / "vdir").mkdir()
    story.export(FIRST, "2026-03-10T09:00:00Z", tmp_path / "vdir")
    [event] = (tmp_path / "vdir").glob("*-event.ics")
    added = b"SEQUENCE:4\r\nCREATED:20260310T100000Z\r\nLAST-MODIFIED:20260310T100000Z\r\nX-MOZ-GENERATION:2"
    event.write_bytes(event.read_bytes().replace(b"SEQUENCE:0", added))

    story.export(FIRST, "2026-03-22T09:00:00Z", tmp_path / "vdir")

    assert right(tmp_path / "vdir")["VEVENT"]["SEQUENCE"] == 5


def test_items_of_others_are_left_alone(story: Story, tmp_path: Path) -> None:
    folder = tmp_path / "vdir"
    folder.mkdir()
    (folder / "birthday.ics").write_bytes(b"BEGIN:VCALENDAR\r\nbroken")
    (folder / "punctilio-not.ics").write_bytes(b"punctilio- is not a calendar")

    story.export(FIRST, "2026-03-10T09:00:00Z", folder)

    assert len(list(folder.iterdir())) == 4
    assert (folder / "birthday.ics").read_bytes() == b"BEGIN:VCALENDAR\r\nbroken"


def test_an_item_under_another_name_is_found(story: Story, tmp_path: Path) -> None:
    folder = tmp_path / "vdir"
    folder.mkdir()
    story.export(FIRST, "2026-03-10T09:00:00Z", folder)
    for file in list(folder.iterdir()):
        file.rename(folder / f"other-{file.name}")

    story.export(MOVED, "2026-03-13T09:00:00Z", folder)

    assert len(list(folder.iterdir())) == 2
    assert right(folder)["VEVENT"]["DTSTART"].dt == instant(OPENS_LATER)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"notes of mine", "is not one calendar"),
        (b"\xff\xfe", "is not one calendar"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:other\r\nEND:VCALENDAR\r\n", "is a calendar of another program"),
    ],
)
def test_a_file_of_others_is_not_written_over(
    content: bytes, words: str, story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "plan.ics"
    place.write_bytes(content)

    assert story.export(FIRST, "2026-03-10T09:00:00Z", place) == 2

    assert words in capsys.readouterr().err
    assert place.read_bytes() == content


def test_a_pipe_or_a_folder_is_no_file_to_be_brought_up_to_date(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ics")
    (tmp_path / "folder.ics").mkdir()

    for name in ("pipe.ics", "folder.ics"):
        with pytest.raises(UsageError, match="only a file can be brought up to date"):
            Calendars().export([], str(tmp_path / name))

    assert (tmp_path / "pipe.ics").is_fifo()


def test_a_pipe_in_a_folder_stays_one(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "vdir"
    folder.mkdir()
    story.export(FIRST, "2026-03-10T09:00:00Z", folder)
    names = sorted(contents(folder))
    (folder / names[0]).unlink()
    os.mkfifo(folder / names[0])
    capsys.readouterr()

    story.export(FIRST, "2026-03-10T09:00:00Z", folder)

    assert "Something else stands there." in capsys.readouterr().out
    assert (folder / names[0]).is_fifo()


@pytest.mark.parametrize(
    ("place", "more", "words"),
    [
        ("nowhere", "", "There is no folder nowhere. Make it"),
        ("nowhere/plan.ics", "", "There is no folder nowhere. Make it"),
        ("plan.ics", "--option colour=red", "The calendar has no option `colour`."),
        ("plan.ics", "--option entries=none", "`entries=none` says nothing."),
        ("plan.ics", "--option alarm=soon", "`alarm=soon` says nothing."),
        ("plan.ics", "--option alarm", "Write --option NAME=VALUE."),
        ("http://mara@example.com/jobs/", "", "would send your password unprotected"),
        ("https://mara:secret@example.com/jobs/", "", "Others can see a password"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(
    place: str,
    more: str,
    words: str,
    story: Story,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert story.export(FIRST, "2026-03-10T09:00:00Z", place, more) == 2

    said = capsys.readouterr()
    assert words in said.err
    assert "secret" not in said.err
    assert not (tmp_path / "plan.ics").exists()


def test_options_choose_what_is_shown(story: Story, place: Path) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", place, "--option 'alarm=1 day'")
    [alarm] = right(place)["VTODO"].subcomponents
    assert alarm["TRIGGER"].dt.total_seconds() == -86400

    story.export(FIRST, "2026-03-10T09:00:00Z", place, "--option alarm=none --option entries=tasks")
    assert right(place).keys() == {"VTODO"}
    assert right(place)["VTODO"].subcomponents == []
