"""Texts and lines as numbers: what holds even where hashes or numbers run out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import punctilio
from punctilio.history import history
from punctilio.matching import next_alike
from punctilio.tables.numbering import numbered, spread
from punctilio.tables.tables import Log
from tests.speed.generate import AS_OF, write_log


def _hash_all_alike(texts: pl.Series) -> pl.Series:
    return pl.repeat(7, len(texts), dtype=pl.UInt64, eager=True)


def _numbers(*texts: str | None) -> tuple[list[str], list[int | None]]:
    names, numbers = numbered(pl.Series(texts, dtype=pl.String))
    return names.to_list(), numbers.to_list()


@pytest.fixture(name="log")
def a_small_log(tmp_path: Path) -> Log:
    write_log(tmp_path / "log.jsonl", count=30)
    return punctilio.read_log(tmp_path / "log.jsonl", rules=punctilio.load_rules())


def test_texts_are_numbered_in_their_order() -> None:
    assert _numbers("b", "a", "b", "c") == (["a", "b", "c"], [1, 0, 1, 2])
    assert _numbers("b", None, "a") == (["a", "b"], [1, None, 0])
    assert _numbers("a", "a") == (["a"], [0, 0])
    assert _numbers(None, None) == ([], [None, None])
    assert _numbers() == ([], [])


def test_texts_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl.Series, "hash", _hash_all_alike)
    assert _numbers("b", "a", "b", "c") == (["a", "b", "c"], [1, 0, 1, 2])
    assert _numbers("b", None, "a") == (["a", "b"], [1, None, 0])


def test_values_are_spread_over_a_column() -> None:
    values, rows = pl.Series("x", [5, 6]), pl.Series([3, 0], dtype=pl.UInt32)
    assert spread(values, rows, 4).to_list() == [6, None, None, 5]
    assert spread(values.clear(), rows.clear(), 2).to_list() == [None, None]


def test_a_log_is_judged_alike_where_all_hashes_are_alike(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = punctilio.load_rules()
    plainly = punctilio.evaluate(rules, log, as_of=AS_OF)
    monkeypatch.setattr(pl.Series, "hash", _hash_all_alike)
    anyway = punctilio.evaluate(rules, log, as_of=AS_OF)
    for frame in ("decisions", "findings", "allowances", "statuses", "notes"):
        assert getattr(anyway, frame).equals(getattr(plainly, frame)), frame


def test_lines_may_need_more_than_64_bits(log: Log) -> None:
    far = 1 << 61
    rows = pl.DataFrame(
        {"row": [0, 1, 2, 3], "rule_no": [0, 0, 0, 9], "key": ["a", "b", "a", "a"], "moment": [1, 2, far, far]},
        schema_overrides={"row": pl.UInt32, "rule_no": pl.UInt32},
    ).with_columns(pl.lit(0, dtype=pl.UInt32).alias("case_no"))
    seen = history(punctilio.load_rules(), log, AS_OF)
    assert next_alike(seen, rows).rows() == [(0, far)]
