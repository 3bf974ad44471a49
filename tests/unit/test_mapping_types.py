"""Maps of tables that have types: in columns, with care and as JSON Lines, a value means the same or is refused."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.logs.mapping.load import load_map
from punctilio.logs.read import read_log
from tests.unit.log_world import AT, VOCABULARY
from tests.unit.table_world import quickly, with_care

DAY = datetime(2026, 3, 3, 10)
COLUMNS: Mapping[str, tuple[Any, list[Any]]] = {
    "texts": (pl.String, ["A", "1", "1.5", "true", "2026-03-03", AT, "", "a;b", None]),
    "enum": (pl.Categorical, ["A", "", None]),
    "int8": (pl.Int8, [1, -5, None]),
    "int64": (pl.Int64, [1, -(2**63), None]),
    "uint64": (pl.UInt64, [1, 2**64 - 1, None]),
    "floats": (pl.Float64, [1.0, 1.5, -0.0, 1e16, None]),
    "odd floats": (pl.Float64, [float("nan"), float("inf"), None]),
    "decimals": (pl.Decimal(8, 2), [Decimal("1.50"), Decimal("2.00"), None]),
    "truth": (pl.Boolean, [True, False, None]),
    "dates": (pl.Date, [DAY.date(), date(1, 1, 1), None]),
    "times": (pl.Datetime("ms"), [DAY, datetime(2026, 11, 1, 1, 30), None]),
    "instants": (pl.Datetime("us", "Europe/Rome"), [DAY.replace(tzinfo=UTC), None]),
    "lists": (pl.List(pl.String), [["A"], [], ["A", None], None]),
    "numbers": (pl.List(pl.Int64), [[1], None]),
    "mappings": (pl.Struct({"a": pl.Int64}), [{"a": 1}, None]),
    "bytes": (pl.Binary, [b"A", None]),
    "nothing": (pl.Null, [None]),
}
NOT_IN_JSON = {"odd floats", "dates", "times", "instants", "bytes"}
READ = {
    "text": ["Q", "{column: Q, values: {A: x, '1': y, '1.5': z, '1.0': ~, '1e+16': w}, others: keep}"],
    "purpose": [
        "{column: P, values: {'': inquiry}, others: ignore}",
        "{column: Q, values: {A: inquiry, '0.0': inquiry, 'true': ~}, others: ignore}",
    ],
    "person": ["P", "{value: Ann}"],
    "people": ["Q", "{column: P, separator: ','}", "{value: [Ann]}"],
    "points": ["Q", "{value: 3}", "{column: P, values: {'1': 1, 'true': 2, '': 3}}"],
    "amount": ["Q", "{value: 3}", "{column: P, decimal: ','}", "{column: P, values: {A: 1, '1.5': 2}, others: keep}"],
    "paid": ["Q", "{column: Q, values: {A: true, '1': false, '': ~}, others: keep}"],
    "recorded_at": ["P", "{column: Q, format: '%d.%m.%Y %H:%M'}", f"{{value: '{AT}'}}"],
    "decision_by": ["Q", "{column: Q, time: '12:00'}", "{value: '2026-03-06'}"],
}
FIELDS = {
    "message.sent": ["text", "purpose", "person", "people", "recorded_at"],
    "Send Fine": ["points", "amount", "paid", "recorded_at"],
    "timeframe.given": ["decision_by"],
}
CONDITIONS = ["Q", "{Q: ''}", "{P: [A, '1', '1.5']}", "{Q: ['true', '0.0', '']}", "{Q: '2026-03-03'}"]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@st.composite
def maps(draw: st.DrawFn) -> str:
    def event() -> str:
        kind = draw(st.sampled_from(sorted(FIELDS)))
        own = kind == "timeframe.given" or draw(st.booleans())
        name = draw(st.sampled_from(FIELDS[kind]))
        fields = [f"case: {draw(st.sampled_from(['K', 'K', 'P']))}"]
        fields += [f"{name}: {draw(st.sampled_from(READ[name]))}"] if own else []
        empty = draw(st.sampled_from(["", "'': ~, ", f"'': {kind}, "]))
        written = kind if draw(st.booleans()) else f"{{column: P, values: {{{empty}A: {kind}, '1': {kind}, '1.5': ~}}}}"
        when = f", when: {draw(st.sampled_from(CONDITIONS))}" if draw(st.booleans()) else ""
        return f"  - {{type: {written}, fields: {{{', '.join(fields)}}}{when}}}"

    at = draw(st.sampled_from(["At", f"{{value: '{AT}'}}"]))
    skip = f"skip: {draw(st.sampled_from(CONDITIONS))}\n" if draw(st.booleans()) else ""
    events = "\n".join(event() for _ in range(draw(st.integers(1, 3))))
    return f"map: 1\nzone: America/New_York\ncommon: {{at: {at}}}\nothers: ignore\n{skip}events:\n{events}\n"


@given(maps(), st.sampled_from(sorted(COLUMNS)), st.sampled_from(sorted(COLUMNS)), st.data())
@settings(max_examples=120, derandomize=True)
def test_a_value_means_the_same_in_each_format(folder: Path, text: str, p: str, q: str, data: st.DataObject) -> None:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    rules, wrong = load_map(path, VOCABULARY)
    assert rules is not None, wrong
    cells = {name: [data.draw(st.sampled_from(COLUMNS[kind][1])) for _ in "12"] for name, kind in (("P", p), ("Q", q))}
    typed = [pl.Series(name, cells[name], COLUMNS[kind][0]) for name, kind in (("P", p), ("Q", q))]
    frame = pl.DataFrame([pl.Series("K", ["1", "2"]), pl.Series("At", [AT, AT]), *typed])
    frame.write_parquet(folder / "log.parquet")

    events, problems = quickly(folder / "log.parquet", rules)
    careful, mistakes = with_care(folder / "log.parquet", rules)

    assert events.equals(careful)
    assert problems == mistakes
    if NOT_IN_JSON.isdisjoint((p, q)) and "LOG-BAD-COLUMN" not in {problem.code for problem in problems}:
        plain = frame.select(pl.selectors.decimal().cast(pl.Float64), ~pl.selectors.decimal())
        lines = [{name: cell for name, cell in row.items() if cell is not None} for row in plain.to_dicts()]
        (folder / "log.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        by_lines, said = quickly(folder / "log.jsonl", rules)
        assert events.equals(by_lines)
        codes = [[(slip.location.line, slip.code) for slip in slips] for slips in (problems, said)]
        assert sorted(codes[0]) == sorted(codes[1])


@pytest.mark.parametrize("spoilt", [b"@@@@", b"@\xff@@"])
def test_a_text_that_is_no_utf_8_spoils_its_row_alone(spoilt: bytes, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(
        "map: 1\nignore: [More]\nevents: [{type: message.sent, when: K, fields: {case: K, at: At, text: T}}]\n"
    )
    rules, _ = load_map(tmp_path / "map.yaml", VOCABULARY)
    rows = [
        {"K": "1", "At": AT, "T": "x", "More": "y"},
        {"K": "2", "At": AT, "T": "@@@@", "More": "y"},
        {"K": None, "At": None, "T": None, "More": "y"},
        {"K": None, "At": None, "T": None, "More": None},
        {"K": "5", "At": AT, "T": "x", "More": None},
    ]
    path = tmp_path / "log.parquet"
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(path, compression="uncompressed")
    path.write_bytes(path.read_bytes().replace(b"@@@@", spoilt))

    log = read_log([path], vocabulary=VOCABULARY, quarantine=True, mapping=rules)

    spoilt_row = [] if b"@@@@" in spoilt else [(2, "LOG-BAD-UTF8", ("2",))]
    assert [(line.line, line.problems[0].code, line.cases) for line in log.quarantine] == [
        *spoilt_row,
        (3, "LOG-UNMAPPED", ()),
    ]
    assert log.events["case"].to_list() == [case for case in "125" if not spoilt_row or case != "2"]


def written(frame: pl.DataFrame, path: Path) -> Path:
    """The frame as a file of the form that its name says, with texts as plain bytes."""
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path, compression="uncompressed")
    return path


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
@pytest.mark.parametrize("is_read_with_others", [False, True])
@pytest.mark.parametrize("spoilt", ["T", "More"])
def test_a_column_that_is_ignored_spoils_no_row(
    spoilt: str, is_read_with_others: bool, name: str, tmp_path: Path
) -> None:
    (tmp_path / "map.yaml").write_text(
        "map: 1\nignore: [More]\nevents: [{type: message.sent, fields: {case: K, at: At, text: T}}]\n"
    )
    rules, _ = load_map(tmp_path / "map.yaml", VOCABULARY)
    rows = [{"K": case, "At": AT, "T": "x", "More": "y"} for case in "1234"]
    rows[1][spoilt] = "@@@@"
    frame = pl.DataFrame([*rows, *([{**dict.fromkeys(rows[0]), "K": None}] * is_read_with_others)])
    path = written(frame, tmp_path / name)
    path.write_bytes(path.read_bytes().replace(b"@@@@", b"@\xff@@"))

    log = read_log([path], vocabulary=VOCABULARY, quarantine=True, mapping=rules)

    assert log.left_out == (("2",) if spoilt == "T" else ())
    assert log.events["case"].to_list() == [case for case in "1234" if case not in log.left_out]


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
@pytest.mark.parametrize("text", ["events: [{type: message.sent, fields: {case: K, at: At, text: T}}]", ""])
def test_a_row_of_empty_cells_is_none(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(f"map: 1\nignore: [type]\n{text}\n")
    rules = load_map(tmp_path / "map.yaml", VOCABULARY)[0] if text else None
    names = ["K", "At", "T", "type"] if text else ["case", "at", "text", "type"]
    rows = [("1", AT, "x", "message.sent"), (None, None, None, None), ("3", AT, None, "message.sent")]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    path = written(frame, tmp_path / name)

    events, problems = quickly(path, rules)

    assert events.select("line", "case").rows() == [(1 + (name == "log.csv"), "1"), (3 + (name == "log.csv"), "3")]
    assert problems == ()
    assert with_care(path, rules)[0].equals(events)


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
def test_values_say_what_an_empty_cell_means(name: str, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(
        "map: 1\nevents:\n  - type: {column: Kind, values: {'': Send Fine, none: ~}}\n"
        "    fields: {case: K, at: At, paid: {column: P, values: {'': false, 'yes': true}}}\n"
    )
    rules, _ = load_map(tmp_path / "map.yaml", VOCABULARY)
    rows = [("1", AT, None, None), ("2", AT, "none", "yes"), ("3", AT, None, "yes"), ("4", AT, "other", None)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(["K", "At", "Kind", "P"], pl.String), orient="row")
    path = written(frame, tmp_path / name)

    events, problems = quickly(path, rules)

    assert events.select("case", "fields.paid").rows() == [("1", False), ("3", True)]
    assert [problem.code for problem in problems] == ["LOG-UNMAPPED"]
    careful, mistakes = with_care(path, rules)
    assert careful.equals(events)
    assert mistakes == problems
