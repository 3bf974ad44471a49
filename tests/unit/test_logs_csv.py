"""CSV: every quirk is read as it is meant, or refused at its place."""

from __future__ import annotations

import csv as standard
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.logs import csv, csv_blocks
from punctilio.logs.csv import table
from punctilio.logs.read import read_log
from punctilio.logs.sources import Source
from tests.unit.log_world import AT, VOCABULARY, log_of_bytes, places, suggestions
from tests.unit.table_world import in_columns, quickly, with_care

HEADER = "case,type,at,person,people,text,points,amount,paid,articles,starts_at,decision_by"
NAMES = HEADER.split(",")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def written(folder: Path, text: str | bytes, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """What the rows say, read with care."""
    found = [record for read in table(Source(str(path))).chunks(()) for record in read().records(range(10_000))]
    return [record.value for record in found if isinstance(record, csv.Row)]


# ── what is read ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_an_event_and_an_empty_cell_a_field_that_is_not_there(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, f"{HEADER}\na,message.sent,{AT},,sam; kim,Hi,,,,,,\n".encode(), "log.csv")

    [event] = log.events.to_dicts()
    assert (event["case"], event["fields.people"], event["fields.person"]) == ("a", ["sam", "kim"], None)
    assert log.problems == ()


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("art. 7", ["art. 7"]),
        (" a ;b ", ["a", "b"]),
        ('"[""a;b"", ""c""]"', ["a;b", "c"]),
        ('"[""\\u0041\\""""]"', ['A"']),
        ("[]", []),
    ],
)
def test_a_list_stands_in_one_cell(cell: str, meant: list[str], tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, f"case,type,at,articles\na,Send Fine,{AT},{cell}\n".encode(), "log.csv")

    assert log.problems == ()
    assert log.events["fields.articles"].to_list() == [meant]


@pytest.mark.parametrize(("cell", "meant"), [("true", True), ("FALSE", False), ("TRUE", True)])
def test_truth_values_are_those_of_json_and_of_spreadsheets(cell: str, meant: bool, tmp_path: Path) -> None:
    path = written(tmp_path, f"case,type,at,paid\na,Send Fine,{AT},{cell}\n")

    assert quickly(path)[0]["fields.paid"].to_list() == [meant]
    assert quickly(path)[1] == ()
    assert with_care(path)[0].equals(quickly(path)[0])


