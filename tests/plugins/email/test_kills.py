"""Wherever a program that sends is killed, the message goes out once at most, and nobody is told otherwise.

strace kills it at the first, second, third … time that it calls the system in one way, until it comes to its end.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from punctilio.contracts import Outcome
from tests.plugins.email.mailserver import Post, mail_server
from tests.plugins.email.sending import send_once

ROOT = Path(__file__).parents[3]
CALLS = ("connect", "sendto", "pwrite64", "fdatasync", "fsync", "write")
"""The ways in which a byte leaves the program, or is made to last."""
MOST = 100


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (on Debian: apt install strace)")
def test_a_kill_at_any_call_never_sends_twice(tmp_path: Path) -> None:
    with mail_server() as post:
        place = f"{post.url}?from=me%40example.org"
        kills = {call: _killed_at_each(call, tmp_path, place, post) for call in CALLS}

    arrived = _arrived(post)
    assert max(arrived.values()) == 1
    assert all(kills[call] > 0 for call in ("connect", "sendto", "pwrite64", "fdatasync", "write"))


def _killed_at_each(call: str, folder: Path, place: str, post: Post) -> int:
    """How often the program was killed before it came to its end."""
    for number in itertools.count(1):
        assert number < MOST
        decision = f"{CALLS.index(call):x}{number:015x}"
        file = folder / decision / "outbox.sqlite3"
        code = _run(call, number, file, place, decision)
        assert code in (0, -signal.SIGKILL, 128 + signal.SIGKILL)
        _assert_it_is_told_as_it_is(file, place, decision, post)
        if code == 0:
            return number - 1
    raise AssertionError


def _run(call: str, number: int, file: Path, place: str, decision: str) -> int:
    """Run the program, to be killed at the call of that number; gives its exit code."""
    path = os.pathsep.join(str(ROOT / part) for part in ("engine", "plugins", "."))
    killing = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
    killing += ["-e", f"inject={call}:signal=SIGKILL:when={number}"]
    program = [sys.executable, "-m", "tests.plugins.email.sending", str(file), place, decision]
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*killing, *program], env=environment, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert not done.stderr or done.returncode, done.stderr
    return done.returncode


def _assert_it_is_told_as_it_is(file: Path, place: str, decision: str, post: Post) -> None:
    """Whoever tries again is told that it was sent only where it was, and sends it only where it surely was not."""
    again = send_once(file, place, decision)
    assert again.outcome in (Outcome.SENT, Outcome.UNCHANGED, Outcome.UNKNOWN)
    if again.outcome != Outcome.UNKNOWN:
        assert _arrived(post)[decision] == 1


def _arrived(post: Post) -> Counter[str]:
    """How often the message of each decision arrived."""
    found: Counter[str] = Counter()
    for envelope in post.arrived:
        assert isinstance(envelope.content, bytes)
        [line] = [line for line in envelope.content.split(b"\r\n") if line.startswith(b"Message-ID: ")]
        found[line.decode().partition("<")[2].partition("@")[0]] += 1
    return found
