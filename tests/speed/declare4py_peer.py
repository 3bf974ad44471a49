"""Declare4Py: its conformance checker for MP-Declare, on one timed response constraint. The traces are pm4py's."""

# The engines are in an environment of their own, out of the type checkers' sight, and most have no types.
# pyright: basic, reportMissingImports=false

from __future__ import annotations

from typing import Final

import pm4py
from Declare4Py.D4PyEventLog import D4PyEventLog
from Declare4Py.ProcessMiningTasks.ConformanceChecking.MPDeclareAnalyzer import MPDeclareAnalyzer
from Declare4Py.ProcessModels.DeclareModel import DeclareModel

from tests.speed.peers import DUE, Said, Story
from tests.speed.pm4py_peer import traces

MODEL: Final = f"activity interview\nactivity thanks\nResponse[interview, thanks] | | |0,{DUE},s\n"


def prepare(story: Story) -> D4PyEventLog:
    log = pm4py.convert_to_event_log(traces(story))
    log._properties["pm4py:param:timestamp_key"] = "time:timestamp"
    log._properties["pm4py:param:activity_key"] = "concept:name"
    return D4PyEventLog(log=log)


def judge(prepared: D4PyEventLog) -> Said:
    model = DeclareModel().parse_from_string(MODEL)
    results = MPDeclareAnalyzer(log=prepared, declare_model=model, consider_vacuity=False).run()
    fulfilled = results.get_metric("num_fulfillments").iloc[:, 0]
    names = (trace.attributes["concept:name"] for trace in prepared.get_log())
    return [(int(name), "satisfied") for name, count in zip(names, fulfilled, strict=True) if count]
