"""What the documentation shows is what happens: every example in it is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from punctilio import describe_rules, show_rules, try_cases
from punctilio.cli.main import rules, run
from punctilio.logs.mapping.load import load_map
from punctilio.logs.read import read_log
from punctilio.rulebook.load import load_rules, validate_rules

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def blocks(page: Path, language: str) -> list[str]:
    """The examples of a page that are in a language."""
    return [body for name, body in FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def examples(language: str) -> list[Any]:
    return [
        pytest.param(body, id=f"{page.name}-{number}")
        for page in PAGES
        if page.name != "plugin-tutorial.md"  # is followed step by step in tests/plugins/test_pigeon.py
        for number, body in enumerate(blocks(page, language), 1)
    ]


@pytest.mark.parametrize(
    "body", [body for body in examples("yaml") if not body.values[0].startswith(("map:", "title:"))]
)
def test_each_rule_file_is_right(body: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(body, encoding="utf-8")

    assert validate_rules(file) == ()


@pytest.mark.parametrize(
    ("number", "rules_file", "events"), [(0, "examples/fines/rules.yaml", 4), (1, "after-interview", 6)]
)
def test_each_map_reads_its_table(number: int, rules_file: str, events: int, tmp_path: Path) -> None:
    page, vocabulary = (
        ROOT / "docs" / "mapping.md",
        load_rules(str(ROOT / rules_file) if number == 0 else rules_file).vocabulary,
    )
    (tmp_path / "map.yaml").write_text(blocks(page, "yaml")[number], encoding="utf-8")
    (tmp_path / "table.csv").write_text(blocks(page, "csv")[number], encoding="utf-8")

    mapping, slips = load_map(tmp_path / "map.yaml", vocabulary)
    log = read_log([tmp_path / "table.csv"], vocabulary=vocabulary, mapping=mapping)

    assert slips == log.problems == ()
    assert len(log.events) == events


@pytest.mark.parametrize("body", [body for body in examples("yaml") if body.values[0].startswith("title:")])
def test_each_case_file_keeps_its_promise(body: str, tmp_path: Path) -> None:
    file = tmp_path / "note.yaml"
    file.write_text(body, encoding="utf-8")

    [tried] = try_cases(file)

    assert not tried.is_failed


@pytest.mark.parametrize("body", examples("json"))
def test_each_log_line_is_right_but_for_the_event_that_it_names(body: str, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(body, encoding="utf-8")

    log = read_log([file], vocabulary=load_rules("after-interview").vocabulary)

    assert {problem.code for problem in log.problems} <= {"LOG-UNKNOWN-EVENT"}


def test_the_readme_shows_the_real_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    command = re.search(r"`rules (evaluate log\.jsonl .*?)`", text)
    assert command is not None
    monkeypatch.chdir(tmp_path)
    Path("thanks.yaml").write_text(blocks(readme, "yaml")[0], encoding="utf-8")
    Path("log.jsonl").write_text(blocks(readme, "json")[0], encoding="utf-8")

    assert run(command[1].split()) == 0

    assert blocks(readme, "text")[0] == capsys.readouterr().out


def test_the_python_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.jsonl").write_text(blocks(ROOT / "README.md", "json")[0], encoding="utf-8")

    exec(compile(blocks(ROOT / "docs" / "python-api.md", "python")[0], "python-api.md", "exec"), {})

    assert "thank-each-interviewer" in capsys.readouterr().out


def test_the_page_on_showing_shows_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ROOT / "docs" / "showing-rules.md"
    monkeypatch.chdir(tmp_path)
    Path("punctilio.yaml").write_text(blocks(page, "yaml")[0], encoding="utf-8")

    shown = show_rules("punctilio.yaml", rules=["thank-each-interviewer", "separate-notes"])

    lines = [" ".join(re.sub(r"(rules\.yaml):\d+", r"\1", line).split()) for line in shown.splitlines()]
    for line in blocks(page, "text")[0].splitlines():
        assert " ".join(line.split()) in lines
    assert blocks(page, "text")[1] in describe_rules()


@pytest.mark.parametrize("number", range(len(blocks(ROOT / "docs" / "command-line.md", "text"))))
def test_the_help_is_what_the_program_says(number: int) -> None:
    page = ROOT / "docs" / "command-line.md"
    command = re.findall(r"^## `rules ?(.*)`$", page.read_text(encoding="utf-8"), re.MULTILINE)[number]

    said = CliRunner().invoke(rules, [*command.split(), "--help"], prog_name="rules", terminal_width=100)

    assert blocks(page, "text")[number] == said.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]

    assert broken == []


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")

    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"({page.name})" not in index] == ["README.md"]
