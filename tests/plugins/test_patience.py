"""A plugin that does not come to an end is left behind, and named; everybody else goes on at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from punctilio.cli.main import run
from punctilio.plugins.loading import installed
from punctilio.plugins.patience import SETTING
from tests.plugins.installing import Install

LOUD = """
class Loud:
    name = "no-shouting"

    def judge(self, texts):
        return ["shouts" if text.isupper() else None for text in texts]

@hookimpl
def checks():
    return [Loud()]
"""
A_MOMENT = "0.2"
FOREVER = "1000000"
HANGS = {
    "waits": "import threading\nthreading.Event().wait()",
    "is-busy": "while True: pass",
    "waits-for-a-line": "import os\nends = os.pipe()\nos.read(ends[0], 1)",
    "waits-in-a-hook": "import threading\n@hookimpl\ndef channels(): threading.Event().wait()",
}


def problems(name: str) -> tuple[str, ...]:
    return next(plugin.problems for plugin in installed().plugins if plugin.origin.plugin == name)


@pytest.mark.parametrize("hang", HANGS)
def test_what_hangs_is_named_and_the_others_are_there(
    install: Install, hang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = install(HANGS[hang], name="slow", distribution="aaa-slow")
    install(LOUD, name="loud", distribution="zzz-loud")
    monkeypatch.setenv(SETTING, A_MOMENT)

    assert "no-shouting" in installed().checks
    monkeypatch.setenv(SETTING, FOREVER)  # nobody waits for it twice
    doing = "its hook `channels`" if "hook" in hang else f"the import of `{module}`"
    assert problems("slow") == (f"{doing} did not end within 0.2 seconds. Set {SETTING}=60 to wait for a minute.",)
    assert problems("loud") == ()


def test_what_is_busy_takes_no_time_from_the_others(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    module = install("while True: pass", name="slow")
    monkeypatch.setenv(SETTING, A_MOMENT)

    installed()

    for thread in threading.enumerate():
        if thread.name == f"loading {module}":
            thread.join(60)
            assert not thread.is_alive()


def test_a_library_that_hangs_costs_those_alone_that_use_it(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site" / "installed_library.py").write_text("import threading\nthreading.Event().wait()\n", "utf-8")
    for name in ("one", "two"):
        install("import installed_library", name=name, distribution=name)
    install(LOUD, name="loud", distribution="zzz-loud")
    monkeypatch.setenv(SETTING, A_MOMENT)

    assert "no-shouting" in installed().checks
    assert all("did not end within 0.2 seconds" in problems(name)[0] for name in ("one", "two"))


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("from punctilio.plugins.loading import installed; print(len(installed().channels))", 0),
        ("import sys; from punctilio.cli.main import main; main(['plugins', 'list'])", 1),
    ],
)
def test_a_process_with_one_that_hangs_comes_to_its_end(
    install: Install, tmp_path: Path, program: str, code: int
) -> None:
    install("import threading\nprint('hello')\nthreading.Event().wait()", name="slow")
    paths = os.pathsep.join((str(tmp_path / "site"), *(path for path in sys.path if path)))
    environment = {**os.environ, "PYTHONPATH": paths, SETTING: "1"}

    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == code
    assert done.stderr == "hello\n"
    assert done.stdout == "3\n" or "slow (punctilio-pigeon 1.0), loaded in 1" in done.stdout


@pytest.mark.parametrize("said", ["soon", "0", "-1", "nan", "inf", "1e30"])
def test_a_bound_that_is_none_is_a_mistake(
    said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SETTING, said)

    assert run(["plugins", "list"]) == 2
    assert capsys.readouterr().err == (
        f"Error: `{SETTING}={said}` says nothing. Write a number of seconds above 0, such as 10.\n"
    )


def test_what_holds_up_all_of_python_ends_the_command_and_is_named(install: Install, tmp_path: Path) -> None:
    module = install("import itertools\nsum(itertools.repeat(0))", name="slow")
    paths = os.pathsep.join((str(tmp_path / "site"), *(path for path in sys.path if path)))
    program = (
        "from punctilio.cli.main import main\nfrom punctilio.plugins import loading\n"
        "loading.LEFT_TO_END = 1.0\nmain(['evaluate', 'log.jsonl', '--format', 'names'])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": paths, SETTING: "0.2"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (-9, "")
    assert done.stderr == (
        f"Error: The plugin `slow` of punctilio-pigeon 1.0: the import of `{module}` holds up all of Python, "
        "so that nothing can go on without it. Keep it out: -p no:slow.\n"
    )
