"""A filter of a plugin changes a text; where it fails, the message says whose it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from punctilio.cli.main import run
from tests.plugins.installing import Install

FILTER = """
from punctilio.contracts import TemplateFilter

def apply(text):
    %s

@hookimpl
def template_filters():
    return [TemplateFilter("loud", apply)]
"""
RULES = """\
language: 1
rules:
  - id: thank
    title: Thank them
    force: must
    expect: {when: interview.held, each: people, until: message.sent, do: {purpose: thank-you, template: thanks}}
"""
HELD = {
    "case": "acme",
    "type": "interview.held",
    "at": "2026-03-03T16:00:00Z",
    "starts_at": "2026-03-03T15:00:00Z",
    "people": ["ann"],
    "topics": ["bread"],
}
DRAFT = ["draft", "acme", "log.jsonl", "-r", "rules.yaml", "--as-of", "2026-03-03T18:00:00Z"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("templates").mkdir()
    Path("templates/thanks.txt").write_text("{{ interview.topics | first | loud }}!\n", encoding="utf-8")
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    Path("log.jsonl").write_text(json.dumps(HELD) + "\n", encoding="utf-8")


def test_a_filter_changes_what_is_shown(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install(FILTER % "return text.upper()")

    assert run(DRAFT) == 0
    assert "\nBREAD!\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        ("raise SystemExit(3)", "its filter `loud` failed: SystemExit: 3"),
        ("return 3", "its filter `loud` gave int where a text is wanted"),
    ],
)
def test_a_filter_that_fails_is_named_with_its_distribution(
    install: Install, fails: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    install(FILTER % fails)

    assert run(DRAFT) == 2
    said = capsys.readouterr().err
    assert "templates/thanks.txt:1: error: TEMPLATE-NAME: The plugin `pigeon` of punctilio-pigeon 1.0: " in said
    assert words in said
