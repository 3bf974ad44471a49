"""JSON Lines as they occur in the wild."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from punctilio.logs import jsonl
from punctilio.logs.read import read_parts
from punctilio.logs.sources import find_sources
from tests.unit.log_world import AT, VOCABULARY, event, log_of, log_of_bytes, places

pytestmark = pytest.mark.usefixtures("either_way")

LINE = json.dumps(event(person="sam", text="né"), ensure_ascii=False).encode()


def test_lines_keep_their_numbers_past_a_mark_blank_lines_and_crlf(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, b"\xef\xbb\xbf" + LINE + b"\r\n\r\n \t\n" + LINE)
    assert not log.problems
    assert log.events["line"].to_list() == [1, 4]


def test_a_line_ends_at_a_line_feed_and_nowhere_else(tmp_path: Path) -> None:
    text = "one\u2028two\u0085three\x0bfour"
    log = log_of_bytes(
        tmp_path, json.dumps(event(text=text), ensure_ascii=False).replace("\\u000b", "\\u000b").encode()
    )
    assert log.events["fields.text"].to_list() == [text]


def test_of_lines_that_are_all_wrong_some_are_held_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("{\n" * 12_000)
    sources, _ = find_sources([tmp_path / "log.jsonl"])
    parts = read_parts(sources, VOCABULARY)
    assert [len(part.bad) for part in parts] == [10_000, 2_000]


def test_an_empty_file_is_an_empty_log(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, b"")
    assert not log.problems
    assert log.events.is_empty()


@pytest.mark.parametrize("content", [b"\n", b"\r\n \n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\n", b"\x0b\n\x0c"])
def test_blank_lines_say_nothing(tmp_path: Path, content: bytes) -> None:
    log = log_of_bytes(tmp_path, content)
    assert not log.problems
    assert log.events.is_empty()


@pytest.mark.parametrize(
    "size",
    [1, 1000, 10_000_000],
)
def test_a_line_may_be_longer_than_what_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(jsonl, "BLOCK", 1 << 18 if size > 1000 else 64)
    texts = ["x" * size, "y", "z" * size]
    log = log_of(tmp_path, *(event(text=text) for text in texts), '{"case": 1}')
    assert log.events["fields.text"].to_list() == texts
    assert {place[0] for place in places(log)} == {4}


@pytest.mark.parametrize(
    "written", ['"a\\u0000b"', '"\\ud83d\\ude00"', '"\\\\ud800"', '"\u007f\ufeff\u2028"', '":\\":"']
)
def test_a_text_is_what_json_says_it_is(tmp_path: Path, written: str) -> None:
    line = f'{{"case": "a", "type": "message.sent", "at": "{AT}", "text": {written}}}'
    assert log_of(tmp_path, line).events["fields.text"].to_list() == [json.loads(written)]


@pytest.mark.parametrize(
    "line",
    [
        '{"a": 1, @"a": 2, "b": 3, "b": 4, "a": 5}',
        '{"a": 1, "x": {"a": 1, "b": 2, @"a": 2}}',
        '{"a": 1, "x": [{"a": {"a": "}"}}, {"a": "\\":", @"\\u0061" : 2}], "a": 3}',
        '{"x": {"a": 1}, "y": {"a": "x", "b": ["a", "a"], @"a": 2}, "x": 1}',
        ' {"é": {"x": {"": 1,@"": 2}, "x": 3}, "é": 4}',
    ],
)
def test_a_key_that_stands_again_has_its_place(line: str, tmp_path: Path) -> None:
    assert places(log_of(tmp_path, line.replace("@", ""))) == [(1, line.index("@") + 1, "LOG-DUPLICATE-KEY")]


def test_blanks_around_an_event_and_escapes_in_it_are_fine(tmp_path: Path) -> None:
    log = log_of(
        tmp_path, '  {"case" : "a", "type":"message.sent", "\\u0061t":"' + AT + '", "text": "\\ud83d\\ude00"}  '
    )
    assert not log.problems
    assert log.events["fields.text"].to_list() == ["😀"]


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (b'{"case": "a" "type"}', 14, "LOG-BAD-JSON"),
        (b"{'case': 'a'}", 2, "LOG-BAD-JSON"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", 1, "LOG-BAD-JSON"),
        (b'{"case": "a"} {"case": "b"}', 15, "LOG-BAD-JSON"),
        (b'{"case": "a\tb"}', 12, "LOG-BAD-JSON"),
        (b'{"case": "a", "n": NaN}', 20, "LOG-BAD-JSON"),
        (b'{"case": "a", "n": -Infinity}', 20, "LOG-BAD-JSON"),
        (b'{"case": "a", "n": 1e999}', 20, "LOG-BAD-JSON"),
        (b'{"case": "a", "n": ' + b"9" * 5000 + b"}", 20, "LOG-BAD-JSON"),
        (b'{"case": "a", "n": ' + b"[" * 100_000 + b"}", 20, "LOG-BAD-JSON"),
        (b'{"case": "a", "type": "x", "case": "b"}', 28, "LOG-DUPLICATE-KEY"),
        ('{"case": "né", "type": "'.encode() + b'\xff"}', 25, "LOG-BAD-UTF8"),
        ('{"case": "né'.encode() + b'\xed\xa0\x80"}', 13, "LOG-BAD-UTF8"),
        (b'{"case": "a", "type": "\\ud800"}', 23, "LOG-BAD-TEXT"),
        (b'{"case": "a", "\\udc00": 1}', 15, "LOG-BAD-TEXT"),
        (b"[1, 2]", 1, "LOG-NOT-AN-EVENT"),
        (b'  "a"', 3, "LOG-NOT-AN-EVENT"),
        (b"null", 1, "LOG-NOT-AN-EVENT"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(tmp_path: Path, line: bytes, column: int, code: str) -> None:
    log = log_of_bytes(tmp_path, LINE + b"\n" + line + b"\n" + LINE + b"\n")
    assert places(log) == [(2, column, code)]
    assert log.events["line"].to_list() == [1, 3]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"[" + LINE + b",\n" + LINE + b"]", "JSON list"),
        (LINE.decode().encode("utf-16"), "UTF-16"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(tmp_path: Path, content: bytes, word: str) -> None:
    log = log_of_bytes(tmp_path, content, "log.jsonl")
    assert (log.problems[0].location.line, word in log.problems[0].message) == (1, True)


@pytest.mark.parametrize("small", [0, 1 << 30])
def test_null_is_said_of_fields_that_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    monkeypatch.setattr(jsonl, "SMALL", small)
    of_another_type = event("case.opened", text=None)
    assert not log_of(tmp_path, of_another_type).problems
    log = log_of(tmp_path, event(persn=None))
    assert [(problem.code, problem.suggestion) for problem in log.problems] == [("LOG-UNKNOWN-FIELD", "person")]


def test_a_comma_too_many_is_called_that(tmp_path: Path) -> None:
    log = log_of(tmp_path, '{"case": "a",}')
    assert "comma" in log.problems[0].message


@pytest.mark.parametrize("length", range(1, len(LINE)))
def test_a_torn_last_line_is_called_torn_wherever_it_was_torn(tmp_path: Path, length: int) -> None:
    log = log_of_bytes(tmp_path, LINE + b"\n" + LINE[:length])
    assert [(p.location.line, p.code) for p in log.problems] == [(2, "LOG-TORN-LINE")]
    assert log.events["line"].to_list() == [1]


def test_a_last_line_without_its_line_feed_is_whole(tmp_path: Path) -> None:
    assert len(log_of_bytes(tmp_path, LINE).events) == 1


def test_a_broken_line_within_a_file_is_not_called_torn(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, LINE[:20] + b"\n" + LINE)
    assert places(log)[0][2] == "LOG-BAD-JSON"


def test_a_problem_shows_its_line(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, b'{"case": "a"}\r\n')
    assert {p.source for p in log.problems} == {'{"case": "a"}'}


def test_a_byte_order_mark_in_the_middle_is_called_by_its_name(tmp_path: Path) -> None:
    [problem] = log_of_bytes(tmp_path, LINE + b"\n\xef\xbb\xbf" + LINE).problems
    assert (problem.location.line, problem.location.column) == (2, 1)
    assert problem.message.startswith("A byte order mark stands here")
