"""Runs tell the same as windows, in frames that are sorted by their groups."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punctilio.tables.runs import begins, carried, following, place, previous, running_sum

BY = ["case", "key"]
NUMBER, TEXT = pl.col("number"), pl.col("text")
ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from([None, "a", "b"]), st.integers(-2, 2), st.sampled_from([None, "x", "y"])
    ),
    max_size=30,
)
SAME = {
    "begins": (begins(BY), (pl.int_range(pl.len()) == 0).over(BY)),
    "place": (place(BY), pl.int_range(pl.len()).over(BY)),
    "running_sum": (running_sum(NUMBER, BY), NUMBER.cum_sum().over(BY)),
    "previous": (previous(TEXT, BY), TEXT.shift(1).over(BY)),
    "following": (following(TEXT, BY), TEXT.shift(-1).over(BY)),
    "carried": (carried(TEXT, BY), TEXT.forward_fill().over(BY)),
}


@pytest.mark.parametrize("name", SAME)
@given(rows=ROWS)
def test_a_run_tells_what_a_window_does(name: str, rows: list[tuple[int, str | None, int, str | None]]) -> None:
    schema = {"case": pl.UInt32, "key": pl.String, "number": pl.Int64, "text": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").sort(BY, maintain_order=True)
    by_run, by_window = SAME[name]
    assert frame.select(by_run.alias("x"))["x"].to_list() == frame.select(by_window.alias("x"))["x"].to_list()
