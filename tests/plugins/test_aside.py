"""What a plugin writes past Python, or has another program write, spoils no report either."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest

from punctilio.origin import Origin
from punctilio.plugins.aside import aside, own
from punctilio.plugins.guard import guarded
from tests.plugins.installing import Install
from tests.plugins.judging import AS_OF, sent

NOISY = """
import os, subprocess, sys

def noise(where):
    os.write(1, b"noise\\n")
    subprocess.run([sys.executable, "-S", "-c", "print('noise')"])
    sys.__stdout__.write("noise\\n")

noise("at import")

class Names:
    name = "names"
    is_text = True

    def write(self, rows, run, file):
        noise("in a reporter")
        for frame in rows:
            file.write(b"row\\n")
        noise("in a reporter")

@hookimpl
def reporters():
    noise("in a hook")
    return [Names()]
"""


def test_the_report_alone_is_on_standard_output(install: Install, tmp_path: Path) -> None:
    install(NOISY)
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(sent("x")) + "\n", encoding="utf-8")
    paths = os.pathsep.join((str(tmp_path / "site"), *(path for path in sys.path if path)))
    command = [sys.executable, "-m", "punctilio", "evaluate", str(log), "--as-of", AS_OF.isoformat()]

    done = subprocess.run(
        [*command, "-r", "after-interview", "--format", "names", "--fail-on", "never"],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, set(done.stdout.split("\n"))) == (0, {"row", ""})
    assert set(done.stderr.split("\n")) == {"noise", ""}
    assert done.stderr.count("noise") >= 12


def test_what_was_said_before_and_after_stays_where_it_was_meant_for(capfd: pytest.CaptureFixture[str]) -> None:
    print("before")
    guarded(Origin("loud", "loud", "1.0", "loud"), "its noise", lambda: os.write(1, b"within\n"))
    os.write(1, b"after\n")

    assert capfd.readouterr() == ("before\nafter\n", "within\n")


def test_threads_that_overlap_leave_all_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    """The one that begins first ends first, while the other is still at it."""
    begun, ended = Barrier(2), Barrier(2)

    def late() -> None:
        with aside:
            begun.wait(60)
            ended.wait(60)
            os.write(1, b"late\n")

    thread = Thread(target=late)
    with aside:
        thread.start()
        begun.wait(60)
    ended.wait(60)
    thread.join(60)
    print("after")
    os.write(1, b"and past Python\n")

    assert capfd.readouterr() == ("after\nand past Python\n", "late\n")


def test_a_closed_standard_output_stays_closed() -> None:
    program = (
        "import os\nos.close(1)\nfrom punctilio.plugins.aside import aside\n"
        "with aside: pass\ntry: os.fstat(1)\nexcept OSError: os._exit(7)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 7


def test_a_file_that_is_no_standard_output_is_itself(tmp_path: Path) -> None:
    with (tmp_path / "report").open("wb") as file, own(file) as same:
        assert same is file
