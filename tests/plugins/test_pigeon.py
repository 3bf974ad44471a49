"""A stranger's distribution: built, installed from its wheel into an environment of its own, run, and checked there.

It is `tests/plugins/pigeon`, which is what the tutorial makes step by step.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from punctilio.plugins.starter import start

ROOT = Path(__file__).parents[2]
PIGEON = Path(__file__).parent / "pigeon"
TUTORIAL = ROOT / "docs" / "plugin-tutorial.md"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RULES_"))}
OURS = Path(sys.executable).parent
PYTHON = (sys.executable, "-m")
CACHES = ("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache")


def does(command: Sequence[str | Path], folder: Path, code: int = 0) -> str:
    """What a program says that ends with this code."""
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


class Fresh(NamedTuple):
    """An environment with the two wheels in it, and the sources of the plugin outside the checkout."""

    programs: Path
    source: Path
    wheel: Path

    @property
    def python(self) -> Path:
        return self.programs / Path(sys.executable).name

    def rules(self, *arguments: str, folder: Path, code: int = 0) -> str:
        return does([self.programs / "rules", *arguments], folder, code)

    def checked_by(self, checker: str) -> list[str | Path]:
        """The command that checks types against what is installed here."""
        if checker == "mypy":
            known = self.programs.parent / "mypy"  # of the installed packages, which each check would read anew
            return [OURS / "mypy", "--cache-dir", known, "--python-executable", self.python]
        return [OURS / "pyright", "--pythonpath", self.python]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """What the wheels depend on is borrowed from our environment, which the machine has already."""
    home = tmp_path_factory.mktemp("fresh")
    source = home / "punctilio-pigeon"
    shutil.copytree(PIGEON, source, ignore=shutil.ignore_patterns(*CACHES))
    for project in (ROOT, source):
        does([*PYTHON, "build", "--wheel", "--no-isolation", "--outdir", home / "wheels", project], home)
    venv.create(home / "own", with_pip=False)
    programs = home / "own" / ("Scripts" if os.name == "nt" else "bin")
    python = programs / Path(sys.executable).name
    wheels = sorted((home / "wheels").glob("*.whl"))
    does([*PYTHON, "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", *wheels], home)
    site = does([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], home).strip()
    # A path in a .pth file is searched, and the .pth files in it are not read: our editable package stays out.
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    [wheel] = (home / "wheels").glob("punctilio_pigeon-*.whl")
    return Fresh(programs, source, wheel)


# ── the package ──


def test_the_wheel_holds_all_that_works(fresh: Fresh) -> None:
    with zipfile.ZipFile(fresh.wheel) as archive:
        names = set(archive.namelist())
        [points] = [archive.read(name).decode() for name in names if name.endswith("entry_points.txt")]

    code = {path.relative_to(PIGEON / "src").as_posix() for path in _files(PIGEON / "src")}
    assert {name for name in names if ".dist-info/" not in name} == code
    assert {"punctilio_pigeon/py.typed", "punctilio_pigeon/templates/pigeon-home.txt"} <= code
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert points.split() == ["[punctilio]", "pigeon", "=", "punctilio_pigeon.plugin"]


def test_both_packages_come_from_their_wheels(fresh: Fresh, tmp_path: Path) -> None:
    code = "import punctilio, punctilio_pigeon; print(punctilio.__file__, punctilio_pigeon.__file__)"

    for place in does([fresh.python, "-c", code], tmp_path).split():
        assert Path(place).is_relative_to(fresh.programs.parent)
        assert not Path(place).is_relative_to(ROOT)


def test_it_registers_what_it_has_and_holds_to_its_contracts(fresh: Fresh, tmp_path: Path) -> None:
    listed = json.loads(fresh.rules("plugins", "list", "--format", "json", folder=tmp_path))
    [mine] = [plugin for plugin in listed["plugins"] if plugin["name"] == "pigeon"]
    checked = json.loads(fresh.rules("plugins", "check", "punctilio-pigeon", "--format", "json", folder=tmp_path))

    assert (mine["distribution"], mine["version"], mine["problems"]) == ("punctilio-pigeon", "0.1.0", [])
    assert [(one["hook"], one["name"]) for one in mine["registers"]] == [
        ("channels", "pigeon"),
        ("checks", "plain-ink"),
        ("packs", "pigeon-post"),
        ("vocabularies", "pigeon"),
    ]
    assert {test["name"] for test in checked["tests"]} == {"pigeon", "plain-ink"}
    assert [test for test in checked["tests"] if test["failure"]] == []


def test_the_bundled_plugins_come_in_by_the_same_door(fresh: Fresh, tmp_path: Path) -> None:
    listed = json.loads(fresh.rules("plugins", "list", "--format", "json", folder=tmp_path))

    bundled = {plugin["name"]: plugin for plugin in listed["plugins"] if plugin["distribution"] == "punctilio"}
    assert {"calendar", "email", "linkedin"} <= bundled.keys()
    assert [plugin["problems"] for plugin in bundled.values() if plugin["problems"]] == []


def test_its_own_tests_pass(fresh: Fresh) -> None:
    said = does([fresh.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"], fresh.source)

    assert re.search(r"^\d+ passed in", said, re.MULTILINE)


def test_its_types_hold_against_the_installed_package(fresh: Fresh) -> None:
    """By its own settings, which are strict; `Any` from a package without types would be an error."""
    assert "no issues" in does(fresh.checked_by("mypy"), fresh.source)
    assert "0 errors" in does(fresh.checked_by("pyright"), fresh.source)


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_wrong_type_is_found_by_what_the_installed_package_says(fresh: Fresh, checker: str, tmp_path: Path) -> None:
    shutil.copytree(fresh.source, tmp_path / "wrong")
    file = tmp_path / "wrong" / "src" / "punctilio_pigeon" / "channel.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Limits(characters=", "Limits(words="), encoding="utf-8")

    said = does(fresh.checked_by(checker), tmp_path / "wrong", code=1)

    assert "words" in said
    assert "channel.py" in said


def test_its_style_is_that_of_its_own_checks(fresh: Fresh) -> None:
    does([OURS / "ruff", "check", "--no-cache"], fresh.source)
    does([OURS / "ruff", "format", "--check", "--no-cache"], fresh.source)


# ── what it does ──

LOG = """\
{"case": "acme", "type": "person.noted", "at": "2026-03-01T09:00:00Z", "person": "ann", "name": "Ann Lee"}
{"case": "acme", "type": "pigeon.returned", "at": "2026-03-03T16:00:00Z", "person": "ann", "text": "Soon!"}
"""
FLOWN = '{"case": "acme", "type": "message.sent", "at": "2026-03-04T0%d:00:00Z", "person": "ann", "channel": "pigeon", "text": "%s"}\n'  # noqa: E501  # an event is one line


def exporting(*more: str) -> list[str]:
    return [
        *["export", "log.jsonl", "--rules", "pigeon-post", "--to", "pigeon", "-o", "basket"],
        *["--as-of", "2026-03-04T09:00:00Z", *more],
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "basket").mkdir()
    (tmp_path / "log.jsonl").write_text(LOG, encoding="utf-8")
    return tmp_path


def test_its_event_asks_for_a_message_that_its_channel_carries_once(fresh: Fresh, folder: Path) -> None:
    first = fresh.rules(*exporting(), folder=folder)
    again = fresh.rules(*exporting(), folder=folder)

    assert first.startswith("created: Tell them that the pigeon is home, Ann Lee (acme) -> basket/")
    assert again.endswith("1 unchanged.\n")
    [page] = (folder / "basket").iterdir()
    assert "Dear Ann Lee, your pigeon came home safely." in page.read_text(encoding="utf-8")


def test_what_is_over_its_limit_is_refused_and_not_cut(fresh: Fresh, folder: Path) -> None:
    (folder / "log.jsonl").write_text(LOG.replace("Ann Lee", "Ann " + "Lee-" * 40 + "Poe"), encoding="utf-8")

    said = fresh.rules(*exporting(), folder=folder, code=3)
    assert re.search(r"^refused: .*: The text has \d+ characters; pigeon takes 160\.$", said, re.MULTILINE)
    assert list((folder / "basket").iterdir()) == []
    assert fresh.rules(*exporting("--option", "birds=2"), folder=folder).startswith("created: ")
    fresh.rules(*exporting("--option", "birds=hundred"), folder=folder, code=2)


def test_its_rules_and_its_check_judge(fresh: Fresh, folder: Path) -> None:
    (folder / "log.jsonl").write_text(LOG + FLOWN % (1, "Coo.") + FLOWN % (2, "Coo 🕊️"), encoding="utf-8")
    arguments = ["evaluate", "log.jsonl", "--rules", "pigeon-post", "--as-of", "2026-03-04T09:00:00Z"]

    report = json.loads(fresh.rules(*arguments, "--format", "json", folder=folder, code=1))

    found = {finding["rule"]: finding["message"] for finding in report["findings"]}
    assert "has a picture (“🕊”), which no quill writes" in found["plain-ink"]
    assert "rest-a-day" in found


def test_a_draft_in_the_log_can_be_one_for_a_pigeon(fresh: Fresh, folder: Path) -> None:
    drafted = (FLOWN % (1, "Coo 🕊️")).replace("message.sent", "message.drafted")
    (folder / "log.jsonl").write_text(LOG + drafted, encoding="utf-8")

    report = fresh.rules(
        *["evaluate", "log.jsonl", "--rules", "pigeon-post", "--as-of", "2026-03-04T09:00:00Z", "--format", "json"],
        folder=folder,
    )

    assert [note["rule"] for note in json.loads(report)["notes"] if note["note"] == "draft"] == ["plain-ink"]


def test_without_it_its_names_are_unknown_and_all_else_works(fresh: Fresh, folder: Path) -> None:
    fresh.rules("-p", "no:pigeon", *exporting(), folder=folder, code=2)
    (folder / "log.jsonl").write_text(LOG.splitlines()[0] + "\n", encoding="utf-8")
    with_it = fresh.rules("evaluate", "log.jsonl", "--as-of", "2026-03-04T09:00:00Z", folder=folder)
    without = fresh.rules("-p", "no:pigeon", "evaluate", "log.jsonl", "--as-of", "2026-03-04T09:00:00Z", folder=folder)

    assert with_it == without


# ── the tutorial ──

STEP = re.compile(r"`([\w./-]+)`:\n\n(`{3,})(\w+)\n(.*?)^\2$", re.MULTILINE | re.DOTALL)


def test_the_tutorial_makes_this_package(tmp_path: Path) -> None:
    """What `rules plugins init` writes, with each file and change of the tutorial, is the package: no byte more."""
    made = start("pigeon", "channel", tmp_path)
    for name, _, language, body in STEP.findall(TUTORIAL.read_text(encoding="utf-8")):
        file = made / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = _changed(file.read_text(encoding="utf-8"), body) if language == "diff" else body
        file.write_text(text, encoding="utf-8", newline="\n")

    assert _contents(made) == _contents(PIGEON)


def test_the_tutorial_shows_what_the_programs_say(fresh: Fresh, tmp_path: Path) -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    [log] = re.findall(r"^```jsonl\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [session] = re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "log.jsonl").write_text(log, encoding="utf-8")
    asked = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    assert len(asked) == session.count("$ ") > 1

    for command, shown in asked:
        program, *arguments = command.split()
        said = does([fresh.programs / "rules" if program == "rules" else program, *arguments], tmp_path)
        assert re.sub(r"in \d+ ms", "in 1 ms", said) == shown


def _changed(text: str, diff: str) -> str:
    """The text with each hunk of a diff applied, at the one place where it fits."""
    for hunk in re.split(r"^@@\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines()
        old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def _files(folder: Path) -> Iterator[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return (path for path in files if not set(CACHES) & set(path.parts))


def _contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in _files(folder)}
