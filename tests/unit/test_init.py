"""A new folder works at once, and takes nothing away that was there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from punctilio.cli.main import run
from punctilio.rulebook.load import validate_rules


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def test_every_command_that_it_recommends_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / "mine")]) == 0
    said = capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "mine")
    commands = re.findall(r"^    rules (.*?)(?:   .*)?$", said, re.MULTILINE)
    event = re.search(r"^    (\{.*\})$", said, re.MULTILINE)
    assert event

    first, later = commands[:4] + commands[8:], commands[4:8]
    assert [command.split()[0] for command in first] == ["validate", "test", "evaluate", "docs", "schema", "schema"]
    assert [command.split()[0] for command in later] == ["explain", "diff", "lint", "mutate"]
    before = files(Path())
    assert [(command, run(command.split())) for command in first] == [(command, 0) for command in first]
    assert files(Path()) == before, "the schemas are those of the rules as they were written"
    Path("log.jsonl").write_text(event[1] + "\n", encoding="utf-8")
    assert run(["validate", "log.jsonl"]) == 0
    assert [(command, run(command.split())) for command in later] == [(command, 0) for command in later]


def test_the_first_lines_name_schemas_that_are_there(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path)]) == 0

    for name in ("punctilio.yaml", "cases/a-note-of-thanks.yaml"):
        file = tmp_path / name
        schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text("utf-8"))
        assert schema
        assert (file.parent / schema[1]).is_file()


def test_what_is_commented_out_is_right_too(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path)]) == 0
    file = tmp_path / "punctilio.yaml"
    text = re.sub(
        r"^( *)# (?!yaml-language)(?= *[\w-]+: |- | +[\w-]+:)", r"\1", file.read_text("utf-8"), flags=re.MULTILINE
    )
    file.write_text(text, encoding="utf-8")

    assert text.count("\n  - id: ") == 1
    assert "\nzone: America/New_York\n" in text
    assert validate_rules(file) == ()


def test_in_a_folder_with_other_files_these_stay(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "mine.yaml").write_text("title: mine\n", encoding="utf-8")

    assert run(["init", str(tmp_path)]) == 0

    assert files(tmp_path)["cases/mine.yaml"] == "title: mine\n"
    assert "punctilio.yaml" in files(tmp_path)


@pytest.mark.parametrize("taken", ["log.jsonl", "cases/a-note-of-thanks.yaml", ".punctilio/case.schema.json"])
def test_where_one_file_is_there_nothing_is_written(
    taken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine", encoding="utf-8")

    assert run(["init", str(tmp_path)]) == 2

    assert files(tmp_path) == {taken: "mine"}
    assert f"there is `{taken}` already. Nothing was written." in capsys.readouterr().err


def test_where_it_cannot_write_nothing_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases").write_text("a file in the way of a folder", encoding="utf-8")

    assert run(["init", str(tmp_path)]) == 2

    assert list(files(tmp_path)) == ["cases"]
    assert "Nothing was written." in capsys.readouterr().err
