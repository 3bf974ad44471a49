"""What the system refuses ends the run with a sentence, and no report."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from punctilio.batch.sizes import Budget
from tests.batch.post import Post, post

# A disk that is full is stood for by a limit on the size of files, which the system enforces as well.
_COMMAND = """\
import sys
from punctilio.batch.sizes import Budget
from punctilio.cli import large
from punctilio.cli.main import main
large.budget = lambda memory, jobs, rules: Budget({budget})
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Post:
    return post(tmp_path_factory.mktemp("post"))


def _limited(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize(
    ("limit", "budget"),
    [
        (2_000, Budget(jobs=1, part=100, run=300, piece=100)),
        (60_000, Budget(jobs=1, part=5_000, run=200, piece=100)),
    ],
    ids=["splitting", "judging"],
)
def test_a_full_disk(letters: Post, tmp_path: Path, limit: int, budget: Budget) -> None:
    command = _COMMAND.format(budget=", ".join(f"{name}={value}" for name, value in budget._asdict().items()))
    arguments = [*letters.logs, "--rules", str(letters.rules), "--format", "csv", "-o", str(tmp_path / "report")]
    done = subprocess.run(
        [sys.executable, "-B", "-c", command, "evaluate", *arguments, "--work", str(tmp_path / "work")],
        preexec_fn=lambda: _limited(limit),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert f"Error: Cannot write in the work folder {tmp_path / 'work'}/" in done.stderr
    assert (
        ": File too large. Make room there and run the same command again, or name a folder on another" in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "report").exists()


def test_a_work_folder_that_cannot_be_made(letters: Post, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = _COMMAND.format(budget="jobs=1, part=100, run=300, piece=100")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            command,
            "evaluate",
            *letters.logs,
            "-r",
            str(letters.rules),
            "--work",
            f"{tmp_path}/file/a",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Cannot work in " in done.stderr
    assert "Name a folder that can be written with --work." in done.stderr
