"""The generated logs are the same bytes each time, and hold what they promise."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from punctilio.logs.read import read_log
from punctilio.rulebook.load import load_rules
from tests.speed.generate import FEWEST, MOST, write_giant, write_log


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("logs") / "log.jsonl"
    write_log(file, 300)
    return file


@pytest.fixture(scope="module")
def events(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_bytes().splitlines()]


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(log: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.jsonl", tmp_path / "other.jsonl"

    write_log(again, 300)
    write_log(other, 300, seed=2)

    assert again.read_bytes() == log.read_bytes()
    assert other.read_bytes() != log.read_bytes()


def test_a_longer_log_begins_with_the_blocks_of_a_shorter_one(log: Path, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.jsonl"

    write_log(shorter, 64)

    assert log.read_bytes().startswith(shorter.read_bytes())


def test_applications_have_five_to_twenty_events(events: list[dict[str, Any]]) -> None:
    counts = Counter(event["case"] for event in events)

    assert len(counts) == 300
    assert (min(counts.values()), max(counts.values())) == (FEWEST, MOST)


def test_the_log_is_right(log: Path) -> None:
    assert read_log([log], vocabulary=load_rules("after-interview").vocabulary).problems == ()


def test_some_events_are_of_one_instant(events: list[dict[str, Any]]) -> None:
    instants = Counter((event["case"], event["at"]) for event in events if event["type"] != "person.noted")

    assert sum(count > 1 for count in instants.values()) > 50


def test_two_zones_change_their_clocks(events: list[dict[str, Any]]) -> None:
    offsets = {datetime.fromisoformat(event["at"]).utcoffset() for event in events}

    assert offsets == {timedelta(hours=hours) for hours in (-5, -4, 1, 2)}
    assert {event["zone"] for event in events if "zone" in event} == {"America/New_York", "Europe/Berlin"}
    assert any("employer_zone" in event for event in events)


def test_messages_bounce_and_time_frames_are_revised(events: list[dict[str, Any]]) -> None:
    sent = {(event["case"], event["message_id"]) for event in events if event["type"] == "message.sent"}
    bounced = [(event["case"], event["message_id"]) for event in events if event["type"] == "message.bounced"]
    frames = Counter(event["case"] for event in events if event["type"] == "timeframe.given")

    assert len(bounced) > 10
    assert set(bounced) <= sent
    assert sum(count > 1 for count in frames.values()) > 50


def test_dates_are_written_as_days_and_as_instants(events: list[dict[str, Any]]) -> None:
    written = [event["decision_by"] for event in events if event["type"] == "timeframe.given"]

    assert {len(date) for date in written} == {len("2026-03-13"), len("2026-03-13T17:00:00-05:00")}


def test_the_giant_is_one_case_with_as_many_events_as_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "giant.jsonl"

    write_giant(file, 2_000)

    assert Counter(json.loads(line)["case"] for line in file.read_bytes().splitlines()) == {"giant": 2_000}
    assert read_log([file], vocabulary=load_rules("after-interview").vocabulary).problems == ()
