"""The engine equals the slow reference, on generated rules and logs, and every verdict is among them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from punctilio.model.decision import Verdict
from tests.property.both import Workshop, differences, ids, placed, told
from tests.property.logs import known_ats, logs
from tests.property.rule_files import rule_files
from tests.property.worlds import WORLDS
from tests.reference.evaluate import evaluate


def test_the_engine_equals_the_reference(tmp_path: Path, verdicts: Counter[str], effort: settings) -> None:
    workshop = Workshop(tmp_path)

    @settings(effort, max_examples=7 * effort.max_examples)
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        world = data.draw(st.sampled_from(WORLDS))
        rules = data.draw(rule_files(world))
        lines, as_of = data.draw(logs(world, [rule["id"] for rule in rules["rules"]], cases=50))
        halves = (lines[::2], lines[1::2])
        known_at = data.draw(known_ats(as_of))
        evaluation = workshop.judged_either_way(workshop.rules(rules), as_of, *halves, known_at=known_at)
        reference = evaluate(evaluation.rulebook, placed(*halves), as_of, ids(evaluation), known_at)
        verdicts.update(row.verdict for row in reference.decisions)
        assert differences(told(evaluation), reference) == []

    agree()
    assert set(Verdict) == set(verdicts)
