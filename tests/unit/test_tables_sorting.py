"""Sorting by one number in the place of many columns."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punctilio.tables.schemas import Schema
from punctilio.tables.sorting import sorted_by

EARLY, LATE = datetime(1, 1, 1), datetime(9999, 12, 31)
CELLS = st.tuples(
    st.integers(0, 3),
    st.none() | st.sampled_from([EARLY, datetime(2026, 3, 1), datetime(2026, 3, 1) + timedelta(microseconds=1), LATE]),
    st.none() | st.integers(-2, 2),
    st.none() | st.sampled_from(["", "a", "b"]),
)
SCHEMA: Schema = {"case": pl.UInt32, "at": pl.Datetime("us"), "rule": pl.Int64, "person": pl.String}


@given(st.lists(CELLS, max_size=30))
def test_it_sorts_as_column_by_column(cells: list[tuple[object, ...]]) -> None:
    rows = pl.DataFrame(cells, schema=SCHEMA, orient="row").with_row_index("stood")
    told = sorted_by(rows, [pl.col("case"), pl.col("at"), pl.col("rule")], ["person"])
    assert told.equals(rows.sort("case", "at", "rule", "person", nulls_last=True, maintain_order=True))


@pytest.mark.parametrize("least", [0, -(2**63)])
def test_numbers_too_wide_to_be_one_are_sorted_all_the_same(least: int) -> None:
    rows = pl.DataFrame({"a": [2**63 - 1, least, None], "b": [least, 2**63 - 1, 1], "c": ["x", "y", "z"]})
    told = sorted_by(rows, [pl.col("a"), pl.col("b"), pl.col("a")], ["c"])
    assert told["c"].to_list() == ["y", "x", "z"]
