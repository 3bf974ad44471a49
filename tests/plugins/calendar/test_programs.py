"""Exported twice, after a date moved, and after it was cancelled: each program shows exactly one right item."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.plugins.calendar.programs import (
    PASSWORD,
    USER,
    Radicale,
    complete,
    events,
    program,
    radicale,
    synchronise,
    tasks,
)
from tests.plugins.calendar.story import CANCELLED, DONE, FIRST, MOVED, Story

WAITING = ("2026-03-21 00:00", "CONFIRMED", "Opens: Ask where they are (acme)")
WAITING_LONGER = ("2026-03-28 00:00", "CONFIRMED", "Opens: Ask where they are (acme)")
OVER = ("2026-03-28 00:00", "CANCELLED", "Opens: Ask where they are (acme)")
ONLY_EVENTS = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
  <C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""
DUE = 1774238400
"""2026-03-23 00:00 in New York."""
DUE_LATER = DUE + 7 * 86400


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


@pytest.fixture
def vdir(tmp_path: Path) -> Path:
    folder = tmp_path / "calendars" / "jobs"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Radicale, None, None]:
    home = tmp_path / "radicale"
    home.mkdir()
    monkeypatch.setenv("RULES_CALDAV_PASSWORD", PASSWORD)
    with radicale(home) as running:
        yield running


def names(vdir: Path) -> list[str]:
    return sorted(file.name for file in vdir.iterdir())


def etags(server: Radicale, vdir: Path) -> dict[str, str]:
    return {name: server.ask("GET", name)[0] for name in names(vdir)}


def on_server(server: Radicale) -> Iterator[Any]:
    """The tasks and events of the whole calendar."""
    for part in Calendar.from_ical(server.ask("GET")[1]).subcomponents:
        if part.name in ("VEVENT", "VTODO"):
            yield part


def shown(server: Radicale) -> list[tuple[str, str, str]]:
    """Sort, begin and status of what is on the server."""
    return sorted((str(i.name), i["DTSTART"].dt.isoformat()[:10], str(i["STATUS"])) for i in on_server(server))


# ── khal and todoman ──


def test_khal_shows_one_right_event(story: Story, vdir: Path, tmp_path: Path) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", vdir)
    assert events(vdir, tmp_path) == [WAITING]
    story.export(FIRST, "2026-03-10T09:00:00Z", vdir)
    assert events(vdir, tmp_path) == [WAITING]
    story.export(MOVED, "2026-03-13T09:00:00Z", vdir)
    assert events(vdir, tmp_path) == [WAITING_LONGER]
    story.export(CANCELLED, "2026-03-31T09:00:00Z", vdir)
    assert events(vdir, tmp_path) == [OVER]


def test_todoman_shows_one_right_task(story: Story, vdir: Path, tmp_path: Path) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", vdir)
    assert [task["due"] for task in tasks(vdir.parent / "*", tmp_path)] == [DUE]
    story.export(FIRST, "2026-03-10T09:00:00Z", vdir)
    assert [task["due"] for task in tasks(vdir.parent / "*", tmp_path)] == [DUE]
    story.export(MOVED, "2026-03-13T09:00:00Z", vdir)
    [task] = tasks(vdir.parent / "*", tmp_path)
    assert (task["due"], task["summary"]) == (DUE_LATER, "Ask where they are (acme)")
    story.export(CANCELLED, "2026-03-31T09:00:00Z", vdir)
    assert tasks(vdir.parent / "*", tmp_path) == []
    assert len(tasks(vdir.parent / "*", tmp_path, "CANCELLED")) == 1


def test_todoman_shows_what_was_done_as_done(story: Story, vdir: Path, tmp_path: Path) -> None:
    story.export(MOVED, "2026-03-13T09:00:00Z", vdir)
    story.export(DONE, "2026-03-29T09:00:00Z", vdir)

    assert tasks(vdir.parent / "*", tmp_path) == []
    assert len(tasks(vdir.parent / "*", tmp_path, "COMPLETED")) == 1


def test_what_was_ticked_off_in_todoman_stays_so(story: Story, vdir: Path, tmp_path: Path) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", vdir)
    [task] = tasks(vdir.parent / "*", tmp_path)
    complete(vdir.parent / "*", tmp_path, task)

    story.export(FIRST, "2026-03-22T09:00:00Z", vdir)

    assert tasks(vdir.parent / "*", tmp_path) == []
    assert len(names(vdir)) == 2


# ── vdirsyncer, between a folder and a server ──


def test_vdirsyncer_brings_one_right_item_to_the_server(
    story: Story, vdir: Path, server: Radicale, tmp_path: Path
) -> None:
    for events_, as_of, begin, status in (
        (FIRST, "2026-03-10T09:00:00Z", "2026-03-21", ("CONFIRMED", "NEEDS-ACTION")),
        (FIRST, "2026-03-10T09:00:00Z", "2026-03-21", ("CONFIRMED", "NEEDS-ACTION")),
        (MOVED, "2026-03-13T09:00:00Z", "2026-03-28", ("CONFIRMED", "NEEDS-ACTION")),
        (CANCELLED, "2026-03-31T09:00:00Z", "2026-03-28", ("CANCELLED", "CANCELLED")),
    ):
        story.export(events_, as_of, vdir)
        synchronise(vdir, server.url, tmp_path)
        assert shown(server) == [("VEVENT", begin, status[0]), ("VTODO", begin, status[1])]


def test_vdirsyncer_brings_what_was_pushed_to_khal(story: Story, vdir: Path, server: Radicale, tmp_path: Path) -> None:
    for events_, as_of, wanted in (
        (FIRST, "2026-03-10T09:00:00Z", WAITING),
        (FIRST, "2026-03-10T09:00:00Z", WAITING),
        (MOVED, "2026-03-13T09:00:00Z", WAITING_LONGER),
        (CANCELLED, "2026-03-31T09:00:00Z", OVER),
    ):
        assert story.export(events_, as_of, server.address) == 0
        synchronise(vdir, server.url, tmp_path)
        assert events(vdir, tmp_path) == [wanted]


# ── the server itself ──


def test_the_server_holds_one_right_item(story: Story, server: Radicale) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", server.address)
    assert shown(server) == [("VEVENT", "2026-03-21", "CONFIRMED"), ("VTODO", "2026-03-21", "NEEDS-ACTION")]
    story.export(MOVED, "2026-03-13T09:00:00Z", server.address)
    assert shown(server) == [("VEVENT", "2026-03-28", "CONFIRMED"), ("VTODO", "2026-03-28", "NEEDS-ACTION")]
    story.export(CANCELLED, "2026-03-31T09:00:00Z", server.address)
    assert shown(server) == [("VEVENT", "2026-03-28", "CANCELLED"), ("VTODO", "2026-03-28", "CANCELLED")]


def test_pushing_the_same_again_changes_nothing(
    story: Story, server: Radicale, vdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", server.address)
    synchronise(vdir, server.url, vdir.parent)
    before = etags(server, vdir)
    capsys.readouterr()

    story.export(FIRST, "2026-03-12T09:00:00Z", server.address)

    assert capsys.readouterr().out.splitlines()[-1] == "1 unchanged."
    assert len(before) == 2
    assert etags(server, vdir) == before


def test_what_was_ticked_off_and_synchronised_is_left_alone(
    story: Story, server: Radicale, vdir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story.export(FIRST, "2026-03-10T09:00:00Z", server.address)
    synchronise(vdir, server.url, tmp_path)
    [task] = tasks(vdir.parent / "*", tmp_path)
    complete(vdir.parent / "*", tmp_path, task)
    synchronise(vdir, server.url, tmp_path)
    capsys.readouterr()

    assert story.export(FIRST, "2026-03-10T09:00:00Z", server.address) == 0

    assert "You changed it there" in capsys.readouterr().out
    assert ("VTODO", "2026-03-21", "COMPLETED") in shown(server)


def test_somebody_who_is_faster_is_not_written_over(
    story: Story, server: Radicale, vdir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program writes between our reading and our writing."""
    from punctilio_calendar.server import Server

    story.export(FIRST, "2026-03-10T09:00:00Z", server.address)
    synchronise(vdir, server.url, tmp_path)
    [name] = [name for name in names(vdir) if "event" in name]
    theirs = server.ask("GET", name)[1].replace("SUMMARY:Opens", "SUMMARY:Phone")
    read = Server.items

    def read_slowly(self: Server) -> object:
        found = read(self)
        server.ask("PUT", name, theirs, **{"Content-Type": "text/calendar"})
        return found

    monkeypatch.setattr(Server, "items", read_slowly)
    story.export(FIRST, "2026-03-21T09:00:00Z", server.address)

    assert "SUMMARY:Phone" in server.ask("GET", name)[1]


