"""Bundled plugins use what a stranger's can use, and are found as a stranger's are found."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLED = sorted(path for path in (ROOT / "plugins").iterdir() if (path / "plugin.py").is_file())
FACADE = {"punctilio", "punctilio.contracts", "punctilio.errors"}


def imported(package: Path) -> Iterator[str]:
    """Every module that the package imports, wherever in its code."""
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file} imports relatively, which hides from where"
                yield str(node.module)


@pytest.mark.parametrize("package", BUNDLED, ids=lambda package: package.name)
def test_it_uses_the_public_facade_alone(package: Path) -> None:
    names = set(imported(package))

    assert {name for name in names if name.split(".")[0] == "punctilio"} <= FACADE
    others = {name.split(".")[0] for name in names if name.startswith("punctilio_")}
    assert others <= {package.name}, "plugins do not know each other"


def test_each_is_an_entry_point_and_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    points = project["project"]["entry-points"]["punctilio"]
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert sorted(points.values()) == [f"{package.name}.plugin" for package in BUNDLED]
    assert {f"plugins/{package.name}" for package in BUNDLED} <= set(shipped)
    assert all((package / "py.typed").is_file() for package in BUNDLED)
