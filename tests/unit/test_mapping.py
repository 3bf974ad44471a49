"""Maps: what somebody else's columns mean, in columns and with care alike."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import jsonschema
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio import resources
from punctilio.logs.mapping import clocks, load
from punctilio.logs.mapping.clocks import ClockError, FormError, form, in_utc, in_zone, parse, parsed
from punctilio.logs.mapping.load import load_map
from punctilio.logs.mapping.model import Map
from punctilio.logs.read import read_log
from punctilio.published import MAPS, schema_of, schema_problems
from punctilio.rulebook.load import load_rules
from punctilio.yaml_source import read_document
from tests.unit.log_world import AT, VOCABULARY
from tests.unit.table_world import in_columns, quickly, with_care

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "mapping"
SCHEMA = schema_of(MAPS)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def map_of(folder: Path, text: str) -> Map:
    path = folder / "map.yaml"
    path.write_text(f"map: 1\n{text}", encoding="utf-8")
    found, problems = load_map(path, VOCABULARY)
    assert problems == ()
    assert found is not None
    return found


def slips_of(folder: Path, text: str) -> list[tuple[int, int, str]]:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return [(p.location.line, p.location.column, p.code) for p in load_map(path, VOCABULARY)[1]]


def table(folder: Path, text: str, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


LONG = """
zone: Europe/Rome
common: {case: Case ID}
events:
  - type: {column: Activity, values: {Send Fine: Send Fine, Ask: message.sent, Note: ~}}
    when: Activity
    fields:
      at: {column: When, format: "%d.%m.%Y %H:%M"}
      amount: {column: Amount, decimal: ","}
skip: {Activity: [Test, Other]}
ignore: [Class]
"""
WIDE = """
zone: America/New_York
common: {case: No}
events:
  - type: message.sent
    when: Asked
    fields: {at: {column: Asked, time: "12:00"}, people: {column: Who, separator: ","}, purpose: {value: inquiry}}
  - type: timeframe.given
    when: {Answer: [soon, later]}
    fields: {at: {column: Answered, time: "12:00"}, decision_by: {column: By, format: "%m/%d/%Y"}}
  - type: Send Fine
    when: Paid
    fields: {at: {column: Asked, time: "13:00"}, paid: {column: Paid, values: {x: true, "-": ~}, others: ignore}}
