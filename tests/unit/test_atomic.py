"""Files that are whole or not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from punctilio.atomic import descriptor, replacing


def test_what_was_there_stays_until_the_new_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(b"old")

    with replacing(file) as new:
        new.write(b"new")
        new.flush()
        assert file.read_bytes() == b"old"

    assert file.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_what_fails_leaves_the_old_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(b"old")

    def fail() -> None:
        with replacing(file) as new:
            new.write(b"ne")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_process_that_is_killed_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from punctilio.atomic import replacing\n"
        "with replacing(Path('report')) as new:\n"
        "    new.write(b'ne')\n"
        "    new.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)

    assert done.returncode == -signal.SIGKILL
    assert [(path.name[:11], path.suffix) for path in tmp_path.iterdir()] == [(".punctilio-", ".part")]


def test_the_rights_of_a_file_stay_and_those_of_a_new_one_are_usual(tmp_path: Path) -> None:
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    old.touch()
    old.chmod(0o640)
    usual.touch()

    for file in (old, new):
        with replacing(file):
            pass

    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")

    with replacing(tmp_path / "link") as new:
        new.write(b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    with replacing(pipe) as new:
        new.write(b"new")

    assert os.read(reader, 9) == b"new"
    assert pipe.is_fifo()
    os.close(reader)


@pytest.mark.parametrize("name", ["/dev/fd", "/proc/self/fd", "/proc/{own}/fd", "/proc/thread-self/fd"])
def test_what_is_open_is_gone_on_with(tmp_path: Path, name: str) -> None:
    file, folder = tmp_path / "all", name.format(own=os.getpid())
    with file.open("ab") as there:
        there.write(b"old ")
        there.flush()
        (tmp_path / "link").symlink_to(f"{folder}/{there.fileno()}")

        assert descriptor(tmp_path / "link") == there.fileno()
        with replacing(tmp_path / "link") as new:
            new.write(b"new ")
        there.write(b"more")

    assert file.read_bytes() == b"old new more"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all", "link"]


def test_so_is_what_another_process_has_open(tmp_path: Path) -> None:
    file = tmp_path / "all"
    file.write_bytes(b"old ")
    with file.open("ab") as there, subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=there) as other:
        with replacing(Path(f"/proc/{other.pid}/fd/1")) as new:
            new.write(b"new ")
        other.communicate(b"more")

    assert file.read_bytes() == b"old new more"


def test_a_pipe_that_is_open_is_written_to() -> None:
    reader, writer = os.pipe()

    with replacing(Path(f"/dev/fd/{writer}")) as new:
        new.write(b"new")

    assert os.read(reader, 9) == b"new"
    os.close(writer)
    assert os.read(reader, 9) == b""
    os.close(reader)


def test_other_files_lead_to_nothing_that_is_open(tmp_path: Path) -> None:
    (tmp_path / "ring").symlink_to("ring")

    for file in (
        tmp_path / "1",
        tmp_path / "ring",
        tmp_path / "none" / "1",
        Path("a\0b"),
        Path("/"),
        Path("/dev/null"),
    ):
        assert descriptor(file) is None
