"""``rules export`` hands a channel what is its own, and says what became of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from punctilio.cli.main import run
from punctilio.drafting.folders import Source
from punctilio.drafting.rendering import Compiled, compiled
from punctilio.drafting.writing import NO_TEMPLATE
from tests.plugins.installing import Install

RULES = """\
language: 1
pack: own
rules:
  - id: thank
    title: Thank them
    force: must
    expect:
      when: interview.held
      each: people
      until: {type: message.sent, purpose: thank-you}
      window: {due: 24 hours}
      do: {purpose: thank-you, channel: letter}
  - id: connect
    title: Connect with them
    force: may
    expect:
      when: interview.held
      until: {type: message.sent, purpose: connect}
      do: {purpose: connect, channel: linkedin}
  - id: ask
    title: Ask them
    force: may
    expect: {when: interview.held, until: timeframe.asked, do: {type: timeframe.asked}}
"""
HELD = {
    "case": "acme",
    "type": "interview.held",
    "at": "2026-03-03T16:00:00Z",
    "starts_at": "2026-03-03T15:00:00Z",
    "people": ["ann"],
}
PIGEON = """
from punctilio.contracts import Draft, Limits, Outcome, Receipt

class Pigeon:
    name = "letter"

    def limits(self, options):
        return Limits(characters=int(options.get("strength", "1000")))

    def render(self, action, context):
        return Draft(action=action, channel=self.name, text=context.text)

    def export(self, drafts, destination):
        outcome = Outcome.UNKNOWN if destination == "fog" else Outcome.CREATED
        return [Receipt(decision=draft.action.decision, outcome=outcome, place=destination) for draft in drafts]

@hookimpl
def channels():
    return [Pigeon()]
"""


@pytest.fixture
def export(tmp_path: Path, install: Install) -> list[str]:
    """The command, but for where to."""
    install(PIGEON)
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "log.jsonl").write_text(json.dumps(HELD) + "\n", encoding="utf-8")
    files = [str(tmp_path / "log.jsonl"), "-r", str(tmp_path / "rules.yaml")]
    return ["export", *files, "--to", "letter", "--as-of", "2026-03-04T09:00:00Z"]


def test_a_channel_gets_what_names_it_and_what_names_none(
    export: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*export, "-o", "loft"]) == 0

    assert capsys.readouterr().out == (
        "created: Thank them, ann (acme) -> loft\ncreated: Ask them (acme) -> loft\n2 created.\n"
    )


def test_programs_get_the_receipts_as_json(export: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*export, "-o", "loft", "--format", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["channel"], told["as_of"]) == ("letter", "2026-03-04T09:00:00Z")
    assert [(one["case"], one["rule"], one["outcome"], one["place"]) for one in told["receipts"]] == [
        ("acme", "thank", "created", "loft"),
        ("acme", "ask", "created", "loft"),
    ]


def test_what_does_not_fit_is_refused_and_the_run_incomplete(
    export: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*export, "-o", "loft", "--option", "strength=3"]) == 3

    assert "refused: Thank them, ann (acme): The text has" in capsys.readouterr().out


def test_what_nobody_knows_is_incomplete(export: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*export, "-o", "fog"]) == 3
    assert capsys.readouterr().out.endswith("2 unknown.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say where letter is to put it: -o PLACE."),
        (["-o", "-"], "What letter puts there is brought up to date, which a stream cannot be. Name another PLACE."),
        (["-o", "/dev/stdout"], "What letter puts there is brought up to date, which a stream cannot be."),
        (["-o", "loft", "--to", "leter"], "No channel is called `leter`. Did you mean `letter`?"),
        (["-o", "loft", "--option", "=3"], "Write --option NAME=VALUE."),
        (["-o", "loft", "--case", "acne"], "Did you mean"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    arguments: list[str], words: str, export: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*export, *arguments]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("name", ["loft", "link"])
def test_a_pipe_is_neither_read_nor_replaced(
    name: str, export: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "loft")
    (tmp_path / "link").symlink_to("loft")

    assert run([*export, "-o", str(tmp_path / name)]) == 2

    assert "which a stream cannot be" in capsys.readouterr().err
    assert (tmp_path / "loft").is_fifo()


def test_a_template_is_compiled_once_for_all_cases(
    export: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def counted(source: Source, *rest: Any) -> Compiled:
        asked.append(source.name)
        return compiled(source, *rest)

    monkeypatch.setattr("punctilio.drafting.writing.compiled", counted)
    lines = [json.dumps({**HELD, "case": case}) for case in ("acme", "best", "corp")]
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert run([*export, "-o", "loft"]) == 0
    assert capsys.readouterr().out.endswith("6 created.\n")
    assert asked == [NO_TEMPLATE.name]


MEDDLING = {
    "action.fields['purpose'] = 'other'": "mappingproxy",
    "action.to.attributes['email'] = 'eve@example.com'": "mappingproxy",
    "context.facts['person']['name'] = 'Eve'": "mappingproxy",
    "context.facts['person'] = {}": "mappingproxy",
    "context.options['strength'] = '9'": "mappingproxy",
    "action.case = 'other'": "Action is frozen",
    "context.messages += (1,)": "Context is frozen",
}


@pytest.mark.parametrize("meddling", MEDDLING)
def test_nothing_that_a_channel_is_given_can_be_changed(
    meddling: str, install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(PIGEON.replace("return Draft(", f"{meddling}\n        return Draft("))
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "log.jsonl").write_text(json.dumps(HELD) + "\n", encoding="utf-8")
    files = [str(tmp_path / "log.jsonl"), "-r", str(tmp_path / "rules.yaml"), "--as-of", "2026-03-04T09:00:00Z"]

    assert run(["export", *files, "--to", "letter", "-o", "loft"]) == 3

    said = capsys.readouterr().err
    assert "The plugin `pigeon` of punctilio-pigeon 1.0: its channel `letter` failed: " in said
    assert MEDDLING[meddling] in said


def test_templates_of_a_folder_come_first(
    export: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = (
        (tmp_path / "rules.yaml")
        .read_text("utf-8")
        .replace("channel: letter}", "channel: letter, template: thank-you}")
    )
    (tmp_path / "rules.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thank-you.txt").write_text("Dear {{ person.key }}\n", encoding="utf-8")

    assert run([*export, "-o", "loft", "--templates", str(tmp_path / "mine"), "--option", "strength=7"]) == 3
    assert "refused: Thank them, ann (acme): The text has 8 characters; letter takes 7." in capsys.readouterr().out
