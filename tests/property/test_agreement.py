"""The engine equals the slow reference, on generated rules and logs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.both import Workshop, ids, in_order, placed, told
from tests.property.logs import logs
from tests.property.rule_files import rule_files
from tests.property.worlds import WORLDS, World
from tests.reference.evaluate import evaluate

from punctilio.model.decision import Verdict


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_the_engine_equals_the_reference(world: World, tmp_path: Path, verdicts: Counter[str]) -> None:
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        rules = data.draw(rule_files(world))
        rulebook = Workshop(tmp_path).rules(rules)
        lines, as_of = data.draw(logs(world, [rule["id"] for rule in rules["rules"]]))
        halves = (lines[::2], lines[1::2])
        evaluation = Workshop(tmp_path).judged(rulebook, as_of, *halves)
        reference = in_order(evaluate(rulebook, placed(*halves), as_of, ids(evaluation)))
        verdicts.update(row.verdict for row in reference.decisions)
        assert told(evaluation) == reference

    agree()


def test_every_verdict_was_generated(verdicts: Counter[str]) -> None:
    """Runs after the test above; on its own it has nothing to say."""
    assert not verdicts or set(Verdict) <= set(verdicts)
