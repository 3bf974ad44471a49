"""The hooks for pre-commit: as its own schema says, and run by it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]
MANIFEST: Final = ROOT / ".pre-commit-hooks.yaml"
PROGRAMS: Final = Path(sys.executable).parent
MISSPELT: Final = "language: 1\nextends: [after-interview]\nparameters: {max_inquiry: 3}\n"
CASE: Final = """\
title: Nothing happened
log: [{case: acme, at: 2026-03-03 11:00, type: case.opened}]
at: [{as_of: 2026-03-03 12:00, statuses: {acme: open}}]
"""

Hook = Callable[[str], "subprocess.CompletedProcess[str]"]


def test_they_are_as_the_schema_says() -> None:
    done = subprocess.run([PROGRAMS / "pre-commit", "validate-manifest", MANIFEST], capture_output=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.fixture
def hooked(tmp_path: Path) -> Hook:
    """What a hook says of all files of a repository, by the command that is installed here."""
    environment = {
        "PATH": os.pathsep.join((str(PROGRAMS), os.environ["PATH"])),
        "HOME": str(tmp_path),
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    repository = tmp_path / "repository"
    repository.mkdir()
    hooks: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"} for hook in hooks]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")

    def here(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=environment, cwd=repository, capture_output=True, text=True, check=False)

    here("git", "init", "--quiet")

    def run(hook: str) -> subprocess.CompletedProcess[str]:
        here("git", "add", "--all")
        return here("pre-commit", "run", hook, "--all-files", "--color=never")

    return run


def test_a_mistake_in_a_rule_file_stops_the_commit(hooked: Hook, tmp_path: Path) -> None:
    rules = tmp_path / "repository" / "etiquette"
    rules.mkdir()
    (rules / "punctilio.yaml").write_text(MISSPELT, encoding="utf-8")
    (rules / "other.yaml").write_text("no: rules\n", encoding="utf-8")

    done = hooked("rules-validate")

    assert done.returncode == 1
    assert "etiquette/punctilio.yaml:3:14: error: UNKNOWN-PARAMETER" in done.stdout
    assert "other.yaml" not in done.stdout

    (rules / "punctilio.yaml").write_text(MISSPELT.replace("inquiry", "inquiries"), encoding="utf-8")
    assert hooked("rules-validate").returncode == 0


def test_where_there_are_no_rules_nothing_is_done(hooked: Hook, tmp_path: Path) -> None:
    (tmp_path / "repository" / "other.yaml").write_text("no: rules\n", encoding="utf-8")

    done = hooked("rules-validate")

    assert (done.returncode, "Skipped" in done.stdout) == (0, True)


def test_a_promise_that_is_not_kept_stops_the_commit(hooked: Hook, tmp_path: Path) -> None:
    cases = tmp_path / "repository" / "cases"
    cases.mkdir()
    (cases / "opened.yaml").write_text(CASE, encoding="utf-8")

    assert hooked("rules-test").returncode == 0

    (cases / "opened.yaml").write_text(CASE.replace("acme: open", "acme: closed"), encoding="utf-8")
    done = hooked("rules-test")
    assert done.returncode == 1
    assert "cases/opened.yaml" in done.stdout
