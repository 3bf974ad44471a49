"""Bundled plugins come in by the door of a stranger's: an entry point, and what is promised to everybody."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(file.parent.name for file in (ROOT / "plugins").glob("*/plugin.py"))
PROMISED = {"punctilio", "punctilio.contracts", "punctilio.errors", "punctilio.testing"}


def imported(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_uses_what_is_promised_and_no_other_plugin(plugin: str) -> None:
    names = set(imported(ROOT / "plugins" / plugin))

    of_engine = {name for name in names if name.partition(".")[0] == "punctilio"}
    of_others = {name for name in names if name.startswith("punctilio_") and name.partition(".")[0] != plugin}
    assert of_engine <= PROMISED
    assert not of_others


def test_the_engine_knows_none_of_them() -> None:
    assert not {name for name in imported(ROOT / "engine") if name.startswith("punctilio_")}


def test_each_has_its_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    points = project["project"]["entry-points"]["punctilio"]
    assert sorted(points.values()) == [f"{plugin}.plugin" for plugin in PLUGINS]
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {f"plugins/{plugin}" for plugin in PLUGINS} <= set(packages)
