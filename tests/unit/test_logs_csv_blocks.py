"""No line of a CSV file is lost, wherever the file ends and however it is cut into blocks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.logs import csv_blocks
from punctilio.logs.csv import table
from punctilio.logs.read import read_log
from punctilio.logs.sources import Source
from punctilio.problems import Problem
from punctilio.tables.tables import Log
from tests.unit.log_world import AT, VOCABULARY, event, log_of, places
from tests.unit.table_world import quickly

HEADER = "case,type,at,text"
ROWS = [
    f"a,message.sent,{AT},x",
    f'b,message.sent,{AT},"one, ""two"""',
    f'c,message.sent,{AT},"one\n\ntwo"',
    f"d,message.sent,{AT},",
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def set_aside(path: Path, content: bytes) -> Log:
    path.write_bytes(content)
    return read_log([path], vocabulary=VOCABULARY, quarantine=True)


@pytest.mark.parametrize(
    ("end", "place"),
    [
        (f'b,message.sent,{AT},"half a sen', (3, 48, "LOG-TORN-LINE")),
        (f'b,message.sent,{AT},"', (3, 38, "LOG-TORN-LINE")),
        ('"b', (3, 3, "LOG-TORN-LINE")),
        (f'b,message.sent,{AT},"half a \udce2\udc80', (3, 47, "LOG-TORN-LINE")),
        ("b,message\udcc3", (3, 11, "LOG-TORN-LINE")),
        (f'b,message.sent,{AT},"half a \udcff\udcc3', (3, 45, "LOG-BAD-UTF8")),
        (f"b,message.sent,{AT},caf\udce9", (3, 40, "LOG-BAD-UTF8")),
        (f'b,message.sent,{AT},"half\nof a sen', (3, 37, "LOG-BAD-QUOTE")),
        (f'b,message.sent,{AT},"half\n\nof\n a sen', (3, 37, "LOG-BAD-QUOTE")),
        (f'b,message.sent,{AT},"half\n', (3, 37, "LOG-BAD-QUOTE")),
        (f'b,message.sent,{AT},"half\nc,message.sent,{AT},y', (3, 37, "LOG-BAD-QUOTE")),
        (f'b,message.sent,{AT},"half\nc,message.sent,{AT},y\n', (3, 37, "LOG-BAD-QUOTE")),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("block", [10, 40, 77, 1000])
def test_a_row_that_is_torn_within_quotation_marks_is_a_mistake_at_its_place(
    end: str, place: tuple[int, int, str], line_end: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", block)
    last = end.replace("\n", line_end).encode("utf-8", "surrogateescape")
    good = f"{HEADER}\na,message.sent,{AT},x\n".replace("\n", line_end).encode()

    log = set_aside(tmp_path / "log.csv", good + last)

    assert [problem for line in log.quarantine for problem in line.problems] == list(quickly(tmp_path / "log.csv")[1])
    assert places(read_log([tmp_path / "log.csv"], vocabulary=VOCABULARY)) == [place]
    [line] = log.quarantine
    assert line.text + line_end.encode() * end.endswith("\n") == last
    assert log.files_in_doubt == (0,) or log.left_out == ("b",)
    assert log.events["case"].to_list() == ["a"]


@pytest.mark.parametrize(("line_end", "last"), [("\n", ""), ("\r\n", "\n")])
def test_a_file_that_ends_anywhere_has_all_rows_that_were_begun_as_one_of_json_lines_has(
    line_end: str, last: str, tmp_path: Path
) -> None:
    content = "\n".join([HEADER, *ROWS]).replace("\n", line_end).encode()
    begin, begins = len(HEADER + line_end), list[int]()
    for row in ROWS:
        begins.append(begin)
        begin += len((row + "\n").replace("\n", line_end))

    for end in range(len(HEADER + line_end), len(content)):
        log = set_aside(tmp_path / "log.csv", content[:end] + last.encode())
        begun = sum(begin < end for begin in begins)
        lines = [*log.events["line"].to_list(), *(line.line for line in log.quarantine)]
        assert lines == [2, 3, 4, 7][:begun]
        assert log.problems == ()


def test_json_lines_that_end_within_a_text_are_a_mistake_as_such_rows_are(tmp_path: Path) -> None:
    torn = '{"case": "b", "type": "message.sent", "text": "half a sen'
    assert [problem.code for problem in log_of(tmp_path, event()).problems] == []
    log = set_aside(tmp_path / "log.jsonl", torn.encode())
    assert [line.text.decode() for line in log.quarantine] == [torn]


MARKS = st.lists(
    st.sampled_from([*'ab,;"\n\t é', "\r\n", '"', "\n", ",", "\udcff", "\0"]), min_size=1, max_size=30
).map("".join)


@given(MARKS, st.integers(10, 60))
@settings(max_examples=150, derandomize=True)
def test_every_line_is_in_a_row_or_in_a_mistake_or_is_blank(folder: Path, text: str, block: int) -> None:
    path = folder / "log.csv"
    path.write_bytes(f"n0,n1\n{text}".encode("utf-8", "surrogateescape"))
    lines = f"n0,n1\n{text}".split("\n")
    seen: set[int] = {1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "BLOCK", block)
        for reading in table(Source(str(path)), ",").chunks(()):
            for record in reading().records(range(1000)):
                line, found = (
                    (record.location.line, record.source or "")
                    if isinstance(record, Problem)
                    else (record.line, record.text)
                )
                covered = range(line, line + found.count("\n") + 1)
                assert not seen & set(covered)
                assert found.split("\n") == [
                    lines[number - 1].removesuffix("\r") if number == covered[-1] else lines[number - 1]
                    for number in covered
                ]
                seen.update(covered)

    assert all(not line.strip(" \t\r,") for number, line in enumerate(lines, 1) if number not in seen)


def test_a_mark_in_the_middle_of_a_cell_spoils_no_row_behind_it_in_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", 1 << 10)
    monkeypatch.setattr(csv_blocks, "LONGEST_ROW", 1 << 9)
    path = tmp_path / "log.csv"
    path.write_text(f'{HEADER}\na,message.sent,{AT},5" wide\n' + f"c,message.sent,{AT},\n" * 1000)

    events, problems = quickly(path)

    assert events["line"].to_list() == list(range(3, 1003))
    assert [(p.location.line, p.location.column, p.code) for p in problems] == [(2, 38, "LOG-BAD-QUOTE")]


@pytest.mark.parametrize("before", [0, 100, 300, 700, 1000])
@pytest.mark.parametrize("block", [100, 1 << 10, 1 << 14])
@pytest.mark.parametrize("quote", ['"', ""])
def test_how_long_a_row_may_be_does_not_depend_on_where_it_stands(
    quote: str, block: int, before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", block)
    monkeypatch.setattr(csv_blocks, "LONGEST_ROW", 1 << 11)
    path, short = tmp_path / "log.csv", f"a,message.sent,{AT},\n"
    begin = f"b,message.sent,{AT},{quote}"
    longest = begin + "x" * ((1 << 11) - len(begin) - len(quote)) + quote

    path.write_text(f"{HEADER}\n{short * (before // len(short))}{longest}\n{short}")
    assert quickly(path)[1] == ()

    path.write_text(f"{HEADER}\n{short * (before // len(short))}{begin}x{longest.removeprefix(begin)}\n{short}")
    events, problems = quickly(path)
    assert len(events) == before // len(short)
    assert [(p.location.line, p.code) for p in problems] == [(before // len(short) + 2, "LOG-UNREADABLE")]
