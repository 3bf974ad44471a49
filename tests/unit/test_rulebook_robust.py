"""Whatever a rule file holds, it is answered with problems: never with a traceback, and not after a long time."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from punctilio import resources
from punctilio.rulebook.load import load_rules, validate_rules
from punctilio.yaml_source import plain, read_document

FILES = Path(__file__).parent / "test_rulebook_files"
ODD: list[Any] = [
    None, "", " ", "x", "a.b", "$x", "off", 0, -1, 2.5, True, [], {}, [[]], [None], {"x": 1}, {"type": "x"}, [{}],
    {"any": []}, {"all": [{}]}, {"not": None}, "24 hours", "24",
    {"gte": 3, "lte": 1}, {"exists": "maybe"}, "order.placed",
    {"event": "order.placed"}, "1 day to midnight",
    {"matches": "("}, {"type": "enum"}, "2026-01-01", "at", ["case", "case"],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in nested data."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from places(child, (*path, step))


def replaced(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(whole)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def data_of(name: str) -> Any:
    root = read_document(FILES / name, name).root
    assert root is not None
    return plain(root)


@pytest.mark.parametrize("name", ["base.yaml", "full.yaml"])
@settings(
    derandomize=True, max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_value_in_any_place_is_answered(name: str, data: st.DataObject, tmp_path: Path) -> None:
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    whole = data_of(name)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(whole))))
        whole = replaced(whole, path, data.draw(st.sampled_from(ODD)))
    (tmp_path / name).write_text(json.dumps(whole), encoding="utf-8")
    problems = validate_rules(tmp_path / name)
    assert all(problem.message.endswith((".", "?")) for problem in problems)
    assert "SCHEMA" not in {problem.code for problem in problems}


def test_a_thousand_rules_are_validated_in_well_under_two_seconds(tmp_path: Path) -> None:
    rule = (
        "  - id: rule-{n}\n    title: Rule {n}\n    force: should\n    expect:\n"
        "      when: {{type: interview.held, topics: {{mentions: [topic {n}]}}}}\n"
        "      each: people\n      until: {{type: message.sent, purpose: thank-you, text: {{words: {{gte: {n}}}}}}}\n"
        "      window: {{due: $thank_you_within, expires: 14 days}}\n      do: {{purpose: thank-you}}\n"
    )
    path = tmp_path / "many.yaml"
    rules = "".join(rule.format(n=n) for n in range(1000))
    path.write_text(f"language: 1\nextends: [after-interview]\nrules:\n{rules}", encoding="utf-8")
    assert any(seconds_for(path) < 2 for _ in range(4)), "never once, though a busy machine may be slow for a while"


def seconds_for(path: Path) -> float:
    start = time.process_time()
    assert validate_rules(path) == ()
    return time.process_time() - start


def test_a_bundled_pack_loads_quickly_and_imports_nothing_heavy() -> None:
    program = (
        "import sys, time\n"
        "from punctilio.rulebook.load import load_rules\n"
        "load_rules('after-interview')\n"
        "start = time.process_time()\n"
        "load_rules('after-interview')\n"
        "spent = time.process_time() - start\n"
        "assert 'jsonschema' not in sys.modules, 'jsonschema'\n"
        "assert 'polars' not in sys.modules, 'polars'\n"
        "assert spent < 0.08, spent\n"
    )
    source = str(Path(resources.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env={"PYTHONPATH": source}
    )
    assert done.returncode == 0, done.stderr


def test_every_bundled_pack_loads() -> None:
    assert resources.packs()
    for name in resources.packs():
        book = load_rules(name)
        assert book.rules
        assert all(rule.location.file == f"punctilio/rules/{name}/rules.yaml" for rule in book.rules)