others: ignore
"""


def test_a_long_table_gives_one_event_a_row(tmp_path: Path) -> None:
    rows = 'Case ID,Activity,When,Amount,Class\n7,Send Fine,10.01.2026 09:00,"13,5",A\n7,Note,,,\n7,Test,,,\n'
    events, problems = quickly(table(tmp_path, rows), map_of(tmp_path, LONG))

    assert problems == ()
    assert events.select("line", "case", "type", "at", "fields.amount").rows() == [
        (2, "7", "Send Fine", datetime(2026, 1, 10, 8), 13.5)
    ]


def test_a_row_of_a_wide_table_gives_the_events_whose_columns_say_something(tmp_path: Path) -> None:
    rows = (
        "No,Asked,Who,Answer,Answered,By,Paid,Remark\n"
        '1,2026-03-03,"Ann, Bo",soon,2026-03-04,3/13/2026,x,?\n'
        "2,2026-03-05,Cy,,,,-,\n"
    )
    events, problems = quickly(table(tmp_path, rows), map_of(tmp_path, WIDE))

    assert problems == ()
    assert events.select("line", "type", "at").rows() == [
        (2, "message.sent", datetime(2026, 3, 3, 17)),
        (2, "timeframe.given", datetime(2026, 3, 4, 17)),
        (2, "Send Fine", datetime(2026, 3, 3, 18)),
        (3, "message.sent", datetime(2026, 3, 5, 17)),
        (3, "Send Fine", datetime(2026, 3, 5, 18)),
    ]
    assert events["fields.people"].to_list()[0] == ["Ann", "Bo"]
    assert events["dates.decision_by"].to_list()[1].isoformat() == "2026-03-13"


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ("7,Sendd Fine,10.01.2026 09:00,", (2, 3, "LOG-UNMAPPED")),
        ("7,,10.01.2026 09:00,", (2, 1, "LOG-UNMAPPED")),
        ("7,Ask,10/01/2026 09:00,", (2, 7, "LOG-BAD-INSTANT")),
        ("7,Ask,31.02.2026 09:00,", (2, 7, "LOG-BAD-INSTANT")),
        ("7,Ask,29.03.2026 02:30,", (2, 7, "LOG-BAD-INSTANT")),  # the clocks went forward
        ("7,Ask,25.10.2026 02:30,", (2, 7, "LOG-BAD-INSTANT")),  # they went back
        ("7,Send Fine,10.01.2026 09:00,1.234", (2, 30, "LOG-WRONG-TYPE")),
        (",Send Fine,10.01.2026 09:00,1", (2, 1, "LOG-MISSING-FIELD")),
    ],
)
def test_what_the_map_does_not_cover_has_its_place(rows: str, place: tuple[int, int, str], tmp_path: Path) -> None:
    path = table(tmp_path, f"Case ID,Activity,When,Amount\n{rows}\n")

    _, problems = quickly(path, map_of(tmp_path, LONG))

    assert [(p.location.line, p.location.column, p.code) for p in problems] == [place]


def test_a_time_that_was_there_twice_is_the_one_that_the_map_says(tmp_path: Path) -> None:
    path = table(tmp_path, "Case ID,Activity,When,Amount\n7,Ask,25.10.2026 02:30,\n")

    found = {
        fold: quickly(path, map_of(tmp_path, f"fold: {fold}{LONG}"))[0]["at"].to_list() for fold in ("first", "second")
    }

    assert found == {"first": [datetime(2026, 10, 25, 0, 30)], "second": [datetime(2026, 10, 25, 1, 30)]}


def test_a_column_that_only_one_of_the_two_knows_is_an_error(tmp_path: Path) -> None:
    path = table(tmp_path, "Case ID,Activty,When,Amount,Colour\n")

    _, problems = quickly(path, map_of(tmp_path, LONG))

    assert [(Path(p.location.file).name, p.location.line, p.code, p.suggestion) for p in problems] == [
        ("log.csv", 1, "LOG-BAD-COLUMN", "Activity"),
        ("log.csv", 1, "LOG-BAD-COLUMN", None),
        ("map.yaml", 6, "LOG-BAD-COLUMN", "Activty"),
    ]


def test_json_lines_and_parquet_are_read_by_maps_too(tmp_path: Path) -> None:
    mapping = map_of(tmp_path, LONG)
    lines = '{"Case ID": 7, "Activity": "Ask", "When": "10.01.2026 09:00", "Class": 3}\n'
    rows = pl.DataFrame({"Case ID": [7], "Activity": ["Ask"], "When": [datetime(2026, 1, 10, 9)], "Amount": [None]})
    rows.write_parquet(tmp_path / "log.parquet")
    naive = map_of(tmp_path, LONG.replace(', format: "%d.%m.%Y %H:%M"', "").replace(', decimal: ","', ""))

    by_lines, wrong = quickly(table(tmp_path, lines, "log.jsonl"), mapping)
    by_rows, problems = quickly(tmp_path / "log.parquet", naive)

    assert wrong == problems == ()
    assert by_lines.drop("line").equals(by_rows.drop("line"))
    assert by_rows["at"].to_list() == [datetime(2026, 1, 10, 8)]


def test_a_column_may_be_called_line(tmp_path: Path) -> None:
    mapping = map_of(tmp_path, "events: [{type: message.sent, fields: {case: line, at: At}}]\n")
    frame = pl.DataFrame({"line": ["L7"], "At": ["2026-03-03T10:00:00Z"]})
    frame.write_parquet(tmp_path / "log.parquet")
    frame.write_csv(tmp_path / "log.csv")

    for name, line in (("log.csv", 2), ("log.parquet", 1)):
        events, problems = quickly(tmp_path / name, mapping)
        assert problems == ()
        assert events.select("line", "case").rows() == [(line, "L7")]


# ── what a row leaves empty, or says in a type of its own ─────────────────────────────────────────────────────────

TYPED = """
common: {case: id, at: when}
events:
  - type: {column: what, values: {A: message.sent, "2": message.sent, "1.5": message.sent, "~": ~}}
