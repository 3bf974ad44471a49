"""What holds for every log."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry

from punctilio.logs.event_schema import event_schema
from punctilio.logs.events import event_readers, read_event
from punctilio.logs.formats import is_log
from tests.unit.log_world import AT, VOCABULARY, event, log_of, log_of_bytes

GOOD = json.dumps(event(id="m1", message_id="<1>", people=["sam"], text="né 😀"), ensure_ascii=False).encode()
FRAGMENTS = [
    *(b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\n", b"\r", b"-", b" ", b"\xff", b"\xef\xbb\xbf", b"null"),
    *(
        b"case",
        b'"case":"a"',
        b'"type":"message.sent"',
        b'"at":"2026-03-03T21:00:00Z"',
        b'"\\ud800"',
        b"1e999",
        b"&a",
        b"*a",
    ),
    *(b"NaN", b"- ", b"? ", b"!!x ", b"|", b"\t", b"\0", "\u2028".encode(), b"9" * 30, b"'", GOOD, GOOD + b"\n"),
]
LOGS = st.binary(max_size=200) | st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(b"".join)
START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@given(LOGS, st.sampled_from(["log.jsonl", "log.yaml", "log"]))
@settings(max_examples=300, derandomize=True)
def test_no_bytes_end_in_a_traceback(folder: Path, content: bytes, name: str) -> None:
    log = log_of_bytes(folder, content, name)
    assert is_log(folder / name) or name != "log.jsonl"
    for problem in log.problems:
        assert problem.sentence.encode()
        assert problem.location.line <= content.count(b"\n") + 1
    if name == "log.jsonl":  # nothing is dropped in silence
        written = {
            number for number, line in enumerate(content.split(b"\n"), 1) if line.removeprefix(b"\xef\xbb\xbf").strip()
        }
        blamed = {problem.location.line for problem in log.problems}
        folded = len(log.events) and GOOD in content
        assert written <= blamed | set(log.events["line"].to_list()) or folded


@given(st.data())
@settings(max_examples=200, derandomize=True)
def test_a_good_line_with_any_byte_changed_is_read_or_refused_at_its_place(folder: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    changed = GOOD[:at] + bytes([data.draw(st.integers(0, 255))]) + GOOD[at + 1 :]
    log = log_of_bytes(folder, changed + b"\n" + GOOD.replace(b"m1", b"m2").replace(b"<1>", b"<2>"))
    assert changed.count(b"\n") + 2 in log.events["line"]  # the changed one may have happened later
    assert log.problems or len(log.events) == 2


@given(st.permutations(range(12)), st.lists(st.integers(-14 * 60, 14 * 60), min_size=12, max_size=12))
@settings(max_examples=50, derandomize=True)
def test_neither_the_order_of_lines_nor_offsets_matter(folder: Path, order: list[int], offsets: list[int]) -> None:
    plain = [_message(number, 0) for number in range(12)]
    shuffled = [_message(number, offsets[number]) for number in order]
    one, other = log_of(folder, *plain), log_of(folder, *shuffled)
    assert not one.problems
    assert one.events.drop("line").equals(other.events.drop("line"))


def _message(number: int, offset: int) -> dict[str, object]:
    """Every third has no id, and each has a double a second later."""
    at = START + timedelta(seconds=number // 2 * 3 + number % 2)
    identified = {} if number % 3 == 0 else {"id": f"m{number}"}
    return event(
        at=at.astimezone(timezone(timedelta(minutes=offset))).isoformat(), text=f"t{number // 2}", **identified
    )


def test_a_log_read_twice_is_read_once(folder: Path) -> None:
    lines = [_message(number, 0) for number in range(12) if number % 3]
    shuffled = random.Random(3).sample(lines * 2, len(lines) * 2)
    columns = pl.all().exclude("line")
    assert log_of(folder, *shuffled).events.select(columns).equals(log_of(folder, *lines).events.select(columns))


VALUES: list[Any] = [
    *(
        "",
        "sam",
        "process",
        "thank-you",
        "2026-03-06",
        AT,
        "2026-03-03T16:00:00-05:00",
        "2026-03-03T21:00:00",
        "America/New_York",
    ),
    *(0, 1, -3, 1.5, True, False, [], ["sam"], [1], {}),
]
NAMES = sorted({*VOCABULARY.fields(), "case", "type", "at", "id", "recorded_at", "peron"})
NOT_OF_THE_SCHEMA = {"LOG-BAD-ZONE", "LOG-BAD-ORDER", "LOG-NAMES-NOTHING"}
"""What a schema cannot say."""


@given(
    st.sampled_from(sorted(VOCABULARY.types)),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=5),
)
@settings(max_examples=500, derandomize=True)
def test_the_schema_and_the_reader_agree(kind: str, fields: dict[str, Any]) -> None:
    written = {"case": "a", "at": AT, "starts_at": AT, **fields, "type": kind}
    if kind != "interview.held" and "starts_at" not in fields:
        del written["starts_at"]
    validator = jsonschema.Draft202012Validator(event_schema(VOCABULARY), registry=Registry())
    _, mistakes = read_event(written, event_readers(VOCABULARY))
    refused = [mistake for mistake in mistakes if mistake.code not in NOT_OF_THE_SCHEMA]
    assert validator.is_valid(written) is (not refused)
