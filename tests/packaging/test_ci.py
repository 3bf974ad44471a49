"""The build fails where a test fails, was left out, or where none ran."""

from __future__ import annotations

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
    makefile = f"test:\n\t@echo '{summary}'\n\t@exit {made}\n"
    (tmp_path / "Makefile").write_text(makefile, encoding="utf-8")

    done = subprocess.run([tmp_path / ".ci" / "run"], capture_output=True, text=True, check=False)

    assert done.returncode == code, done.stdout + done.stderr
