"""Which files are read, and in which format."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from punctilio.logs import jsonl
from punctilio.logs.chunks import Reading
from punctilio.logs.formats import FORMATS, Format, format_of, is_log
from punctilio.logs.mapping.model import Map
from punctilio.logs.read import read_log, validate_log
from punctilio.logs.sources import Source
from punctilio.model.vocabulary import Vocabulary
from punctilio.tables.tables import Log
from tests.unit.log_world import AT, VOCABULARY, event, log_of_bytes

LINE = json.dumps(event()).encode() + b"\n"
LIST = f"# by hand\n- case: a\n  type: message.sent\n  at: {AT}\n".encode()


def read(*paths: str | Path) -> Log:
    return read_log(paths, vocabulary=VOCABULARY)


def test_globs_are_sorted_and_each_file_is_read_once(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.jsonl").write_bytes(LINE)
    (tmp_path / "a.txt").write_bytes(b"no log")
    log = read(tmp_path / "c.jsonl", str(tmp_path / "*.jsonl"), tmp_path / "." / "b.jsonl")
    assert [Path(name).name for name in log.files] == ["c.jsonl", "a.jsonl", "b.jsonl"]
    assert log.events["file"].to_list() == [0, 1, 2]


def test_a_glob_reaches_into_folders(tmp_path: Path) -> None:
    (tmp_path / "2026" / "03").mkdir(parents=True)
    (tmp_path / "2026" / "03" / "x.jsonl").write_bytes(LINE)
    assert len(read(str(tmp_path / "**" / "*.jsonl")).events) == 1


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "log[1].jsonl").write_bytes(LINE)
    assert len(read(tmp_path / "log[1].jsonl").events) == 1


@pytest.mark.parametrize("name", ["*.jsonl", "none.jsonl", "no/such/folder.jsonl", "nul\0.jsonl", "x" * 5000])
def test_what_is_not_there_is_a_problem(tmp_path: Path, name: str) -> None:
    log = read(str(tmp_path / name))
    assert [p.code for p in log.problems] in (["LOG-NO-FILE"], ["LOG-UNREADABLE"])
    assert log.events.is_empty()


def test_a_misspelt_file_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "applications.jsonl").write_bytes(LINE)
    (problem,) = validate_log(tmp_path / "aplications.jsonl", VOCABULARY)
    assert problem.suggestion == str(tmp_path / "applications.jsonl")


def test_a_folder_is_a_problem_that_says_what_to_name(tmp_path: Path) -> None:
    (problem,) = validate_log(tmp_path, VOCABULARY)
    assert problem.code == "LOG-UNREADABLE"
    assert "*.jsonl" in problem.message


@pytest.mark.parametrize("content", [LINE, LIST])
def test_standard_input_is_read_by_its_content(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    log = read("-", "-")
    assert log.files == ("<stdin>",)
    assert len(log.events) == 1


def test_a_pipe_is_read_once_and_whole(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    lines = LINE * 2000 + json.dumps(event("event.retracted", event="x")).encode()
    writer = threading.Thread(target=pipe.write_bytes, args=(lines,))
    writer.start()
    log = read(pipe)
    writer.join()
    assert len(log.events) == 2001
    assert [(p.location.line, p.location.column > 1) for p in log.problems] == [(2001, True)]


def test_a_file_that_goes_away_while_it_is_read_still_has_its_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(json.dumps(event("event.retracted", event="x")).encode())

    def gone_afterwards(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
        yield from jsonl.read(source, vocabulary)
        path.unlink()

    def vanishing(_: Source) -> Format:
        return Format((".jsonl",), gone_afterwards)

    monkeypatch.setattr("punctilio.logs.formats.format_of", vanishing)
    (problem,) = validate_log(path, VOCABULARY)
    assert (problem.code, problem.location.line, problem.location.column) == ("LOG-UNKNOWN-EVENT", 1, 0)


def test_mistakes_on_standard_input_have_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = LINE + json.dumps(event("event.retracted", event="x")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    (problem,) = read("-").problems
    assert str(problem.location).startswith("<stdin>:2:")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.jsonl", LINE),
        ("log.NDJSON", LINE),
        ("log.txt", LINE),
        ("log", b"\xef\xbb\xbf\n" + LINE),
        ("log.yaml", LIST),
        ("log.yml", b"%YAML 1.2\n---\n" + LIST),
        ("log", LIST),
        ("log.json", f"[{LINE.decode()}]".encode()),
    ],
)
def test_the_format_is_known_by_the_suffix_or_the_content(tmp_path: Path, name: str, content: bytes) -> None:
    log = log_of_bytes(tmp_path, content, name)
    assert not log.problems
    assert len(log.events) == 1
    assert is_log(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("rules.yaml", b"language: 1\nrules: []\n", False),
        ("rules.yaml", b"langage: 1\nrules: []\n", False),
        ("rules.yaml", b"# a comment\n---\nlanguage: 1\n", False),
        ("rules.json", b'{"language": 1, "rules": []}', False),
        ("rules.json", b'{\n  "language": 1\n}', False),
        ("rules.yaml", b"", False),
        ("log.jsonl", b"", True),
        ("log.jsonl", b"language: 1", True),
        ("log.yaml", b"-\n  case: a\n", True),
        ("log.yaml", b"[]", True),
        ("log.txt", b'{"case": "a", "type": "mess', True),
        ("log.txt", b'{"case": "a", "text": "in what \\"language\\"?"}\n', True),
    ],
)
def test_rules_and_logs_are_told_apart_by_content(tmp_path: Path, name: str, content: bytes, answer: bool) -> None:
    (tmp_path / name).write_bytes(content)
    assert is_log(tmp_path / name) is answer


@pytest.mark.parametrize(
    ("content", "is_mapped", "answer"),
    [
        (b"Case ID;When\n7;10.01.2026\n", False, "yaml"),
        (b"Case ID;When\n7;10.01.2026\n", True, "csv"),
        (b"Case ID\n7\n", True, "csv"),
        (b"case,typ,at\n", False, "csv"),
        (b'{"Case ID": "7"}\n', True, "jsonl"),
        (b"- Case ID: 7\n", True, "yaml"),
        (b'[{"Case ID": "7"}]\n', True, "yaml"),
        (b"", True, "yaml"),
        (b"case: a\n", False, "yaml"),
    ],
)
def test_a_file_that_its_name_says_nothing_of_is_what_its_content_says(
    tmp_path: Path, content: bytes, is_mapped: bool, answer: str
) -> None:
    (tmp_path / "export").write_bytes(content)
    mapping = Map("map.yaml", "", (), (), {}) if is_mapped else None
    assert format_of(Source(str(tmp_path / "export"), mapping=mapping)) is FORMATS[answer]


def test_a_file_that_is_not_there_is_what_its_name_says(tmp_path: Path) -> None:
    assert is_log(tmp_path / "none.jsonl")
    assert not is_log(tmp_path / "none.yaml")


def test_what_comes_by_a_pipe_is_a_log_and_is_not_read_to_know(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert is_log("-")
    assert is_log(tmp_path / "pipe")


def test_each_suffix_belongs_to_one_format() -> None:
    suffixes = [suffix for fmt in FORMATS.values() for suffix in fmt.suffixes]
    assert len(suffixes) == len(set(suffixes))
