"""The build fails where a test fails, was left out, or where none ran."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("summary", "made", "code"),
    [
        ("===== 812 passed in 41.20s =====", 0, 0),
        ("===== 812 passed in 101.20s (0:01:41) =====", 0, 0),
        ("===== 1 failed, 811 passed in 41.20s =====", 2, 2),
        ("===== 811 passed, 1 skipped in 41.20s =====", 0, 1),
        ("===== 811 passed, 1 xfailed in 41.20s =====", 0, 1),
        ("===== 800 passed, 12 deselected in 41.20s =====", 0, 1),
        ("===== no tests ran in 0.20s =====", 0, 1),
        ("", 0, 1),
    ],
)
def test_the_summary_decides(summary: str, made: int, code: int, tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    for program in ("dovecot", "npm", "strace"):  # so that it installs nothing here
        (tmp_path / program).touch(mode=0o755)
    makefile = f"test:\n\t@echo '{summary}'\n\t@exit {made}\n"
    (tmp_path / "Makefile").write_text(makefile, encoding="utf-8")

    path = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path}
    done = subprocess.run([tmp_path / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == code, done.stdout + done.stderr


def test_what_is_missing_is_installed_where_that_can_be_done(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "Makefile").write_text("test:\n\t@echo '== 1 passed in 0.10s =='\n", encoding="utf-8")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "cat", "dirname", "echo", "env", "grep", "make", "mktemp", "rm", "sh", "tail", "tee"):
        (programs / name).symlink_to(shutil.which(name) or name)
    for name, script in {"id": "echo 0", "apt-get": f"echo apt-get $* >>{tmp_path}/asked"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o755)

    done = subprocess.run(
        [tmp_path / ".ci" / "run"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked.startswith("apt-get update -q\napt-get install -y -q --no-install-recommends ")
    assert asked.rstrip().endswith("strace")
