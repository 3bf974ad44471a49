"""Whatever a rule file holds, it is answered with problems, never with a traceback."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

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
    children: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        children = cast(dict[str, Any], value).items()
    elif isinstance(value, list):
        children = enumerate(cast(Iterable[Any], value))
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
@settings(derandomize=True, max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_loading_a_bundled_pack_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from punctilio.rulebook.load import load_rules\n"
        "load_rules('after-interview')\n"
        "assert 'jsonschema' not in sys.modules, 'jsonschema'\n"
        "assert 'polars' not in sys.modules, 'polars'\n"
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


@pytest.mark.parametrize("source", [".", "", "sub/"])
def test_a_folder_is_no_rule_file(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    [found] = validate_rules(source)
    assert (found.code, found.message.partition(",")[0]) == ("UNKNOWN-PACK", "This is a folder")
