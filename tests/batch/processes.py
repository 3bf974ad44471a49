"""The command as a process that can be killed, judging in small parts, and what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.batch.post import Post

PATIENCE: Final = 60.0
"""Seconds after which what is awaited will not come."""

# The command line has no measure as small as these, and needs none.
_COMMAND: Final = """\
import sys
from punctilio.batch.sizes import Budget
from punctilio.cli import large
from punctilio.cli.main import main
large.budget = lambda memory, jobs, rules: Budget(jobs or 1, part=100, run=300, piece=100)
main(sys.argv[1:])
"""


@contextmanager
def command(post: Post, work: Path, *options: str) -> Generator[subprocess.Popen[bytes], None, None]:
    """``rules evaluate`` at work; ended with the block."""
    arguments = ["evaluate", *post.logs, "--rules", str(post.rules), "--as-of", "2026-04-20T12:00:00Z"]
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, *arguments, "--work", str(work), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(post: Post, work: Path, *options: str) -> tuple[int, bytes, str]:
    """The command to its end: its code, what it wrote, what it said."""
    with command(post, work, *options) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err.decode()


def await_(what: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    """Until that holds, which it must while the process lives."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "It never came."
        assert process is None or process.poll() is None, "The process ended before."
        time.sleep(0.001)


def is_there(folder: Path, pattern: str) -> Callable[[], bool]:
    """Whether a file of such a name is in the folder, or below."""
    return lambda: any(folder.rglob(pattern))


def workers_of(parent: int) -> list[int]:
    """The worker processes that this process has now, by number."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent_of(entry) == parent and b"batch.worker" in _line_of(entry):
            found.append(int(entry.name))
    return sorted(found)


def are_gone(processes: list[int]) -> bool:
    return not any(b"batch.worker" in _line_of(Path(f"/proc/{number}")) for number in processes)


def _parent_of(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return None


def _line_of(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()  # empty for one that ended and was not yet asked for its code
    except OSError:
        return b""


def kill(process: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)
