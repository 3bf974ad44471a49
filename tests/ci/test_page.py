"""The examples of docs/ci.md are as the schemas of their readers say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
WORKFLOW, PIPELINE, HOOKS = re.findall(r"^```yml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCHEMA: Final = ("check-jsonschema", "--builtin-schema")


@pytest.mark.parametrize(
    ("example", "command"),
    [
        (WORKFLOW, (*SCHEMA, "vendor.github-workflows")),
        (PIPELINE, (*SCHEMA, "vendor.gitlab-ci")),
        (HOOKS, ("pre-commit", "validate-config")),
    ],
    ids=["workflow", "pipeline", "hooks"],
)
def test_each_example_is_right(example: str, command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "example.yml"
    file.write_text(example, encoding="utf-8")
    program = Path(sys.executable).parent / command[0]

    done = subprocess.run([program, *command[1:], file], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_gives_the_action_inputs_that_it_has() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    steps = yaml.safe_load(WORKFLOW)["jobs"]["rules"]["steps"]
    given = {name for step in steps if step["uses"].startswith("OWNER/") for name in step["with"]}

    assert given <= inputs.keys()
    assert re.findall(r"^\| `([a-z-]+)` \|", PAGE.split("| input |")[1].split("\n\n")[0], re.MULTILINE) == list(inputs)


def test_the_hooks_of_the_example_are_there() -> None:
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}

    assert {hook["id"] for hook in yaml.safe_load(HOOKS)["repos"][0]["hooks"]} == known
