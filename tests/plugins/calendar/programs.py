"""The programs that people have, run as they run them: khal, todoman, vdirsyncer, and a Radicale server."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

USER, PASSWORD = "mara", "a secret: of 3 words"


def program(name: str) -> str:
    """Where a program is. A test of one that is not installed is skipped, by its name; `.ci/run` allows no skip."""
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        pytest.skip(f"{name} is not installed: pip install 'punctilio[dev]'")
    return found


def said(name: str, *arguments: str | Path, home: Path) -> str:
    """What a program says, in a home of its own."""
    environment = {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PATH": os.environ.get("PATH", ""),
    }
    done = subprocess.run(
        [program(name), *arguments], env=environment, cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# ── the clients ──

_KHAL = """\
[calendars]
[[jobs]]
path = {folder}
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = America/New_York
default_timezone = America/New_York
[sqlite]
path = {home}/khal.db
"""


def events(folder: Path, home: Path) -> list[tuple[str, str, str]]:
    """What khal shows of March and April: when it begins, in New York, its status, its title."""
    (home / "khal.conf").write_text(_KHAL.format(folder=folder, home=home), encoding="utf-8")
    form = "{start-long}\t{status}\t{title}"
    shown = said(
        "khal", "-c", home / "khal.conf", "list", "--day-format", "", "--format", form, "2026-03-01", "61d", home=home
    )
    rows = [line.split("\t") for line in shown.splitlines() if line.strip()]
    return [(start, status.strip(), title) for start, status, title in rows]


def _todoman(folder: Path, home: Path) -> Path:
    config = home / "todoman.py"
    config.write_text(
        f"path = {str(folder)!r}\ncache_path = {str(home / 'todo.db')!r}\n"
        "date_format = '%Y-%m-%d'\ntime_format = '%H:%M'\n",
        encoding="utf-8",
    )
    return config


def tasks(folder: Path, home: Path, status: str = "NEEDS-ACTION,IN-PROCESS") -> list[Mapping[str, Any]]:
    """What todoman shows of these states, as it tells programs."""
    config = _todoman(folder, home)
    shown = said("todo", "--config", config, "--porcelain", "list", "--status", status, home=home)
    return list(json.loads(shown))


def complete(folder: Path, home: Path, task: Mapping[str, Any]) -> None:
    """Tick a task off with todoman."""
    said("todo", "--config", _todoman(folder, home), "done", str(task["id"]), home=home)


_VDIRSYNCER = """\
[general]
status_path = "{home}/status/"
[pair jobs]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "{folder}"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{url}"
username = "{user}"
password = "{password}"
"""


def synchronise(folder: Path, url: str, home: Path) -> None:
    """Bring a folder and a calendar on a server together with vdirsyncer."""
    config = home / "vdirsyncer.conf"
    config.write_text(
        _VDIRSYNCER.format(home=home, folder=folder, url=url, user=USER, password=PASSWORD), encoding="utf-8"
    )
    if not (home / "status").exists():
        said("vdirsyncer", "-c", config, "discover", home=home)
    said("vdirsyncer", "-c", config, "sync", home=home)


# ── the server ──

_RADICALE = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {home}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {home}/store
"""


class Radicale:
    """A running server with the calendar `jobs` of one person."""

    def __init__(self, port: int, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}/{USER}/jobs/"
        self.address = self.url.replace("//", f"//{USER}@")

    def stop(self) -> None:
        """Be gone, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()

    def ask(self, method: str, name: str = "", body: str = "", **headers: str) -> tuple[str, str]:
        """The etag and the body of an answer."""
        key = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = Request(self.url + name, body.encode() or None, {"Authorization": f"Basic {key}", **headers})
        request.method = method
        with urlopen(request) as answer:  # a server of ours, on this machine
            return str(answer.headers.get("ETag", "")), answer.read().decode()


@contextmanager
def radicale(home: Path) -> Generator[Radicale, None, None]:
    """A server that runs as long as the block does. What it holds stays in ``home``."""
    is_new = not (home / "store").exists()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    (home / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
    (home / "radicale.conf").write_text(_RADICALE.format(port=port, home=home), encoding="utf-8")
    command = [program("radicale"), "--config", str(home / "radicale.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        try:
            log = running.stderr
            assert log is not None
            assert any("server ready" in line for line in log), "Radicale does not start."
            server = Radicale(port, running)
            if is_new:
                server.ask("MKCALENDAR")
            yield server
        finally:
            running.terminate()
