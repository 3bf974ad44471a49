"""Small logs do not pay for what large ones need."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from punctilio.cli.small import SMALL, spare
from tests.batch.post import post


def loaded_by(*arguments: str) -> set[str]:
    """The modules of ours that the command loads."""
    code = "import sys\nfrom punctilio.cli.main import run\nrun(sys.argv[1:])\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return {module for module in done.stderr.split() if module.startswith("punctilio")}


def test_a_small_log_is_judged_without_all_this(tmp_path: Path) -> None:
    letters = post(tmp_path, cases=3)
    plain = ["evaluate", *letters.logs, "--rules", str(letters.rules)]

    assert "punctilio.batch.run" in loaded_by(*plain, "--memory", "2 GB")
    assert not {module for module in loaded_by(*plain) if module.startswith("punctilio.batch")}


@pytest.mark.parametrize(("size", "small"), [(SMALL, True), (SMALL + 1, False)])
def test_a_log_is_small_by_its_size(tmp_path: Path, size: int, small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setenv("POLARS_MAX_THREADS", "2")
    log = tmp_path / "log.jsonl"
    log.write_bytes(b" " * size)
    assert spare([str(log)]) is small


def test_what_is_packed_may_be_large(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(gzip.compress(b" " * 40 * SMALL))
    assert log.stat().st_size < SMALL
    assert not spare([str(log)])