@pytest.mark.parametrize("content", ["\ufeff{}", "{}", "\n\n{}", "{}\n\n", '"case"{}'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_marks_line_ends_and_delimiters_of_all_kinds(content: str, end: str, delimiter: str, tmp_path: Path) -> None:
    text = f"case,type,at,person\na,message.sent,{AT},sam\n,,,\nb,message.sent,{AT},kim"
    text = content.replace('"case"', "").format(text.replace("case", '"case"') if '"' in content else text)
    path = written(tmp_path, text.replace(",", delimiter).replace("\n", end))

    events, problems = quickly(path)

    assert problems == ()
    assert events.select("case", "fields.person").rows() == [("a", "sam"), ("b", "kim")]


def test_a_quoted_line_end_does_not_end_the_row_and_lines_go_on_counting(tmp_path: Path) -> None:
    text = f'case,type,at,text\na,message.sent,{AT},"one\ntwo, ""three"""\nb,message.sent,{AT},\n'
    events, problems = quickly(written(tmp_path, text))

    assert problems == ()
    assert events.select("line", "fields.text").rows() == [(2, 'one\ntwo, "three"'), (4, None)]


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_a_file_without_a_first_row_is_refused(content: str, tmp_path: Path) -> None:
    assert places(log_of_bytes(tmp_path, content.encode(), "log.csv")) == [(1, 1, "LOG-BAD-HEADER")]


def test_a_first_row_alone_is_an_empty_log(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, HEADER.encode(), "log.csv")

    assert log.problems == ()
    assert log.events.is_empty()


@pytest.mark.parametrize(("mark", "end"), [(";", "\r\n"), (",", "\n"), ("\t", "\n")])
@pytest.mark.parametrize("name", ["log.csv", "log.tsv", "log"])
def test_a_line_for_excel_says_what_separates_the_cells(mark: str, end: str, name: str, tmp_path: Path) -> None:
    rows = [f"sep={mark}", mark.join(("case", "type", "at", "text")), mark.join(("a", "message.sent", AT, "x"))]
    log = log_of_bytes(tmp_path, "".join(f"{row}{end}" for row in rows).encode(), name)

    assert log.problems == ()
    assert log.events.select("line", "fields.text").rows() == [(3, "x")]
    assert table(Source(str(tmp_path / name)), mark).names == ("case", "type", "at", "text")


def test_it_is_known_by_its_first_row_too(tmp_path: Path) -> None:
    log = log_of_bytes(tmp_path, f"case;type;at\na;message.sent;{AT}\n".encode(), "log")

    assert log.problems == ()
    assert len(log.events) == 1


# ── what is refused ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("case,type,at,persn\n", (1, 14, "LOG-BAD-COLUMN")),
        ("case,type\n", (1, 1, "LOG-BAD-COLUMN")),
        ("case,type,at,case\n", (1, 14, "LOG-BAD-HEADER")),
        ("case,type,at,\n", (1, 14, "LOG-BAD-HEADER")),
        ('case,type,at,"a;b;c"d\n', (1, 14, "LOG-BAD-QUOTE")),
        ("case,type;at\n", (1, 1, "LOG-BAD-HEADER")),
        (f"case,type,at\ra,message.sent,{AT}\r", (1, 11, "LOG-BAD-HEADER")),
        (f"case;type,at\ra;message.sent,{AT}\r", (1, 1, "LOG-BAD-HEADER")),
        (f"a,message.sent,{AT}\n", (1, 1, "LOG-BAD-COLUMN")),
        ("sep=;\ncase;type;at;persn\n", (2, 14, "LOG-BAD-COLUMN")),
        (f"case,type,at\na,message.sent,{AT},x\n", (2, 37, "LOG-CELL-COUNT")),
        (f"case,type,at\na,message.sent\nb,message.sent,{AT}\n", (2, 15, "LOG-CELL-COUNT")),
        (f"case,type,at\na,message.sent,{AT}\nb,message", (3, 10, "LOG-TORN-LINE")),
        (f'case,type,at,text\na,message.sent,{AT},"never\nb,message.sent,{AT},\n', (2, 37, "LOG-BAD-QUOTE")),
        (f'case,type,at,text\na,message.sent,{AT},5" wide\n', (2, 38, "LOG-BAD-QUOTE")),
        (f"case,type,at\n\ufeffa,message.sent,{AT}\n", (2, 1, "LOG-BAD-TEXT")),
        (f'case,type,at\n\ufeff"a",message.sent,{AT}\n', (2, 1, "LOG-BAD-TEXT")),
        ("\ufeff\ufeffcase,type,at\n", (1, 1, "LOG-BAD-HEADER")),
    ],
)
def test_a_slip_has_its_place(content: str, place: tuple[int, int, str], tmp_path: Path) -> None:
    assert places(log_of_bytes(tmp_path, content.encode(), "log.csv")) == [place]


def test_a_misspelt_column_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    assert suggestions(log_of_bytes(tmp_path, b"case,type,at,persn\n", "log.csv")) == ["person"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_other_encodings_are_refused(encoding: str, tmp_path: Path) -> None:
    text = f"case,type,at,text\na,message.sent,{AT},é\n"
    content = text.encode(encoding)

    log = log_of_bytes(tmp_path, content, "log.csv")

    assert {problem.code for problem in log.problems} <= {"LOG-BAD-HEADER", "LOG-BAD-UTF8", "LOG-BAD-COLUMN"}
    assert log.problems


def test_a_mistake_spoils_its_row_and_no_other(tmp_path: Path) -> None:
    good = f'x,message.sent,{AT},"a ""word"""\n'
    bad = (f'y,message.sent,{AT},5" wide\n', f'y,message.sent,{AT},"a"b\n', f"y,message.sent,{AT}\n")
    text = "case,type,at,text\n" + "".join(good + row for row in bad) + good

    events, problems = quickly(written(tmp_path, text))

    assert events["line"].to_list() == [2, 4, 6, 8]
    assert [problem.location.line for problem in problems] == [3, 5, 7]


def test_a_quotation_mark_that_is_never_closed_ends_the_reading_of_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK", 1 << 10)
    monkeypatch.setattr(csv_blocks, "LONGEST_ROW", 1 << 12)
    text = f'case,type,at,text\na,message.sent,{AT},\nb,message.sent,{AT},"\n' + f"c,message.sent,{AT},\n" * 1000

    events, problems = quickly(written(tmp_path, text))

    assert events["case"].to_list() == ["a"]
    assert [(p.location.line, p.location.column, p.code) for p in problems] == [(3, 37, "LOG-UNREADABLE")]


# ── for every file ────────────────────────────────────────────────────────────────────────────────────────────────

CELLS = st.lists(st.sampled_from([*'ab,;"\n\t é\u2028', "\r\n"]), max_size=6).map("".join)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))
DIALECTS = st.tuples(st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.sampled_from([0, 1]))


