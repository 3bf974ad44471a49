"""What is wrong in a bundled file because of a person's own file is told in that file, at its cause."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from punctilio.problems import Problem
from punctilio.rulebook.load import validate_rules

PACK = re.compile(r"^This does not go with punctilio/rules/after-interview/rules\.yaml:\d+:\d+: ")


def problems(text: str, folder: Path) -> tuple[Problem, ...]:
    path = folder / "rules.yaml"
    path.write_text(f"language: 1\nextends: [after-interview]\n{text}", encoding="utf-8")
    found = validate_rules(path)
    assert {problem.location.file for problem in found} == {str(path)}
    return found


def test_a_parameter_that_does_not_go_with_another_is_told_where_it_is_set(tmp_path: Path) -> None:
    [found] = problems("parameters:\n  grace: 1 day\n  thank_you_within: 30 days\n", tmp_path)

    assert (found.code, found.location.line, found.source) == ("BAD-VALUE", 5, "  thank_you_within: 30 days")
    assert PACK.sub("", found.message) == (
        "`expires` (14 days) comes before `due` (30 days), so nothing can be in time."
    )


def test_a_value_that_cannot_stand_where_it_is_put_is_told_where_it_is_set(tmp_path: Path) -> None:
    own = "rules:\n  - {id: own, force: may, limit: {of: inquiry, per: [case], gap: $own_gap}}\n"
    set_to = "parameters:\n  own_gap: {type: string, default: soon}\n"
    [found] = problems(set_to + own, tmp_path)
    assert (found.code, found.location.line) == ("BAD-DURATION", 6)

    (tmp_path / "base.yaml").write_text((tmp_path / "rules.yaml").read_text("utf-8").replace("soon", "1 day"), "utf-8")
    (tmp_path / "mine.yaml").write_text("language: 1\nextends: [./base.yaml]\nparameters:\n  own_gap: soon\n", "utf-8")
    [found] = validate_rules(tmp_path / "mine.yaml")
    assert (found.code, Path(found.location.file).name, found.location.line) == ("BAD-DURATION", "mine.yaml", 4)


def test_values_that_a_vocabulary_takes_away_are_told_at_the_field(tmp_path: Path) -> None:
    field = "      fields:\n        channel: {type: enum, values: [post]}\n"
    found = problems(f"vocabulary:\n  name: post\n  events:\n    message.sent:\n{field}", tmp_path)

    assert {(problem.code, problem.location.line) for problem in found} == {("BAD-VALUE", 8)}
    assert all(PACK.match(problem.message) for problem in found)


@pytest.mark.parametrize("name", ["article", "connect"])
def test_a_definition_that_rules_cannot_use_is_told_where_it_stands(name: str, tmp_path: Path) -> None:
    found = problems(f"define:\n  {name}: {{type: case.opened}}\n", tmp_path)

    assert {problem.location.line for problem in found} == {4}
    assert all(PACK.match(problem.message) and problem.suggestion is None for problem in found)
