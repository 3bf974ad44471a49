"""Every package that the engine imports is declared, and every declared one is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEWER = {"compression"}
"""Modules of the standard library that the oldest Python does not have yet."""
DATA_ONLY = {"tzdata"}
"""Read as data, by its module's name."""
OF_THE_HOST = {"pytest_plugin.py": "pytest"}
"""What only a module imports that the package itself loads."""


def imported() -> Iterator[str]:
    for file in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield from (module for module in _named(node) if module != OF_THE_HOST.get(file.name))


def _named(node: ast.AST) -> Iterator[str]:
    """The top-level modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in project["dependencies"]}


def test_what_is_imported_is_declared() -> None:
    modules = set(imported()) - set(sys.stdlib_module_names) - NEWER - {"punctilio"}
    distributions = packages_distributions()

    needed = {distributions[module][0].lower() for module in modules}

    assert needed | DATA_ONLY == declared()
