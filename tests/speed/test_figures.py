"""Figures are held against the goals as they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.speed import figures as f
from tests.speed.figures import Figure, goals, markdown, write


def figure(work: str, log: str, events: int, who: str, wall: float) -> Figure:
    return Figure(work, log, events, who, wall, 2 * wall, 5_000_000)


def test_each_ratio_is_of_the_largest_log_that_both_judged() -> None:
    found = goals(
        [
            figure(f.EVALUATION, "10k", 100_000, f.PUNCTILIO, 1.0),
            figure(f.EVALUATION, "10k", 100_000, f.BY_HAND, 0.8),
            figure(f.EVALUATION, "1k", 10_000, f.PUNCTILIO, 0.3),
            figure(f.EVALUATION, "1k", 10_000, f.BY_HAND, 0.1),
        ]
    )

    assert [(goal.name, goal.wall, goal.bound, goal.is_met) for goal in found] == [
        ("rules ÷ Polars by hand, evaluation only (10k)", 1.25, 1.25, True)
    ]


def test_a_goal_of_being_faster_is_met_from_its_bound_on() -> None:
    found = goals(
        [
            figure("thanks.yaml", "10k", 100_000, f.PUNCTILIO, 0.5),
            figure("thanks.yaml", "10k", 100_000, "clipspy", 5.0),
            figure("thanks.yaml", "10k", 100_000, "zen-engine", 4.9),
            figure("thanks.yaml", "10k", 100_000, f"zen-engine{f.ALONE}", 4.8),
        ]
    )

    assert [(goal.name, goal.is_met) for goal in found] == [
        ("clipspy ÷ rules, thanks.yaml (10k)", True),
        ("zen-engine ÷ rules, thanks.yaml (10k)", False),
    ]


@pytest.mark.parametrize(("last", "exponent"), [(20.0, 1.0), (40.0, 1.301)])
def test_growth_is_the_slope_of_the_logarithms_of_large_logs(last: float, exponent: float) -> None:
    walls = [("1k", 13_000, 5.0), ("10k", 130_000, 2.0), ("100k", 1_300_000, last)]

    [growth] = goals([figure(f.WHOLE, log, events, f.PUNCTILIO, wall) for log, events, wall in walls])

    assert growth.name == "growth exponent, whole process (10k to 100k)"
    assert growth.wall == pytest.approx(exponent, abs=0.001)


def test_the_giant_is_compared_by_event() -> None:
    [giant] = goals(
        [figure(f.WHOLE, f.GIANT, 1_000, f.PUNCTILIO, 3.0), figure(f.WHOLE, f.AS_MANY, 1_500, f.PUNCTILIO, 2.0)]
    )

    assert giant.wall == pytest.approx(2.25)
    assert not giant.is_met


def test_the_tables_show_ratios_to_punctilio() -> None:
    table = markdown(
        [
            figure(f.WHOLE, "1k", 13_000, f.PUNCTILIO, 0.5),
            figure(f.WHOLE, "1k", 13_000, f.SCAN, 0.25),
        ]
    )

    assert "| whole JSONL batch ÷ Polars' scan alone (1k) | 2.00 | 2.00 | ≤ 2.5 | met |" in table
    assert "| 1k | 13,000 | Polars' scan of the file, alone | 0.250 | 0.500 | 52,000 | 5 | 0.50 | 0.50 |" in table


def test_figures_and_goals_are_written_as_json(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"

    write([figure(f.WHOLE, "1k", 13_000, f.PUNCTILIO, 0.5), figure(f.WHOLE, "1k", 13_000, f.SCAN, 0.1)], file)

    written = json.loads(file.read_text(encoding="utf-8"))
    assert [row["who"] for row in written["figures"]] == [f.PUNCTILIO, f.SCAN]
    assert [(row["wall"], row["is_met"]) for row in written["goals"]] == [(5.0, False)]