def test_a_connection_that_breaks_is_told_and_the_next_export_mends_it(
    story: Story,
    server: Radicale,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The server goes away between our reading and our writing, and comes back."""
    from punctilio_calendar.server import Server

    read = Server.items

    def read_at_last(self: Server) -> object:
        found = read(self)
        server.stop()
        return found

    with monkeypatch.context() as broken:
        broken.setattr(Server, "items", read_at_last)
        assert story.export(FIRST, "2026-03-10T09:00:00Z", server.address) == 3
    told = capsys.readouterr()
    assert told.out.startswith("unknown: Ask where they are (acme)")
    assert "Export again: that does no harm." in told.out
    assert "Traceback" not in told.err

    with radicale(tmp_path / "radicale") as again:
        assert story.export(FIRST, "2026-03-10T09:00:00Z", again.address) == 0
        assert shown(again) == [("VEVENT", "2026-03-21", "CONFIRMED"), ("VTODO", "2026-03-21", "NEEDS-ACTION")]


def test_a_wrong_password_is_told_in_a_sentence(
    story: Story, server: Radicale, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RULES_CALDAV_PASSWORD", "guess")

    assert story.export(FIRST, "2026-03-10T09:00:00Z", server.address) == 2
    said = capsys.readouterr().err
    assert "lets nobody in by this name and password" in said
    assert "guess" not in said


def test_a_password_is_found_in_netrc(
    story: Story, server: Radicale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RULES_CALDAV_PASSWORD")
    monkeypatch.setenv("HOME", str(tmp_path))
    netrc = tmp_path / ".netrc"
    netrc.write_text(f'machine 127.0.0.1 login {USER} password "{PASSWORD}"\n', encoding="utf-8")
    netrc.chmod(0o600)

    assert story.export(FIRST, "2026-03-10T09:00:00Z", server.address) == 0
    assert len(shown(server)) == 2


@pytest.mark.parametrize("path", ["nowhere/", ""])
def test_what_is_no_calendar_gets_nothing(
    path: str, story: Story, server: Radicale, capsys: pytest.CaptureFixture[str]
) -> None:
    address = server.address.replace("jobs/", path)

    assert story.export(FIRST, "2026-03-10T09:00:00Z", address) == 2
    assert "is no calendar. Name one" in capsys.readouterr().err


def test_a_calendar_for_events_alone_gets_events_alone(
    story: Story, server: Radicale, capsys: pytest.CaptureFixture[str]
) -> None:
    server.ask("MKCALENDAR", "../meetings/", ONLY_EVENTS)
    address = server.address.replace("jobs", "meetings")

    assert story.export(FIRST, "2026-03-10T09:00:00Z", address) == 2
    assert "takes no tasks. Set --option entries=events" in capsys.readouterr().err
    assert story.export(FIRST, "2026-03-10T09:00:00Z", address, "--option entries=events") == 0
    assert "BEGIN:VEVENT" in server.ask("GET", "../meetings/")[1]


def test_a_server_that_does_not_answer_is_told(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert story.export(FIRST, "2026-03-10T09:00:00Z", "http://127.0.0.1:9/jobs/") == 2
    assert "does not answer" in capsys.readouterr().err


def test_what_is_not_installed_is_skipped_by_its_name() -> None:
    with pytest.raises(pytest.skip.Exception, match="an-unknown-program is not installed"):
        program("an-unknown-program")
