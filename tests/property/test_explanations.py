"""What is explained of generated rules and logs holds: against the evaluation, time, and the engine's own judgement."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.evaluation import evaluate
from punctilio.forecasting import accounts
from punctilio.logs.read import read_log
from punctilio.tables import columns as c
from tests.forecasting.holding import complaints
from tests.property.both import Workshop
from tests.property.logs import logs, write
from tests.property.rule_files import rule_files
from tests.property.worlds import WORLDS


def test_accounts_hold(tmp_path: Path, effort: settings) -> None:
    workshop = Workshop(tmp_path)

    @settings(effort, max_examples=max(1, effort.max_examples // 3))
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        world = data.draw(st.sampled_from(WORLDS))
        rules = data.draw(rule_files(world))
        lines, as_of = data.draw(logs(world, [rule["id"] for rule in rules["rules"]], cases=1))
        rulebook = workshop.rules(rules)
        log = read_log([write(tmp_path / "0.jsonl", lines)], vocabulary=rulebook.vocabulary)
        evaluation = evaluate(rulebook, log, as_of=as_of)
        told = [accounts(evaluation, case) for case in evaluation.statuses[c.CASE]]
        assert list(complaints(evaluation, told, log, tmp_path)) == []

    hold()
