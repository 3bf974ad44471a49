"""Parquet: columns with types of their own, read row group by row group, and refused by name or by row."""

from __future__ import annotations

import gzip
import io
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.logs.arrow_schema import misleads
from punctilio.logs.read import read_log
from punctilio.logs.row_groups import FooterError, footer_of
from tests.unit.log_world import VOCABULARY, log_of_bytes
from tests.unit.table_world import quickly, with_care

AT = datetime(2026, 3, 3, 21, tzinfo=UTC)
BASE: dict[str, list[object]] = {"case": ["a"], "type": ["Send Fine"], "at": [AT]}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def parquet(folder: Path, *columns: pl.Series, base: dict[str, list[object]] | None = None, group: int = 100) -> Path:
    frame = pl.DataFrame(base or BASE).with_columns(columns)
    frame.write_parquet(folder / "log.parquet", row_group_size=group)
    return folder / "log.parquet"


@pytest.mark.parametrize(
    ("column", "field", "meant"),
    [
        (pl.Series("points", [7], pl.UInt8), "fields.points", 7),
        (pl.Series("amount", [7], pl.Int32), "fields.amount", 7.0),
        (pl.Series("amount", [0.5], pl.Float32), "fields.amount", 0.5),
        (pl.Series("amount", ["13.50"]).cast(pl.Decimal(10, 2)), "fields.amount", 13.5),
        (pl.Series("paid", [True]), "fields.paid", True),
        (pl.Series("articles", [["7", "8"]]), "fields.articles", ["7", "8"]),
        (pl.Series("articles", [["7", "8"]]).cast(pl.List(pl.Categorical)), "fields.articles", ["7", "8"]),
        (pl.Series("articles", [["7"]], pl.Array(pl.String, 1)), "fields.articles", ["7"]),
        (pl.Series("id", ["x"]).cast(pl.Enum(["x", "y"])), "id", "x"),
        (pl.Series("id", ["x"]).cast(pl.Categorical), "id", "x"),
        (pl.Series("id", [None]), "id", None),
        (pl.Series("at", ["2026-03-03T16:00:00-05:00"]), "at", datetime(2026, 3, 3, 21)),
        (pl.Series("articles", [[]], pl.List(pl.Null)), "fields.articles", []),
        (pl.Series("at", ["2026-03-03T16:00:00-05:00"]).cast(pl.Categorical), "at", datetime(2026, 3, 3, 21)),
        (pl.Series("at", [AT]).cast(pl.Datetime("ns", "UTC")), "at", datetime(2026, 3, 3, 21)),
        (pl.Series("at", [AT]).cast(pl.Datetime("ms", "UTC")), "at", datetime(2026, 3, 3, 21)),
        (pl.Series("at", [AT]).dt.convert_time_zone("Europe/Rome"), "at", datetime(2026, 3, 3, 21)),
    ],
)
def test_a_column_has_a_type_in_which_its_field_can_be_written(
    column: pl.Series, field: str, meant: object, tmp_path: Path
) -> None:
    path = parquet(tmp_path, column)

    events, problems = quickly(path)

    assert problems == ()
    found = events[field].to_list()
    assert found == [meant]
    assert with_care(path)[0].equals(events)


def test_a_deadline_is_a_date_or_an_instant(tmp_path: Path) -> None:
    base: dict[str, list[object]] = {**BASE, "type": ["timeframe.given"]}
    by_date = quickly(parquet(tmp_path, pl.Series("decision_by", [date(2026, 3, 13)]), base=base))
    by_instant = quickly(parquet(tmp_path, pl.Series("decision_by", [AT]), base=base))

    assert by_date[1] == by_instant[1] == ()
    assert by_date[0]["dates.decision_by"].to_list() == [date(2026, 3, 13)]
    assert by_instant[0]["fields.decision_by"].to_list() == [datetime(2026, 3, 3, 21)]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pl.Series("at", [datetime(2026, 3, 3)]), "without a zone"),
        (pl.Series("at", [date(2026, 3, 3)]), "name the time of day and the zone in a map"),
        (pl.Series("case", [7]), "holds numbers and must hold texts"),
        (pl.Series("points", ["7"]), "holds texts and must hold whole numbers"),
        (pl.Series("points", [7.5]), "holds numbers and must hold whole numbers"),
        (pl.Series("articles", ["7"]), "holds texts and must hold lists of texts"),
        (pl.Series("articles", [[7]]), "holds lists and must hold lists of texts"),
        (pl.Series("id", [{"a": 1}]), "holds mappings"),
        (pl.Series("id", [b"x"]), "holds bytes"),
        (pl.Series("artcles", [["7"]]), "No event has a field `artcles`"),
    ],
)
def test_a_column_of_another_type_or_name_is_refused_once(column: pl.Series, words: str, tmp_path: Path) -> None:
    base = {name: values * 3 for name, values in BASE.items()}

    _, problems = quickly(parquet(tmp_path, pl.concat([column] * 3), base=base))

    [problem] = problems
    assert words in problem.message
    assert (problem.code, problem.location.line) == ("LOG-BAD-COLUMN", 0)


