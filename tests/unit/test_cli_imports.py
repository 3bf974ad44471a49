"""What a command imports: nothing heavy that it does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"polars", "jinja2", "jsonschema", "referencing", "pluggy", "yaml", "rich", "asyncio"}


def modules_of(statements: str) -> set[str]:
    """The top-level modules that are loaded once the statements have run."""
    code = f"{statements}\nimport sys\nprint(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {module.partition(".")[0] for module in done.stderr.split()}


@pytest.mark.parametrize(
    "arguments",
    [[name, "--help"] for name in ("evaluate", "draft", "export", "proofread", "validate")]
    + [["--help"], ["--version"], ["completion", "bash"]],
)
def test_help_and_completion_import_nothing_heavy(arguments: list[str]) -> None:
    assert not modules_of(f"from punctilio.cli.main import run\nrun({arguments})") & HEAVY


def test_the_facade_imports_nothing_heavy() -> None:
    assert not modules_of("import punctilio") & HEAVY


def test_judging_by_a_bundled_pack_needs_no_schema(tmp_path: Path) -> None:
    log = {"case": "a", "type": "interview.held", "at": "2026-03-03T16:00:00Z", "starts_at": "2026-03-03T15:00:00Z"}
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps(log), encoding="utf-8")
    arguments = ["evaluate", str(path), "-r", "after-interview"]

    loaded = modules_of(f"from punctilio.cli.main import run\nrun({arguments})")

    assert "polars" in loaded
    assert not loaded & {"jinja2", "jsonschema", "referencing", "rich", "asyncio"}