@given(TABLES, DIALECTS, st.integers(10, 60))
@settings(max_examples=100, derandomize=True)
def test_what_a_csv_writer_writes_is_read(
    folder: Path, cells: list[list[str]], dialect: tuple[str, str, int], block: int
) -> None:
    delimiter, end, quoting = dialect
    width = len(cells[0]) if cells else 1
    names = [f"n{number}" for number in range(width)]
    text = io.StringIO()
    standard.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([names, *cells])  # type: ignore[arg-type]  # 0 and 1 are minimal and all
    path = written(folder, text.getvalue())
    meant = [{name: cell for name, cell in zip(names, row, strict=True) if cell} for row in cells]
    silent = quoting == 0 and (width == 1 or delimiter == "\t")
    blank = {index for index, row in enumerate(cells) if silent and not "".join(row).strip(" \t\r")}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "BLOCK", block)
        found = [row for row in rows(path) if row]

    assert found == [row for index, row in enumerate(meant) if row and index not in blank]


FRAGMENTS = [
    *(b",", b'"', b"\n", b"\r", b";", b"[", b"]", b'""', b" ", b"\0", b"\xff", b"\xc3", b"-", b"1", b"1.5", b"1e999"),
    *(b"-0", b"007", b"true", b"TRUE", b"yes", b'"[""a"", ""b""]"', b"[", b"a;b", b"x", b",,,,,,,,,,,\n"),
    *(b"message.sent", b"Send Fine", b"timeframe.given", AT.encode(), b"2026-03-13", b"sam", "né\u2028".encode()),
]
GOOD = [
    f"a,message.sent,{AT},sam,,Hello,,,,,,\n".encode(),
    f'b,message.sent,{AT},,sam;kim,"He said ""no"",\nand left",,,,,,\n'.encode(),
    f"c,Send Fine,{AT},,,,2,13.5,true,art. 7; art. 8,,\r\n".encode(),
    f"d,timeframe.given,{AT},,,,,,,,,2026-03-13\n".encode(),
    f"e,interview.held,{AT},,,,,,,,2026-03-03T21:30:00+01:00,\n".encode(),
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Rows that are right, in some of which something else was put."""
    content = b"".join(draw(st.lists(st.sampled_from(GOOD), min_size=1, max_size=6)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        until = draw(st.integers(at, min(len(content), at + 5)))
        content = content[:at] + draw(st.sampled_from(FRAGMENTS)) + content[until:]
    return f"{HEADER}\n".encode() + content


@given(mutated(), st.integers(60, 400))
@settings(max_examples=150, derandomize=True)
def test_columns_and_care_agree_and_blocks_do_not_matter(folder: Path, content: bytes, block: int) -> None:
    path = written(folder, content)
    events, problems = quickly(path)

    careful, wrong = with_care(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "BLOCK", block)
        again, same = quickly(path)

    assert events.equals(careful)
    assert problems == wrong
    assert again.equals(events)
    assert same == problems
    assert all(problem.sentence.encode() for problem in problems)


def test_rows_that_are_right_are_read_in_columns(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n".encode() + b"".join(GOOD))

    assert in_columns(path) == len(GOOD)
    assert quickly(path)[1] == ()


@pytest.mark.parametrize("width", [99, 150])
def test_a_row_of_many_cells_is_counted_right(width: int, tmp_path: Path) -> None:
    cells = ",".join('"a,""b"""' for _ in range(width))
    path = written(tmp_path, ",".join(f"n{number}" for number in range(width)) + f"\n{cells}\n{cells},x\n")

    [chunk] = [chunk for read in table(Source(str(path))).chunks(()) if len((chunk := read()).written)]

    assert chunk.written.rows() == [(2, *['a,"b"'] * width)]
    assert list(chunk.odd) == [3]


def test_bytes_that_are_no_utf8_are_set_aside_as_they_are(tmp_path: Path) -> None:
    bad = b'b,message.sent,x,"M\xfcller\r\n\xff\xc3, two"'
    content = f"case,type,at,text\na,message.sent,{AT},\ufffd\n".encode() + bad + b"\r\n" + bad

    log = read_log([written(tmp_path, content)], vocabulary=VOCABULARY, quarantine=True)

    assert [line.text for line in log.quarantine] == [bad, bad]
    assert [(p.location.column, p.message[:14]) for line in log.quarantine for p in line.problems] == [
        (20, "The byte 0xfc "),
        (20, "The byte 0xfc "),
    ]
    assert log.events["fields.text"].to_list() == ["\ufffd"]


def test_a_cell_with_half_of_a_character_touches_the_case_of_its_row(tmp_path: Path) -> None:
    content = f'case,type,at,articles\na,Send Fine,{AT},\na,Send Fine,{AT},"[""\\ud800""]"\nb,Send Fine,{AT},\n'

    log = read_log([written(tmp_path, content)], vocabulary=VOCABULARY, quarantine=True)

    assert [(line.line, line.cases, line.is_sure) for line in log.quarantine] == [(3, ("a",), True)]
    assert [(p.location.column, p.code) for p in log.quarantine[0].problems] == [
        (len(f"a,Send Fine,{AT},") + 1, "LOG-BAD-TEXT")
    ]
    assert log.events["case"].to_list() == ["b"]


@pytest.mark.parametrize("field", ["points", "amount"])
@pytest.mark.parametrize("number", ["0." + "1" * 500, "1" * 500, "1" + "0" * 500 + "e-500", "-" + "9" * 401])
def test_a_number_of_many_digits_is_what_it_is_in_json_lines(field: str, number: str, tmp_path: Path) -> None:
    of_cells = log_of_bytes(tmp_path, f"case,type,at,{field}\na,Send Fine,{AT},{number}\n".encode(), "log.csv")
    line = f'{{"case": "a", "type": "Send Fine", "at": "{AT}", "{field}": {number}}}'
    of_lines = log_of_bytes(tmp_path, line.encode())

    assert of_cells.events.drop("line").equals(of_lines.events.drop("line"))
    assert [p.sentence for p in of_cells.problems] == [p.sentence for p in of_lines.problems]


@pytest.mark.parametrize(
    ("row", "cases"),
    [
        (f"b,message.sent,{AT},x,y", ("b",)),
        ("b,message.sent", ("b",)),
        (f"b,message.sent,{AT},M\udcfcller", ("b",)),
        (f"\ufeffb,message.sent,{AT},x", ()),
        (f"Acme, Inc.,message.sent,{AT},x", ()),  # which cell is the case?
        (f"M\udcfcller,message.sent,{AT},x", ()),
        (f" ,message.sent,{AT},\udcff", ()),
        (f'b,message.sent,{AT},5" wide', ()),
    ],
)
def test_a_bad_row_touches_the_case_that_it_says_for_sure(row: str, cases: tuple[str, ...], tmp_path: Path) -> None:
    content = f"case,type,at,text\na,message.sent,{AT},\n{row}\n".encode("utf-8", "surrogateescape")

    log = read_log([written(tmp_path, content)], vocabulary=VOCABULARY, quarantine=True)

    assert [(line.line, line.cases, line.is_sure) for line in log.quarantine] == [(3, cases, bool(cases))]
    assert log.events["case"].to_list() == ["a"]