def by_arrow(path: Path, old: bytes, new: bytes) -> bytes:
    """The file with other words in the schema that Arrow's writers keep in it."""
    known = pl.read_parquet_metadata(path)["ARROW:schema"]
    assert b64decode(known).count(old) == 1
    return path.read_bytes().replace(known.encode(), b64encode(b64decode(known).replace(old, new)))


@pytest.mark.parametrize("zone", [b"+05:30", b"-08:00", b"Moon/X", b"UTC+01", b"\xff\xff\xff\xff\xff\xff"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_zone_that_nobody_knows_does_not_hide_the_instant(
    zone: bytes, is_packed: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = parquet(tmp_path, pl.Series("at", [AT]).dt.convert_time_zone("Israel"), pl.Series("id", ["ARROW:schema"]))
    content = by_arrow(path, b"Israel", zone)
    path = tmp_path / ("log.parquet.gz" if is_packed else "log.parquet")
    path.write_bytes(gzip.compress(content) if is_packed else content)

    events, problems = quickly(path)

    assert problems == ()
    assert events["at"].to_list() == [datetime(2026, 3, 3, 21)]
    assert events["id"].to_list() == ["ARROW:schema"]
    assert capfd.readouterr().err == ""  # where Polars tells of a panic


def test_dates_in_milliseconds_are_dates(tmp_path: Path) -> None:
    base: dict[str, list[object]] = {**BASE, "type": ["timeframe.given"]}
    path = parquet(tmp_path, pl.Series("decision_by", [date(2026, 3, 13)]), base=base)
    in_days = b"\xfa\xff\xff\xff\0\0\x06\0\x06\0\x04\0"  # a date: where its slots are, unit, slots
    path.write_bytes(by_arrow(path, in_days, in_days[:4] + b"\x01" + in_days[5:]))

    assert pl.read_parquet_schema(path)["decision_by"] == pl.Datetime("ms")
    events, problems = quickly(path)

    assert problems == ()
    assert events["dates.decision_by"].to_list() == [date(2026, 3, 13)]


@given(st.binary(max_size=80))
@settings(max_examples=200, derandomize=True)
def test_a_schema_of_arrow_that_cannot_be_read_is_passed_over(schema: bytes) -> None:
    assert misleads(schema) in (True, False)
    assert misleads(b"\xff\xff\xff\xff\0\0\0\0\x04\0\0\0" + schema) in (True, False)


def test_a_name_with_brackets_is_only_a_name(tmp_path: Path) -> None:
    path = parquet(tmp_path).rename(tmp_path / "log[1].parquet")

    assert len(quickly(path)[0]) == 1


@pytest.mark.parametrize(
    ("unit", "far"),
    [
        ("us", 2**63 - 1),
        ("us", -(2**63)),
        ("ms", 2**63 - 1),
        ("ms", -(2**63)),
        ("ms", 18_448_516_609_309_552),  # in microseconds it would come around to March 2026
    ],
)
def test_an_instant_beyond_all_years_names_its_row(unit: Literal["ms", "us"], far: int, tmp_path: Path) -> None:
    instants = pl.Series("at", [0, far, 0]).cast(pl.Datetime(unit, "UTC"))
    path = parquet(tmp_path, instants, base={name: values * 3 for name, values in BASE.items()})

    events, problems = quickly(path)

    assert [(p.location.line, p.code) for p in problems] == [(2, "LOG-BAD-INSTANT")]
    assert events["line"].to_list() == [1, 3]


def test_two_columns_of_one_name_are_said_to_be_two(tmp_path: Path) -> None:
    path = parquet(tmp_path, pl.Series("paid", [True]), pl.Series("pais", [True]))
    path.write_bytes(path.read_bytes().replace(b"pais", b"paid"))
    path.write_bytes(by_arrow(path, b"pais", b"paid"))

    [problem] = quickly(path)[1]

    assert (problem.code, problem.message.split(":")[0]) == ("LOG-BAD-COLUMN", "Two columns have the same name")


def test_a_mistake_names_its_row_and_row_group(tmp_path: Path) -> None:
    base = {name: values * 5 for name, values in BASE.items()}
    amounts = pl.Series("amount", [1.0, 2.0, 3.0, float("nan"), float("inf")])

    events, problems = quickly(parquet(tmp_path, amounts, base=base, group=2))

    assert events["line"].to_list() == [1, 2, 3]
    assert [(p.location.line, p.location.column, p.code) for p in problems] == [
        (4, 0, "LOG-BAD-VALUE"),
        (5, 0, "LOG-BAD-VALUE"),
    ]
    assert [p.message.split(". ")[-1] for p in problems] == [
        "It is row 2 of row group 2.",
        "It is row 1 of row group 3.",
    ]


def spoilt(path: Path) -> Path:
    """The file with a byte that is no UTF-8 wherever an @ stands."""
    path.write_bytes(path.read_bytes().replace(b"@@@@", b"@\xfc@@"))
    return path


def five(folder: Path, column: pl.Series) -> Path:
    """Five events in row groups of two, of the cases a to e, plain in their bytes."""
    frame = pl.DataFrame({name: values * 5 for name, values in BASE.items()})
    frame = frame.with_columns(pl.Series("case", list("abcde"))).with_columns(column)
    frame.write_parquet(folder / "log.parquet", row_group_size=2, compression="uncompressed")
    return folder / "log.parquet"


@pytest.mark.parametrize(
    ("column", "cases"),
    [
        (pl.Series("case", ["a", "b", "c", "@@@@", "e"]), ()),
        (pl.Series("id", ["1", "2", "3", "@@@@", "5"]), ("d",)),
        (pl.Series("articles", [["7"], [], ["8"], ["9", "@@@@"], None]), ("d",)),
        (pl.Series("id", ["1", "2", "3", "@@@@", "5"]).cast(pl.Categorical), ("d",)),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_text_that_is_no_utf_8_is_a_mistake_of_its_row(
    column: pl.Series, cases: tuple[str, ...], is_packed: bool, tmp_path: Path
) -> None:
    path = spoilt(five(tmp_path, column))
    if is_packed:
        path.with_suffix(".gz").write_bytes(gzip.compress(path.read_bytes()))
        path = path.with_suffix(".gz")

    events, problems = quickly(path)
    log = read_log([path], vocabulary=VOCABULARY, quarantine=True)

    assert events["line"].to_list() == [1, 2, 3, 5]
    [problem] = problems
    assert (problem.location.line, problem.location.column, problem.code) == (4, 0, "LOG-BAD-UTF8")
    assert f"`{column.name}` holds the byte 0xfc" in problem.message
    assert problem.message.endswith("It is row 2 of row group 2.")
    assert log.problems == ()
    [line] = log.quarantine
    assert (line.line, line.cases, line.is_sure) == (4, cases, bool(cases))
    assert b'"@\xfc@@"' in line.text


def test_no_rows_are_an_empty_log(tmp_path: Path) -> None:
    pl.DataFrame(BASE).clear().write_parquet(tmp_path / "log.parquet")

    assert log_of_bytes(tmp_path, (tmp_path / "log.parquet").read_bytes(), "log.parquet").problems == ()


def test_it_is_known_by_its_content_too(tmp_path: Path) -> None:
    assert len(log_of_bytes(tmp_path, parquet(tmp_path).read_bytes(), "log").events) == 1


def test_a_dataset_is_read_by_a_glob_and_folders_are_only_names(tmp_path: Path) -> None:
    for case in ("b", "a"):
        (tmp_path / f"case={case}").mkdir()
        parquet(tmp_path / f"case={case}", pl.Series("case", [f"{case}{case}"]))

    log = read_log([tmp_path / "**" / "*.parquet"], vocabulary=VOCABULARY)

    assert log.problems == ()
    assert [Path(file).parent.name for file in log.files] == ["case=a", "case=b"]
    assert log.events.sort("file")["case"].to_list() == ["aa", "bb"]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4), st.integers(1, 30))
@settings(max_examples=40, derandomize=True)
def test_the_footer_says_how_many_rows_each_group_has(numbers: list[int], size: int) -> None:
    file = io.BytesIO()
    rows = sum(numbers)
    pl.DataFrame({"a": range(rows), "b": [[str(n)] for n in range(rows)]}).write_parquet(file, row_group_size=size)

    found = [group.rows for group in footer_of(file).row_groups()]

    assert sum(found) == rows
    assert all(count == size for count in found[:-1])


@given(st.data())
@settings(max_examples=60, derandomize=True)
def test_no_damage_ends_in_a_traceback(folder: Path, data: st.DataObject) -> None:
    base = {name: values * 20 for name, values in BASE.items()}
    whole = parquet(folder, base=base, group=7).read_bytes()
    if data.draw(st.booleans()):
        content = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        at = data.draw(st.integers(len(whole) // 2, len(whole) - 1))  # the footer, mostly
        content = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]

    log = log_of_bytes(folder, content, "damaged.parquet")

    assert len(content) == len(whole) or [p.code for p in log.problems] == ["LOG-BAD-PARQUET"]


@given(st.binary(max_size=60))
@settings(max_examples=200, derandomize=True)
def test_any_bytes_have_row_groups_or_none(footer: bytes) -> None:
    with suppress(FooterError):
        read = footer_of(io.BytesIO(b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"))
        read.row_groups()
        read.with_bytes_for_texts()
