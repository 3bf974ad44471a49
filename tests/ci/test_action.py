"""The GitHub Action: as GitHub's own schema says, open to no injection, and run as GitHub would run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.results.reading import github, junit, sarif

ROOT: Final = Path(__file__).parents[2]
ACTION: Final = ROOT / "action.yml"
PROGRAMS: Final = Path(sys.executable).parent
HELD: Final = {
    "case": "acme",
    "type": "interview.held",
    "at": "2026-03-03T11:00:00-05:00",
    "starts_at": "2026-03-03T10:00:00-05:00",
    "people": ["ann"],
}
CASE: Final = """\
title: Nothing happened
log: [{case: acme, at: 2026-03-03 11:00, type: case.opened}]
at: [{as_of: 2026-03-03 12:00, statuses: {acme: open}}]
"""
AS_OF: Final = "2026-03-05T09:00:00-05:00"

Action = Mapping[str, Any]
Step = Callable[..., "subprocess.CompletedProcess[str]"]


def action() -> Action:
    read: Action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return read


def step(name: str) -> Mapping[str, Any]:
    [found] = [step for step in action()["runs"]["steps"] if step["name"] == name]
    return dict(found)


def tool(*command: str | Path) -> None:
    done = subprocess.run([PROGRAMS / command[0], *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_as_the_schema_of_actions_says() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)


def test_nothing_can_be_injected() -> None:
    tool("zizmor", "--offline", "--no-progress", "--pedantic", ACTION)

    assert not any("${{" in step["run"] for step in action()["runs"]["steps"])


@pytest.mark.parametrize("name", [step["name"] for step in action()["runs"]["steps"]])
def test_its_scripts_are_sound(name: str, tmp_path: Path) -> None:
    script = tmp_path / "step.sh"
    script.write_text(f"#!/usr/bin/env bash\n{step(name)['run']}", encoding="utf-8")

    tool("shellcheck", script)


# ── run ──


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of a job in which the action is installed, with the libraries that are here."""
    temporary = tmp_path_factory.mktemp("runner")
    environment = {
        "PATH": os.pathsep.join((str(PROGRAMS), os.environ["PATH"])),
        "RUNNER_TEMP": str(temporary),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(temporary / "outputs"),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's way of saying that there is none
        "PIP_NO_DEPS": "1",
    }
    done = bash(step("Install Punctilio")["run"], environment, temporary)
    assert done.returncode == 0, done.stdout + done.stderr
    return environment


@pytest.fixture
def ran(runner: Mapping[str, str], tmp_path: Path) -> Step:
    """Run the action's command on a workspace with these inputs."""
    (tmp_path / "log.jsonl").write_text(f"{json.dumps(HELD)}\n", encoding="utf-8")

    def run(**given: str) -> subprocess.CompletedProcess[str]:
        inputs = {name: spec.get("default", "") for name, spec in action()["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        values = {
            name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: inputs[found[1]], value)
            for name, value in step("Run rules")["env"].items()
        }
        Path(runner["GITHUB_OUTPUT"]).write_text("", encoding="utf-8")
        return bash(step("Run rules")["run"], {**runner, **values}, tmp_path)

    return run


def bash(script: str, environment: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """As GitHub runs a step whose shell is bash."""
    file = folder / "step.sh"
    file.write_text(script, encoding="utf-8")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)]
    return subprocess.run(command, env=dict(environment), cwd=folder, capture_output=True, text=True, check=False)


def test_it_judges_a_log_and_annotates_its_lines(ran: Step, runner: Mapping[str, str]) -> None:
    done = ran(paths="log.jsonl", rules="after-interview", as_of=AS_OF)

    commands = github(done.stdout)
    assert done.returncode == 1, done.stderr
    assert {"file": "log.jsonl", "line": "1", "title": "thank-each-interviewer"} in [c.properties for c in commands]
    assert Path(runner["GITHUB_OUTPUT"]).read_text(encoding="utf-8") == "exit-code=1\n"


def test_it_writes_a_report_into_a_file_and_passes_where_it_should(ran: Step, tmp_path: Path) -> None:
    done = ran(paths="log.jsonl\n", as_of=AS_OF, fail_on="never", format="sarif", output="report.sarif")

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert sarif((tmp_path / "report.sarif").read_text(encoding="utf-8"))["results"]


def test_it_validates_several_files(ran: Step, tmp_path: Path) -> None:
    for name in ("mine.yaml", "with blank.yaml"):
        (tmp_path / name).write_text("language: 1\nextends: [after-interview]\n", encoding="utf-8")

    done = ran(command="validate", paths="mine.yaml\n\nwith blank.yaml\nlog.jsonl", format="junit")

    assert done.returncode == 0, done.stdout + done.stderr
    found = [case.get("name") for case in junit(done.stdout).iter("testcase")]
    assert found == ["log.jsonl", "mine.yaml", "with blank.yaml"]


def test_it_lints_and_tests_rules(ran: Step, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("language: 1\nextends: [after-interview]\n", encoding="utf-8")
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")

    lints = ran(command="lint", paths="mine.yaml", rules="no-such-pack")
    tests = ran(command="test", paths="case.yaml", rules="mine.yaml", format="junit")

    assert (lints.returncode, github(lints.stdout)) == (0, [])
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert len(list(junit(tests.stdout).iter("testcase"))) == 1


@pytest.mark.parametrize(
    "inputs",
    [
        {"paths": "$(touch caught)"},
        {"paths": "`touch caught`; touch caught"},
        {"paths": "--output=caught\nlog.jsonl"},
        {"paths": "log.jsonl", "rules": "'; touch caught; '"},
        {"paths": "log.jsonl", "as_of": '"; touch caught; "'},
        {"paths": "log.jsonl", "format": "text --output caught"},
        {"paths": "log.jsonl", "fail_on": "never\nexit-code=0"},
        {"paths": "log.jsonl", "command": "evaluate; touch caught"},
        {"paths": "log.jsonl", "command": "export"},
    ],
    ids=str,
)
def test_no_input_is_a_command(ran: Step, runner: Mapping[str, str], tmp_path: Path, inputs: dict[str, str]) -> None:
    done = ran(**inputs)

    assert done.returncode == 2, done.stdout + done.stderr
    assert not (tmp_path / "caught").exists()
    assert Path(runner["GITHUB_OUTPUT"]).read_text(encoding="utf-8") in ("", "exit-code=2\n")


def test_no_file_of_the_workspace_is_run(ran: Step, tmp_path: Path) -> None:
    for module in ("punctilio", "click", "pip", "venv", "polars"):
        (tmp_path / f"{module}.py").write_text("open('caught', 'w')\n", encoding="utf-8")

    done = ran(paths="log.jsonl", as_of=AS_OF)

    assert done.returncode == 1, done.stderr
    assert not (tmp_path / "caught").exists()
