"""The wheel and the source archive: what is in them, and that the wheel works where there is no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LOG = """\
{"case": "acme", "type": "case.opened", "at": "2026-03-01T09:00:00-05:00", "zone": "America/New_York"}
{"case": "acme", "type": "interview.held", "at": "2026-03-03T11:00:00-05:00", "starts_at": "2026-03-03T10:00:00-05:00", "people": ["ann"]}
"""  # noqa: E501  # an event is one line

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both distributions, the wheel made from what the source archive holds."""
    folder = tmp_path_factory.mktemp("dist")
    done = run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment with the wheel in it; what it depends on is borrowed from ours."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=False)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = built.glob("*.whl")
    python = programs / Path(sys.executable).name
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
    ]
    done = run(install, home)
    assert done.returncode == 0, done.stderr
    site = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], home).stdout.strip()
    # A path in a .pth file is searched, and the .pth files in it are not read: our editable package stays out.
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return programs


def shipped(folder: str) -> set[str]:
    """The files of a folder of the checkout that belong to the product."""
    caches = {"__pycache__", ".ruff_cache"}  # ruff leaves one in each project, and tests hold a second one
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and not caches & {*path.parts})
    return {path.relative_to(ROOT).as_posix() for path in files}


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    code = {name.partition("/")[2] for folder in ("engine", "plugins") for name in shipped(folder)}
    data = {
        f"punctilio/{name}"
        for folder in ("rules", "schemas", "starters", "pages", "docs/errors")
        for name in shipped(folder)
    }
    assert names == code | data
    assert {"punctilio/py.typed", "punctilio/rules/after-interview/rules.yaml"} <= names


def test_the_source_archive_holds_what_a_packager_needs(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"LICENSE", "CHANGELOG.md", "README.md", "Makefile", "pyproject.toml", ".ci/run"} <= names
    for folder in ("engine/punctilio", "plugins", "rules", "schemas", "starters", "pages", "tests", "docs", "examples"):
        assert shipped(folder) <= names, folder
    assert not [name for name in names if ".venv" in name or "__pycache__" in name]


def test_the_installed_command_judges_a_log_by_the_bundled_rules(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(LOG, encoding="utf-8")

    done = run(
        [installed / "rules", "evaluate", "log.jsonl", "--as-of", "2026-03-05T09:00:00-05:00", "--format", "json"],
        tmp_path,
    )

    assert done.stderr == ""
    assert done.returncode == 1
    overdue = [d["rule"] for d in json.loads(done.stdout)["decisions"] if d["verdict"] == "overdue"]
    assert "thank-each-interviewer" in overdue


@pytest.mark.parametrize("program", ["rules", "punctilio"])
def test_both_commands_are_there(installed: Path, tmp_path: Path, program: str) -> None:
    done = run([installed / program, "--version"], tmp_path)

    assert done.stdout.startswith("punctilio ")
    assert done.returncode == 0


def test_the_installed_command_begins_a_plugin(installed: Path, tmp_path: Path) -> None:
    done = run([installed / "rules", "plugins", "init", "calm", "--check"], tmp_path)

    assert done.returncode == 0, done.stderr
    home = tmp_path / "punctilio-calm"
    assert (home / "src" / "punctilio_calm" / "py.typed").is_file()
    assert (home / ".github" / "workflows" / "test.yml").is_file()


def test_the_installed_package_is_its_own(installed: Path, tmp_path: Path) -> None:
    python = installed / Path(sys.executable).name

    done = run([python, "-c", "import punctilio; print(punctilio.__file__)"], tmp_path)

    assert str(ROOT) not in done.stdout
    assert str(installed.parent) in done.stdout


def test_the_module_runs_as_a_command(installed: Path, tmp_path: Path) -> None:
    python = installed / Path(sys.executable).name

    done = run([python, "-m", "punctilio", "--help"], tmp_path)

    assert "evaluate" in done.stdout
    assert done.returncode == 0