"""


def parquet(folder: Path, frame: pl.DataFrame) -> Path:
    frame.write_parquet(folder / "log.parquet")
    return folder / "log.parquet"


def both_ways(path: Path, mapping: Map) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    """The events and the codes of the mistakes by line, which are the same in columns and with care."""
    events, problems = quickly(path, mapping)
    careful, wrong = with_care(path, mapping)
    assert events.equals(careful)
    assert problems == wrong
    return events, [(problem.location.line, problem.code) for problem in problems]


@pytest.mark.parametrize("others", ["", "others: ignore", "others: keep"])
def test_an_empty_type_is_an_error_in_each_format(others: str, tmp_path: Path) -> None:
    rules = map_of(tmp_path, TYPED.replace("~}}", f"~}}, {others}}}"))
    frame = pl.DataFrame({"id": ["1", "2", "3"], "when": [AT] * 3, "what": ["A", None, "~"]})
    frame.write_csv(tmp_path / "log.csv")
    frame.write_ndjson(tmp_path / "log.jsonl")

    for path in (tmp_path / "log.csv", tmp_path / "log.jsonl", parquet(tmp_path, frame)):
        events, mistakes = both_ways(path, rules)
        assert events["case"].to_list() == ["1"]
        assert mistakes == [(3 if path.suffix == ".csv" else 2, "LOG-MISSING-FIELD")]


@pytest.mark.parametrize(
    "text",
    [
        f'{TYPED}skip: {{what: ""}}\n',
        f'{TYPED}skip: [{{id: "7"}}, {{what: [B, ""]}}]\n',
        TYPED.replace("values:", "others: refuse, values:") + '    when: {what: [A, B]}\nskip: {what: ""}\n',
    ],
)
def test_a_map_can_name_an_empty_cell(text: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["1", "2"], "when": [AT] * 2, "what": ["A", None]})
    frame.write_csv(tmp_path / "log.csv")
    frame.write_ndjson(tmp_path / "log.jsonl")

    for path in (tmp_path / "log.csv", tmp_path / "log.jsonl", parquet(tmp_path, frame)):
        events, mistakes = both_ways(path, map_of(tmp_path, text))
        assert (events["case"].to_list(), mistakes) == (["1"], [])


def test_rows_with_an_empty_cell_may_be_an_event_of_their_own(tmp_path: Path) -> None:
    text = "common: {case: id, at: when}\n"
    text += 'events: [{type: message.sent, when: why}, {type: message.received, when: {why: ["", none]}}]\n'
    path = table(tmp_path, f"id,when,why\n1,{AT},t\n2,{AT},\n3,{AT},none\n")

    events, mistakes = both_ways(path, map_of(tmp_path, text))

    received = [(2, "message.sent"), (3, "message.received"), (4, "message.sent"), (4, "message.received")]
    assert (events.select("line", "type").rows(), mistakes) == (received, [])
    assert in_columns(path, map_of(tmp_path, text)) == 4


def test_a_row_that_says_something_only_to_others_is_an_error(tmp_path: Path) -> None:
    rules = map_of(tmp_path, "events: [{type: message.sent, fields: {case: id, at: when}}]\nothers: ignore\n")
    frame = pl.DataFrame(
        {"id": ["1", None, None], "when": [AT, None, None], "note": [1, 2, None], "x": [b"", None, b""]}
    )
    frame.drop("x").write_csv(tmp_path / "log.csv")

    for path, line in ((parquet(tmp_path, frame), 2), (tmp_path / "log.csv", 3)):
        events, mistakes = both_ways(path, rules)
        assert events["case"].to_list() == ["1"]
        assert mistakes == [(line, "LOG-MISSING-FIELD")] * 2


def test_numbers_are_compared_as_json_writes_them(tmp_path: Path) -> None:
    rules = map_of(tmp_path, TYPED)
    floats = parquet(tmp_path, pl.DataFrame({"id": ["1", "2", "3"], "when": [AT] * 3, "what": [1.5, 2.0, None]}))
    assert both_ways(floats, rules)[1] == [(2, "LOG-UNMAPPED"), (3, "LOG-MISSING-FIELD")]
    assert in_columns(floats, rules) == 1

    whole = parquet(tmp_path, pl.DataFrame({"id": ["1", "2", "3"], "when": [AT] * 3, "what": [1, 2, None]}))
    assert both_ways(whole, rules)[1] == [(1, "LOG-UNMAPPED"), (3, "LOG-MISSING-FIELD")]


@pytest.mark.parametrize(
    "cells", [[True, False], [1.5, float("nan")], [["x"], ["y"]], [None, True]], ids=["truth", "floats", "lists", "gap"]
)
def test_no_value_becomes_a_text_since_another_event_has_texts(cells: list[Any], tmp_path: Path) -> None:
    rules = map_of(
        tmp_path,
        "common: {at: when}\n"
        "events: [{type: message.sent, fields: {case: a}}, {type: message.sent, fields: {case: b}}]\n",
    )
    path = parquet(tmp_path, pl.DataFrame({"when": [AT] * 2, "a": ["1", "2"], "b": cells}))

    events, mistakes = both_ways(path, rules)

    assert events["case"].to_list() == ["1", "2"]
    assert mistakes == [
        (line, "LOG-MISSING-FIELD" if cell is None else "LOG-WRONG-TYPE") for line, cell in enumerate(cells, 1)
    ]


def test_dates_and_timestamps_are_no_texts(tmp_path: Path) -> None:
    rules = map_of(
        tmp_path,
        "common: {case: id, at: when}\n"
        "events: [{type: message.sent, fields: {text: day}}, {type: message.sent, fields: {text: when}}]\n",
    )
    at = datetime(2026, 3, 3, 10, tzinfo=UTC)
    path = parquet(tmp_path, pl.DataFrame({"id": ["1"], "when": [at], "day": [at.date()]}))

    events, problems = quickly(path, rules)

    assert events.is_empty()
    assert [(p.code, "`text` takes neither" in p.message) for p in problems] == [("LOG-BAD-COLUMN", True)] * 2


def test_the_format_of_texts_says_nothing_of_timestamps(tmp_path: Path) -> None:
    rules = map_of(tmp_path, LONG.replace(', decimal: ","', ""))
    rows = {"Case ID": ["7", "8"], "Activity": ["Ask", "Ask"], "Amount": [None, 1.5]}
    path = parquet(tmp_path, pl.DataFrame({**rows, "When": [datetime(2026, 1, 10, 9)] * 2}))

    events, mistakes = both_ways(path, rules)

    assert events["at"].to_list() == [datetime(2026, 1, 10, 8)]
    assert mistakes == [(2, "LOG-UNKNOWN-FIELD")]


# ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "cells", "words"),
    [
        ("zone: UTC", "2026-03-03 11:00,1", "has no seconds"),
        ("about: x", "2026-03-03 11:00,1", "Or name the `zone`"),
        ("zone: UTC", "2026-03-03 11:00:00.1234567891,1", "over nine digits"),
        ("zone: UTC", "2026-03-03,1", "name the `time` of day"),
        ("zone: UTC", "2026-03-03T11:00:00Z,'1,5'", 'with `decimal: ","`'),
        ("zone: UTC", "2026-03-03T11:00:00Z,'1,234.5'", "write 1234.5"),
    ],
)
def test_a_mistake_says_what_the_map_can_do(said: str, cells: str, words: str, tmp_path: Path) -> None:
    rules = map_of(tmp_path, f"{said}\nevents: [{{type: Send Fine, fields: {{case: No, at: At, amount: Sum}}}}]\n")
    path = table(tmp_path, "No,At,Sum\n1," + cells.replace("'", '"') + "\n")

    events, problems = quickly(path, rules)

    assert events.is_empty()
    assert [words in problem.message for problem in problems] == [True]


@pytest.mark.parametrize("separator", ["\\n", " "])
def test_a_separator_may_be_blank(separator: str, tmp_path: Path) -> None:
    people = f'people: {{column: Who, separator: "{separator}"}}'
    text = f"events: [{{type: message.sent, fields: {{case: No, at: At, {people}}}}}]"
    path = table(tmp_path, f'No,At,Who\n1,{AT},"Ann{" " if separator == " " else chr(10)}Bo"\n')

    events, mistakes = both_ways(path, map_of(tmp_path, text))

    assert (events["fields.people"].to_list(), mistakes) == ([["Ann", "Bo"]], [])


# ── the file ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("map: 2\nevents: [{type: message.sent, fields: {case: a, at: b}}]\n", (1, 6, "BAD-LANGUAGE")),
        ("map: 1\n", (1, 1, "MISSING-KEY")),
        ("map: 1\nevents: []\n", (2, 9, "MISSING-KEY")),
        ("map: 1\nevents: [{type: mesage.sent, fields: {case: a, at: b}}]\n", (2, 17, "UNKNOWN-TYPE")),
        ("map: 1\nevents: [{type: message.sent, fields: {case: a, at: b, txt: c}}]\n", (2, 56, "UNKNOWN-FIELD")),
        ("map: 1\nevents: [{type: message.sent, fields: {case: a}}]\n", (2, 10, "MISSING-KEY")),
        (
            "map: 1\nevents: [{type: message.sent, fields: {case: a, at: {column: b, fromat: '%Y-%m-%d %H %z'}}}]\n",
            (2, 65, "UNKNOWN-KEY"),
        ),
        ("map: 1\nevents: [{type: message.sent, fields: {case: a, at: {zone: UTC}}}]\n", (2, 53, "MISSING-KEY")),
        (
            "map: 1\nzone: Europe/Room\nevents: [{type: message.sent, fields: {case: a, at: b}}]\n",
            (2, 7, "UNKNOWN-ZONE"),
        ),
        (
            "map: 1\nevents: [{type: message.sent, fields: {case: a, at: {column: b, format: '%y'}}}]\n",
            (2, 73, "BAD-VALUE"),
        ),
        (
            "map: 1\nevents: [{type: message.sent, fields: {case: a, at: {column: b, format: '%Y-%m-%d %H:%M'}}}]\n",
            (2, 73, "NEEDS-KEY"),
        ),
        (
            "map: 1\nevents: [{type: message.sent, fields: {case: a, at: b, purpose: {value: thanks}}}]\n",
            (2, 73, "BAD-VALUE"),
        ),
    ],
)
def test_a_slip_in_a_map_has_its_place(text: str, place: tuple[int, int, str], tmp_path: Path) -> None:
    assert slips_of(tmp_path, text) == [place]


@pytest.mark.parametrize("name", ["fines", "applications"])
def test_the_examples_are_right_and_read_in_columns(name: str) -> None:
    vocabulary = load_rules(
        str(ROOT / "examples/fines/rules.yaml") if name == "fines" else "after-interview"
    ).vocabulary
    mapping, problems = load_map(EXAMPLES / f"{name}.yaml", vocabulary)
    assert problems == ()
    assert mapping is not None

    events, wrong = quickly(EXAMPLES / f"{name}.csv", mapping, vocabulary)

    assert wrong == ()
    assert (
        in_columns(EXAMPLES / f"{name}.csv", mapping, vocabulary)
        == len(events)
        == {"fines": 9, "applications": 8}[name]
    )
    assert with_care(EXAMPLES / f"{name}.csv", mapping, vocabulary)[0].equals(events)


def test_the_schema_has_the_keys_of_the_loader() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    event = SCHEMA["properties"]["events"]["items"]
    assert set(SCHEMA["properties"]) == set(load.KEYS)
    assert set(event["properties"]) == set(load.EVENT_KEYS)
    assert set(SCHEMA["$defs"]["field"]["properties"]) == set(load.FIELD_KEYS)
    assert set(SCHEMA["properties"]["delimiter"]["enum"]) == set(load.DELIMITERS)
    assert {SCHEMA["additionalProperties"], event["additionalProperties"]} == {False}


def test_every_key_of_the_schema_is_explained_and_shown() -> None:
    for name, schema in _properties(SCHEMA):
        assert schema["title"], name
        assert schema["description"].endswith("."), name
        assert schema["examples"], name


def _properties(schema: Any) -> Iterator[tuple[str, Any]]:
    for key, value in cast("dict[str, Any]", schema).items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield from value.items()
        if key != "examples":
            yield from _properties(value)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_the_loader_accepts_the_schema_accepts(path: Path) -> None:
    assert (resources.bundled("schemas") / MAPS.file).is_file()
    assert schema_problems(read_document(path, path.name), MAPS) == ()


# ── clocks ────────────────────────────────────────────────────────────────────────────────────────────────────────

FORMS = [
    "%d.%m.%Y %H:%M",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%m/%d/%Y %I:%M %p",
    "%d-%b-%Y",
    "%B %d, %Y %H:%M:%S",
    "%Y%m%d%H%M",
]


@pytest.mark.parametrize(
    "written", ["%Y", "%d.%m.%y", "%Y-%m-%d %I:%M", "%Y-%m-%d %M", "%Y-%m-%d %Y", "%Q", "%Y-%m-%d %"]
)
def test_a_format_that_leaves_something_to_guess_is_refused(written: str) -> None:
    with pytest.raises(FormError):
        form(written)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("%Y%m%d", "2026111"),
        ("%Y%m%d", "202611"),
        ("%Y%m%d%H%M", "20260111900"),
        ("%d%m%Y", "1112026"),
        ("%Y-%m-%d %H%M", "2026-01-01 900"),
        ("%m0%d/%Y", "1001/2026"),
    ],
)
def test_numbers_that_touch_have_all_their_digits(written: str, text: str) -> None:
    with pytest.raises(ClockError):
        parse(text, form(written))
    assert parsed(pl.Series([text]), form(written))[0].to_list() == [None]


@given(st.sampled_from(FORMS), st.datetimes(datetime(1890, 1, 1), datetime(2210, 1, 1)), st.data())
@settings(max_examples=200, derandomize=True)
def test_columns_read_what_one_at_a_time_reads(written: str, at: datetime, data: st.DataObject) -> None:
    text = at.replace(tzinfo=UTC if "%z" in written else None).strftime(written)
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(st.sampled_from("0139 -:apZé")) + text[place + data.draw(st.integers(0, 1)) :]
    clock, offset = parsed(pl.Series([text]), form(written))
    try:
        careful = parse(text, form(written))
    except ClockError:
        careful = None
    if clock[0] is not None and (offset[0] is not None or "%z" not in written):
        assert (clock[0], offset[0]) == careful
    elif careful is not None:
        assert not datetime(1900, 1, 1) <= careful[0] < datetime(2200, 1, 1)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1)), st.sampled_from(["Europe/Rome", "America/New_York"]))
@settings(max_examples=200, derandomize=True)
def test_zones_in_columns_are_those_of_one_at_a_time(at: datetime, zone: str) -> None:
    turn = datetime(at.year, 3, 25) + timedelta(days=at.day % 8, hours=at.hour % 4, minutes=at.minute)
    fall = datetime(at.year, 10, 25) + timedelta(days=at.day % 8, hours=at.hour % 4, minutes=at.minute)
    for wall in (at, turn, fall):
        for fold in (None, "first", "second"):
            try:
                careful = in_zone(wall, zone, fold).replace(tzinfo=None)
            except ClockError:
                careful = None
            assert in_utc(pl.Series([wall], dtype=pl.Datetime("us")), zone, fold).to_list() == [careful]


# ── for every file ────────────────────────────────────────────────────────────────────────────────────────────────

PIECES = [
    "",
    "7",
    "Ask",
    "Send Fine",
    "Note",
    "Test",
    "x",
    "-",
    "soon",
    "10.01.2026 09:00",
    "25.10.2026 02:30",
    "2026-03-03",
]
MORE = [
    "2026-02-30",
    "3/13/2026",
    "13/3/2026",
    "1,5",
    "1.5",
    "Ann, Bo",
    "true",
    "2026-03-03T10:00:00Z",
    "2026-03-03 10:00:00",
]
NAMES = {LONG: "Case ID,Activity,When,Amount,Class", WIDE: "No,Asked,Who,Answer,Answered,By,Paid,Remark"}
USUAL = {
    LONG: ["7", "Ask", "10.01.2026 09:00", "1,5", ""],
    WIDE: ["7", "2026-03-03", "Ann", "soon", "2026-03-04", "3/13/2026", "x", ""],
}


@given(st.sampled_from([LONG, WIDE]), st.booleans(), st.data())
@settings(max_examples=150, derandomize=True)
def test_columns_and_care_agree(folder: Path, text: str, as_parquet: bool, data: st.DataObject) -> None:
    mapping = map_of(folder, text)
    names = NAMES[text].split(",")
    rows = [list(USUAL[text]) for _ in range(data.draw(st.integers(1, 4)))]
    for row in rows:
        for _ in range(data.draw(st.integers(0, 2))):
            row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from([*PIECES, *MORE]))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    path = folder / ("log.parquet" if as_parquet else "log.csv")
    if as_parquet:
        frame.with_columns(pl.all().replace("", None)).write_parquet(path)
    else:
        frame.write_csv(path)

    events, problems = quickly(path, mapping)
    careful, wrong = with_care(path, mapping)

    assert events.equals(careful)
    assert problems == wrong


def test_the_two_forms_of_iso_are_forms() -> None:
    assert clocks.fits("2026-03-03 10:00:00.5", clocks.ISO_LOCAL)
    assert not clocks.fits("2026-03-03T10:00:00Z", clocks.ISO_LOCAL)


def test_a_row_that_cannot_be_read_is_of_the_cases_that_it_says_for_sure(tmp_path: Path) -> None:
    rules = map_of(tmp_path, "common: {case: No}\nevents: [{type: message.sent, fields: {at: At, text: Text}}]\n")
    rows = b"No,At,Text\n1,2026-03-03T21:00:00Z,a\xffb\n2,2026-03-03T21:00:00Z,a,b\n3\xff,2026-03-03T21:00:00Z,a\n"
    path = table(tmp_path, "")
    path.write_bytes(rows)

    log = read_log([path], vocabulary=VOCABULARY, quarantine=True, mapping=rules)

    assert [(line.cases, line.is_sure) for line in log.quarantine] == [(("1",), True), ((), False), ((), False)]
    assert with_care(path, rules)[1] == quickly(path, rules)[1]


def test_a_cell_of_an_event_that_its_row_does_not_give_is_an_error(tmp_path: Path) -> None:
    rows = "No,Asked,Who,Answer,Answered,By,Paid\n1,,Ann,soon,2026-03-04,3/13/2026,\n2,2026-03-03,Ann,,,,\n"
    path, rules = table(tmp_path, rows), map_of(tmp_path, WIDE)

    events, problems = quickly(path, rules)

    assert [(p.location.line, p.location.column, p.code) for p in problems] == [(2, 4, "LOG-UNMAPPED")]
    assert "`Who`" in problems[0].message
    assert "`Asked`" in problems[0].message
    assert with_care(path, rules)[1] == problems
    assert with_care(path, rules)[0].equals(events)
    assert in_columns(path, rules) == 1
    log = read_log([path], vocabulary=VOCABULARY, quarantine=True, mapping=rules)
    assert (log.left_out, log.files_in_doubt) == (("1",), ())


def test_a_line_that_is_no_row_is_an_error(tmp_path: Path) -> None:
    path = table(tmp_path, '5\n"x"\n["No"]\n', "log.jsonl")

    _, problems = quickly(path, map_of(tmp_path, WIDE))

    assert [(p.location.line, p.code) for p in problems] == [(n, "LOG-NOT-AN-EVENT") for n in (1, 2, 3)]
