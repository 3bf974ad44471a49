"""pm4py: its LTL checker, which finds the traces where B follows A within a time. A trace is one interview with one
person, and the thanks that came after it."""

# The engines are in an environment of their own, out of the type checkers' sight, and most have no types.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

from typing import Any

import pandas as pd
from pm4py.algo.filtering.pandas.ltl import ltl_checker

from tests.speed.peers import DUE, Said, Story

CASE, ACTIVITY, TIMESTAMP = "case:concept:name", "concept:name", "time:timestamp"


def traces(story: Story) -> pd.DataFrame:
    """The log as process mining has it: a row for each event of a trace, in order."""
    thanks = story.thanks_by_key()
    rows: list[tuple[str, str, int]] = []
    for i in story.interviews:
        rows.append((str(i.id), "interview", i.at))
        rows += [(str(i.id), "thanks", t.at) for t in thanks.get((i.case, i.person), []) if t.n > i.n]
    log = pd.DataFrame(rows, columns=[CASE, ACTIVITY, TIMESTAMP])
    log[TIMESTAMP] = pd.to_datetime(log[TIMESTAMP], unit="s", utc=True)
    return log


def prepare(story: Story) -> pd.DataFrame:
    return traces(story)


def judge(prepared: pd.DataFrame) -> Said:
    within: dict[Any, Any] = {ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [[0, DUE]]}
    fitting = ltl_checker.eventually_follows(prepared, ["interview", "thanks"], parameters=within)
    return [(int(trace), "satisfied") for trace in fitting[CASE].unique()]
