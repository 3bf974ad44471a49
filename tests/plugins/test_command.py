"""`rules plugins`, commands of plugins, and how plugins are kept out on a command line."""

from __future__ import annotations

import json
import os
import re

import pytest

from punctilio.cli.main import run
from punctilio.plugins.discovery import SWITCH
from tests.plugins.installing import Install

LOUD = """
class Loud:
    name = "no-shouting"

    def judge(self, texts):
        return ["shouts" if "NOW" in text else None for text in texts]

@hookimpl
def checks():
    return [Loud()]
"""

COMMAND = """
import click

@click.command("release")
@click.argument("how", default="well")
def release(how):
    if how == "badly":
        raise ValueError("it bit me")
    if how == "never":
        raise click.UsageError("Not that.")
    click.echo("It flies.")

@hookimpl
def commands():
    return [release]
"""


def test_the_list_says_all_of_each(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(LOUD, name="loud", distribution="punctilio-loud", version="2.0")
    install("raise ValueError('\\x1b[2J')", name="wrong", distribution="punctilio-wrong")

    assert run(["plugins", "list"]) == 1

    said = re.sub(r"in \d+ ms", "in 1 ms", re.sub(r"installed_\d+", "module", capsys.readouterr().out))
    assert "loud (punctilio-loud 2.0), loaded in 1 ms\n  checks: no-shouting\n" in said
    assert "  problem: the import of `module` failed: ValueError: \\x1b[2J\n" in said


def test_the_list_is_there_for_programs_too(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    module = install(LOUD, name="loud")

    assert run(["plugins", "list", "--format", "json"]) == 0

    [mine] = [one for one in json.loads(capsys.readouterr().out)["plugins"] if one["name"] == "loud"]
    assert mine.pop("load_ms") >= 0
    assert mine == {
        "name": "loud",
        "distribution": "punctilio-pigeon",
        "version": "1.0",
        "entry_point": module,
        "hooks": ["checks"],
        "registers": [{"hook": "checks", "name": "no-shouting"}],
        "problems": [],
    }


def test_what_is_installed_is_held_to_the_contract(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(LOUD, name="loud")

    assert run(["plugins", "check", "loud"]) == 0
    assert "6 tests, 0 failed" in capsys.readouterr().out
    assert run(["plugins", "check", "Punctilio_Pigeon", "--format", "json"]) == 0
    assert {test["failure"] for test in json.loads(capsys.readouterr().out)["tests"]} == {None}


def test_what_breaks_the_contract_is_told(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(
        LOUD.replace("None for text", "str(len(texts)) for text").replace('"shouts" if "NOW" in text else ', ""),
        name="loud",
    )

    assert run(["plugins", "check", "loud"]) == 1

    assert "fails: no-shouting: the other texts change nothing: " in capsys.readouterr().out


def test_an_unknown_plugin_is_the_one_that_was_meant(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(LOUD, name="loud")

    assert run(["plugins", "check", "luod"]) == 2
    assert "There is no plugin `luod`. Did you mean `loud`?" in capsys.readouterr().err


def test_a_command_of_a_plugin_is_one(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(COMMAND)

    assert run(["release"]) == 0
    assert capsys.readouterr().out == "It flies.\n"
    assert run(["release", "never"]) == 2
    assert run(["release", "badly"]) == 3
    told = "The plugin `pigeon` of punctilio-pigeon 1.0: its command `release` failed: ValueError: it bit me"
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("option", [["-p", "no:pigeon"], ["-p", "no:punctilio-pigeon"], ["--no-plugins"]])
def test_what_is_kept_out_has_no_command(
    install: Install, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    install("print('imported')\n" + COMMAND)

    assert run([*option, "release"]) == 2
    assert "imported" not in "".join(capsys.readouterr())
    assert SWITCH not in os.environ


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no:pigoen", "There is no plugin `pigoen`. Did you mean `pigeon`?"),
        ("pigeon", "`-p pigeon` says nothing. Write `-p no:NAME` to keep a plugin out."),
    ],
)
def test_a_misspelt_one_would_be_imported(
    install: Install, capsys: pytest.CaptureFixture[str], said: str, told: str
) -> None:
    install(COMMAND)

    assert run(["-p", said, "release"]) == 2
    assert told in capsys.readouterr().err


def test_help_imports_no_plugin(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("print('imported')\n" + COMMAND)

    for arguments in (["--help"], ["--version"], ["completion", "bash"], ["plugins", "--help"]):
        assert run(arguments) == 0
    assert "imported" not in "".join(capsys.readouterr())
