"""Logs written by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from punctilio.logs.read import read_log
from punctilio.tables.identities import identities
from tests.unit.log_world import AT, VOCABULARY, log_of_bytes, places

GOOD = """\
- case: a
  type: message.sent
  at: 2026-03-03T16:00:00-05:00
  people: [sam, kim]
  text: |
    Dear Sam,
    thank you.

- {case: a, type: Send Fine, at: "2026-03-03T21:00:01Z", points: 3, paid: no}
"""


def test_a_list_of_events_is_read_and_no_is_a_text(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, GOOD.encode(), "log.yaml")
    assert places(log) == [(9, 75, "LOG-WRONG-TYPE")]
    assert log.problems[0].suggestion == "false"
    mended = log_of_bytes(tmp_path, GOOD.replace("paid: no", "paid: false").encode(), "log.yaml")
    assert mended.events["line"].to_list() == [1, 9]
    assert mended.events["fields.text"].to_list() == ["Dear Sam,\nthank you.\n", None]


def test_it_says_the_same_as_json_lines(tmp_path: Path) -> None:
    said = b'"at": "2026-03-03T21:00:01Z", "points": 3, "amount": 1.5, "articles": ["1"]'
    line = b'{"case": "a", "type": "Send Fine", ' + said + b"}"
    columns = ["case", "at", "fields.points", "fields.amount", "fields.articles"]
    by_line = log_of_bytes(tmp_path, line, "log.jsonl").events
    by_hand = log_of_bytes(tmp_path, b"- " + line, "log.yaml").events
    assert by_line.select(columns).equals(by_hand.select(columns))
    assert identities(by_line).equals(identities(by_hand))


@pytest.mark.parametrize("text", ["done \U0001f600", "\\ud83d\\ude00", "\\\U0001f600", "\\\\", "é"])
def test_an_array_has_its_characters_as_programs_write_them(text: str, tmp_path: Path) -> None:
    event = {"case": "a", "type": "message.sent", "at": AT, "text": text}
    log = log_of_bytes(tmp_path, json.dumps([event]).encode(), "log.json")
    assert log.problems == ()
    assert log.events["fields.text"].to_list() == [text]


def test_half_of_a_character_in_an_array_is_still_none(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, json.dumps([{"case": "a", "text": "\ud83d"}]).encode(), "log.json")
    assert [code for _, _, code in places(log)] == ["BAD-YAML"]


def test_mistakes_stand_at_their_key_or_value(tmp_path: Path) -> None:
    content = b"- case: a\n  type: message.sent\n  at: 2026-03-03\n  peron: sam\n- just a text\n- case: b\n"
    assert places(log_of_bytes(tmp_path, content, "log.yaml")) == [
        (3, 7, "LOG-BAD-INSTANT"),
        (4, 3, "LOG-UNKNOWN-FIELD"),
        (5, 3, "LOG-NOT-AN-EVENT"),
        (6, 3, "LOG-MISSING-FIELD"),
        (6, 3, "LOG-MISSING-FIELD"),
    ]


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "[]"])
def test_a_file_without_events_is_an_empty_log(tmp_path: Path, content: str) -> None:
    log = log_of_bytes(tmp_path, content.encode(), "log.yaml")
    assert not log.problems
    assert log.events.is_empty()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("language: 1\nrules: []\n", "LOG-UNKNOWN-FORMAT"),
        ("case: a\ntype: message.sent\n", "LOG-UNKNOWN-FORMAT"),
        ("case,type,at\na,b,c\n", "LOG-UNKNOWN-FORMAT"),
        ("- case: a\n  case: b\n", "DUPLICATE-KEY"),
        ("- case: [a\n", "BAD-YAML"),
    ],
)
def test_what_is_no_list_of_events_is_refused(tmp_path: Path, content: str, code: str) -> None:
    log = log_of_bytes(tmp_path, content.encode(), "log.yaml")
    assert code in {p.code for p in log.problems}


def test_half_of_a_character_is_refused(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, b'- {case: a, type: message.sent, at: x, text: "\\ud800"}', "log.yaml")
    assert log.problems
    assert all("\ud800" not in p.sentence for p in log.problems)


def test_an_event_of_several_lines_is_set_aside_whole(tmp_path: Path) -> None:
    bad = "- case: b\n  type: message.sent\n  at: never\n  text: |\n    Dear Sam,\n\n    # thanks\n"
    alone = "-\n  # on a line of its own\n  case: c\n  type: message.sent\n"
    flow = "- {case: d,\n  type: message.sent}\n"
    good = f"- case: a\n  type: message.sent\n  at: {AT}\n\n"
    (tmp_path / "log.yaml").write_text(good + bad + "\n" + alone + good + flow)

    log = read_log([tmp_path / "log.yaml"], vocabulary=VOCABULARY, quarantine=True)

    assert [line.text.decode() + "\n" for line in log.quarantine] == [bad, alone, flow]
    assert log.left_out == ("b", "c", "d")
