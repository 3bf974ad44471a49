"""The interval that covers a moment."""

from __future__ import annotations

import polars as pl
import pytest

from punctilio.covering import ASKED, BEGAN, EXIT, latest_covering


def covering(intervals: list[tuple[int, int | None]], asked: int, *, strictly: bool = False) -> int | None:
    """The beginning of the interval that is found, in a case where others have intervals too."""
    rows = [("case", began, over, began) for began, over in intervals] + [("other", asked, None, -1)]
    right = pl.DataFrame(
        rows, schema={"case": pl.String, BEGAN: pl.Int64, EXIT: pl.Int64, "found": pl.Int64}, orient="row"
    )
    left = pl.DataFrame({"case": ["case"], ASKED: [asked]})
    found = latest_covering(left, right, ["found"], by=["case"], strictly=strictly)["found"].to_list()
    assert len(found) == 1
    return found[0] if found[0] is None else int(found[0])


@pytest.mark.parametrize(
    ("intervals", "asked", "began"),
    [
        ([], 5, None),
        ([(6, None)], 5, None),
        ([(5, None)], 5, 5),
        ([(1, None), (3, None)], 5, 3),
        ([(1, None), (3, 5)], 5, 1),  # over at the moment asked for
        ([(1, None), (3, 6)], 5, 3),
        ([(0, None), (1, 2), (2, 3), (3, 4)], 9, 0),  # far back, over all that are over
        ([(1, 2), (2, 3)], 9, None),
    ],
)
def test_the_latest_that_is_not_over_is_found(
    intervals: list[tuple[int, int | None]], asked: int, began: int | None
) -> None:
    assert covering(intervals, asked) == began


def test_strictly_before_leaves_out_what_begins_then() -> None:
    assert covering([(1, None), (5, None)], 5, strictly=True) == 1
    assert covering([(1, None), (4, 5)], 5, strictly=True) == 1
