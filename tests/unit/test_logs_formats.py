"""The same events in any format give the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import punctilio

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROOT = Path(__file__).parents[2]
AS_OF = datetime(2026, 3, 20, 13, tzinfo=UTC)
Event = dict[str, Any]


def _events() -> list[Event]:
    """Those of the example, with a text and a name of characters that are rarely meant."""
    lines = (ROOT / "examples" / "applications.jsonl").read_text("utf-8").splitlines()
    events: list[Event] = [json.loads(line) for line in lines]
    for event in events:
        event.update({name: f"{event[name]} \0\u2028\u0085é\x1b" for name in ("company", "text") if name in event})
    return events


def _names(events: list[Event]) -> list[str]:
    return list(dict.fromkeys(name for event in events for name in event))


def _as_lines(events: list[Event]) -> bytes:
    return "".join(f"{json.dumps(event)}\n" for event in events).encode()


def _as_yaml(events: list[Event]) -> bytes:
    return "".join(f"- {json.dumps(event)}\n" for event in events).encode()


def _as_csv(events: list[Event]) -> bytes:
    text = io.StringIO()
    names = _names(events)
    rows = [[_cell(event.get(name)) for name in names] for event in events]
    csv.writer(text, lineterminator="\r\n", delimiter=";").writerows([names, *rows])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _as_parquet(events: list[Event]) -> bytes:
    file = io.BytesIO()
    frame = pl.DataFrame(events, infer_schema_length=None)
    instants = pl.col("at").str.to_datetime(time_unit="ms", time_zone="America/New_York")
    frame.with_columns(instants, pl.col("type").cast(pl.Categorical)).write_parquet(file, row_group_size=10)
    return file.getvalue()


def _zstandard(content: bytes) -> bytes:
    return zstd.compress(content)


def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


WRITERS: Mapping[str, Callable[[list[Event]], bytes]] = {
    "log.yaml": _as_yaml,
    "log.csv": _as_csv,
    "log.parquet": _as_parquet,
    "log.jsonl.gz": lambda events: _zipped(_as_lines(events)),
    "log.jsonl.zst": lambda events: _zstandard(_as_lines(events)),
    "log.csv.gz": lambda events: _zipped(_as_csv(events)),
    "log.parquet.gz": lambda events: _zipped(_as_parquet(events)),
}


def _report(path: Path, lines: list[int]) -> str:
    """What is said of the log, with the numbers of its events in place of their lines."""
    rules = punctilio.load_rules()
    evaluation = punctilio.evaluate(rules, punctilio.read_log(path, rules=rules), as_of=AS_OF)
    place = re.compile(f"{re.escape(str(path))}:([0-9]+)")
    return place.sub(lambda found: f"event {lines.index(int(found[1])) + 1}", punctilio.report(evaluation, "json"))


def _lines(events: list[Event], name: str) -> list[int]:
    """The line on which each event begins: in CSV, texts of several lines stand as they are."""
    lengths = [
        "".join(_cell(value) for value in event.values() if isinstance(value, str)).count("\n") + 1 for event in events
    ]
    return list(accumulate(lengths[:-1], initial=2)) if ".csv" in name else list(range(1, len(events) + 1))


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_events_give_the_same_report(name: str, tmp_path: Path) -> None:
    events = _events()
    (tmp_path / "log.jsonl").write_bytes(_as_lines(events))
    (tmp_path / name).write_bytes(WRITERS[name](events))

    report = _report(tmp_path / name, _lines(events, name))

    assert "event 47" in report
    assert report == _report(tmp_path / "log.jsonl", _lines(events, "log.jsonl"))


@pytest.mark.parametrize("name", ["log.jsonl", "log.csv", "log.yaml"])
def test_parquet_by_another_name_is_one_mistake_and_not_read_as_lines(name: str, tmp_path: Path) -> None:
    pl.DataFrame({"case": ["a"], "type": ["case.closed"], "at": ["2026-03-01T09:00:00Z"]}).write_parquet(
        tmp_path / name
    )

    with pytest.raises(punctilio.errors.InvalidLogError) as raised:
        punctilio.read_log(tmp_path / name, quarantine=True)

    [problem] = raised.value.problems
    assert (problem.code, problem.sentence) == (
        "LOG-UNKNOWN-FORMAT",
        "This is Parquet by its content: let its name end in .parquet.",
    )
