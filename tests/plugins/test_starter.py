"""What `rules plugins init` writes is whole: it installs, its tests pass, its types hold, and its plugin works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from punctilio.cli import plugins as command
from punctilio.cli.main import run
from punctilio.plugins.starter import KINDS

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NAMES = {"channel": "pigeon", "source": "logbook", "check": "no-shouting", "reporter": "a-name-as-long-as-can-be"}


def does(arguments: Sequence[str | Path], folder: Path) -> str:
    """What a program says that succeeds, in a folder beside `site`, or above it."""
    places = [folder / "site", folder.parent / "site"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a distribution of each kind, and a folder `site` into which all are installed."""
    folder = tmp_path_factory.mktemp("begun")
    for kind, name in NAMES.items():
        assert run(["plugins", "init", name, f"--{kind}", "--into", str(folder)]) == 0
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    does([*install, "--target", folder / "site", *homes(folder)], folder)
    return folder


def homes(folder: Path) -> list[Path]:
    return [folder / f"punctilio-{name}" for name in NAMES.values()]


@pytest.mark.parametrize("kind", KINDS)
def test_its_tests_pass_and_its_plugin_works(kind: str, begun: Path) -> None:
    name = NAMES[kind]
    home = begun / f"punctilio-{name}"

    assert "passed" in does([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], home)
    listed = json.loads(does([BIN / "rules", "plugins", "list", "--format", "json"], home))
    [mine] = [plugin for plugin in listed["plugins"] if plugin["name"] == name]
    assert (mine["distribution"], mine["version"], mine["problems"]) == (f"punctilio-{name}", "0.1.0", [])
    words = [{"hook": "vocabularies", "name": name}] if kind == "channel" else []
    assert mine["registers"] == [{"hook": f"{kind}s", "name": name}, *words]
    assert " 0 failed" in does([BIN / "rules", "plugins", "check", name], home)


def test_its_types_hold_as_strictly_as_can_be(begun: Path) -> None:
    """All at once, by the settings that each has."""
    own = tomllib.loads((homes(begun)[0] / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert own["mypy"]["strict"] is True
    assert own["pyright"]["typeCheckingMode"] == "strict"
    places = [home / part for home in homes(begun) for part in ("src", "tests")]
    named = [place.relative_to(begun).as_posix() for place in places]
    (begun / "pyrightconfig.json").write_text(json.dumps({**own["pyright"], "include": named}), encoding="utf-8")

    does([BIN / "mypy", "--cache-dir", os.devnull, "--strict", *places], begun)
    does([BIN / "pyright", "--pythonpath", sys.executable], begun)


def test_its_style_is_that_of_its_own_checks(begun: Path) -> None:
    does([BIN / "ruff", "check", "--no-cache", *homes(begun)], begun)
    does([BIN / "ruff", "format", "--check", "--no-cache", *homes(begun)], begun)


def test_every_kind_can_be_asked_for() -> None:
    assert command.KINDS == KINDS
    assert {path.name for path in (ROOT / "starters").iterdir()} == {"common", "folder", *KINDS}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Pigeon", "--channel"], "`Pigeon` is no name"),
        (["../up", "--channel"], "`../up` is no name"),
        (["x" * 26, "--channel"], "25 letters at most"),
        (["json", "--reporter"], "The name `json` is taken by Punctilio itself."),
        (["email", "--source"], "The name `email` is taken by Punctilio itself."),
        (["pigeon"], "Say what it is to be: --channel, --source, --check, --reporter."),
        (["there", "--check"], "already. Choose another name, or take it away."),
    ],
)
def test_a_wrong_wish_is_a_sentence_and_writes_nothing(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "punctilio-there").mkdir()

    assert run(["plugins", "init", *arguments, "--into", str(tmp_path)]) == 2

    assert told in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["punctilio-there"]
