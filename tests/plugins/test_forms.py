"""Sources of plugins are log formats, and reporters of plugins are forms of reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import punctilio
from punctilio.cli.main import run
from punctilio.errors import InvalidLogError, PluginError, UsageError
from tests.plugins.installing import Install
from tests.plugins.judging import AS_OF, sent

SOURCE = """
from punctilio.contracts import BadLine, Entry

class Letters:
    name = "letters"
    suffixes = (".letters",)

    def read(self, stream):
        for number, line in enumerate(stream.read().decode().splitlines(), 1):
            if not line:
                yield BadLine(number, "The line is empty. Take it out.")
            else:
                day, person, words = line.split(" ", 2)
                at = f"2026-03-{day}T09:00:00Z"
                yield Entry(number, {"case": "a", "type": "message.sent", "at": at, "people": (person,), "text": words})

@hookimpl
def sources():
    return [Letters()]
"""

REPORTER = """
class Names:
    name = "names"
    is_text = True

    def write(self, rows, run, file):
        file.write(run.rulebook.encode() + b"\\n")
        for frame in rows:
            file.write("".join(f"{record}\\n" for record in frame["record"]).encode())

@hookimpl
def reporters():
    return [Names()]
"""


def test_a_log_is_read_by_a_plugin(install: Install, tmp_path: Path) -> None:
    install(SOURCE)
    (tmp_path / "post.letters").write_text("01 ann Thank you.\n02 bob How are you?\n", encoding="utf-8")

    log = punctilio.read_log(tmp_path / "post.letters")

    assert log.events["line"].to_list() == [1, 2]
    assert log.events["fields.people"].to_list() == [["ann"], ["bob"]]
    assert punctilio.validate(tmp_path / "post.letters") == ()


def test_what_it_reads_is_checked_like_any_log(install: Install, tmp_path: Path) -> None:
    install(SOURCE)
    (tmp_path / "post.letters").write_text("41 ann Thank you.\n\n", encoding="utf-8")

    with pytest.raises(InvalidLogError) as raised:
        punctilio.read_log(tmp_path / "post.letters")

    assert [(p.code, p.location.line) for p in raised.value.problems] == [
        ("LOG-BAD-INSTANT", 1),
        ("LOG-NOT-AN-EVENT", 2),
    ]
    assert raised.value.problems[1].message == "The line is empty. Take it out."


def test_a_source_that_fails_is_named(install: Install, tmp_path: Path) -> None:
    install(SOURCE)
    (tmp_path / "post.letters").write_text("01\n", encoding="utf-8")

    with pytest.raises(PluginError, match=r"of punctilio-pigeon 1\.0: its source `letters` failed: ValueError"):
        punctilio.read_log(tmp_path / "post.letters")


def test_a_source_that_gives_something_else_is_named(install: Install, tmp_path: Path) -> None:
    install(SOURCE.replace("yield Entry(number, {", "yield (number, {"))
    (tmp_path / "post.letters").write_text("01 ann x\n", encoding="utf-8")

    with pytest.raises(PluginError, match="its source `letters` gave something that is neither"):
        punctilio.read_log(tmp_path / "post.letters")


def test_another_suffix_is_told_by_content_as_ever(install: Install, tmp_path: Path) -> None:
    install(SOURCE)
    (tmp_path / "log.txt").write_text(json.dumps(sent("x")) + "\n", encoding="utf-8")

    assert punctilio.read_log(tmp_path / "log.txt").events.height == 1


def evaluated(tmp_path: Path, *arguments: str) -> int:
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(sent("x")) + "\n", encoding="utf-8")
    return run(["evaluate", str(log), "--as-of", AS_OF.isoformat(), "-r", "after-interview", *arguments])


def test_a_report_is_written_by_a_plugin(
    install: Install, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    install(REPORTER)

    assert evaluated(tmp_path, "--format", "names") in (0, 1)

    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert lines[0] == "after-interview"
    assert {"status", "allowance", "note"} <= set(lines[1:])


def test_a_report_of_a_plugin_goes_into_a_file_too(install: Install, tmp_path: Path) -> None:
    install(REPORTER)

    assert evaluated(tmp_path, "--format", "names", "-o", str(tmp_path / "report")) in (0, 1)
    assert (tmp_path / "report").read_text(encoding="utf-8").startswith("after-interview\n")


def test_a_reporter_that_fails_is_named_and_leaves_no_report(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(REPORTER.replace("for frame in rows:", "raise ValueError('torn')\n        for frame in rows:"))

    assert evaluated(tmp_path, "--format", "names", "-o", str(tmp_path / "report")) == 3
    assert "of punctilio-pigeon 1.0: its reporter `names` failed: ValueError: torn" in capsys.readouterr().err
    assert not (tmp_path / "report").exists()


def test_a_misspelt_form_is_the_one_that_was_meant(install: Install, tmp_path: Path) -> None:
    install(REPORTER)
    (tmp_path / "log.jsonl").write_text(json.dumps(sent("x")) + "\n", encoding="utf-8")
    book = punctilio.load_rules()
    evaluation = punctilio.evaluate(book, punctilio.read_log(tmp_path / "log.jsonl"), as_of=AS_OF)

    with pytest.raises(UsageError, match=r"There is no report `naems`\. Did you mean `names`"):
        punctilio.report(evaluation, "naems")
