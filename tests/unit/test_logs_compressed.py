"""Logs in gzip and Zstandard, whole and not."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from punctilio.logs.formats import is_log
from punctilio.logs.read import read_log
from punctilio.logs.sources import Source
from punctilio.tables.tables import Log
from tests.unit.log_world import AT, VOCABULARY, event, log_of_bytes, places

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINES = [json.dumps(event(id=f"m{number}", text="x" * 200)).encode() + b"\n" for number in range(3000)]
CONTENT = b"".join(LINES)
LIST = f"- case: a\n  type: message.sent\n  at: {AT}\n".encode()
SKIPPED = b"\x50\x2a\x4d\x18\x02\x00\x00\x00ab"
Pack = Callable[[bytes], bytes]
PACKS: list[Pack] = [gzip.compress, zstd.compress]


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("name", ["log.jsonl.gz", "log.JSONL.zst", "log.jsonl", "log.gz", "log"])
def test_what_is_compressed_is_known_by_its_content(tmp_path: Path, pack: Pack, name: str) -> None:
    log = log_of_bytes(tmp_path, pack(CONTENT), name)
    assert not log.problems
    assert len(log.events) == len(LINES)


@pytest.mark.parametrize("pack", PACKS)
def test_a_list_can_be_compressed_too(tmp_path: Path, pack: Pack) -> None:
    assert len(log_of_bytes(tmp_path, pack(LIST), "log.yaml.gz").events) == 1
    assert len(log_of_bytes(tmp_path, pack(LIST), "log").events) == 1


def test_what_only_its_name_calls_compressed_is_read_as_it_is(tmp_path: Path) -> None:
    assert len(log_of_bytes(tmp_path, CONTENT, "log.jsonl.gz").events) == len(LINES)


@pytest.mark.parametrize("pack", PACKS)
def test_archives_that_follow_each_other_are_one(tmp_path: Path, pack: Pack) -> None:
    log = log_of_bytes(tmp_path, pack(CONTENT[:1000]) + pack(b"") + pack(CONTENT[1000:]), "log.jsonl")
    assert log.events["line"].to_list() == list(range(1, len(LINES) + 1))


def test_a_frame_without_content_is_passed_over(tmp_path: Path) -> None:
    assert len(log_of_bytes(tmp_path, SKIPPED + zstd.compress(CONTENT), "log.jsonl").events) == len(LINES)


def read_to_its_end(log: Log) -> int:
    """The line at which a log is cut short; those before it are all there."""
    ((line, _, code),) = places(log)
    assert code == "LOG-CUT-SHORT"
    assert log.events["line"].to_list() == list(range(1, line))
    return line


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("left", [4, 5, 12, 100, 900])
def test_an_archive_that_ends_too_early_gives_what_it_has(tmp_path: Path, pack: Pack, left: int) -> None:
    assert read_to_its_end(log_of_bytes(tmp_path, pack(CONTENT)[:left], "log.jsonl.gz")) <= len(LINES) + 1


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("rest", ["", "\n", ",x", "\na,message.sent,2026", '\na,message.sent,2026,"one\n\ntwo', "\n\n"])
@pytest.mark.parametrize("name", ["log.csv.gz", "log"])
def test_the_rows_before_a_damage_are_read(tmp_path: Path, pack: Pack, rest: str, name: str) -> None:
    row = f"a,message.sent,{AT},x"
    content = f"case,type,at,text\n{row}\n{row}{rest}"
    log = log_of_bytes(tmp_path, pack(content.encode()) + pack(CONTENT)[:9], name)
    whole = "\n" in rest
    assert log.events["line"].to_list() == [2, 3][: 1 + whole]
    [problem] = log.problems
    begun = rest.removeprefix("\n").removeprefix("\n") if whole else row + rest
    line = 3 + whole + rest.startswith("\n\n")
    assert places(log) == [(line, 0 if "\n" in begun else len(begun) + 1, "LOG-CUT-SHORT")]
    assert problem.source == begun


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("content", ["\n", "case,type,at", '\ncase,type,"at\n', "case,tpye\ncase"])
def test_a_table_that_is_cut_short_in_its_first_row_says_so(tmp_path: Path, pack: Pack, content: str) -> None:
    log = log_of_bytes(tmp_path, pack(content.encode()) + pack(CONTENT)[:9], "log.csv.gz")
    assert places(log)[-1][2] in {"LOG-CUT-SHORT", "LOG-BAD-COLUMN"}


@pytest.mark.parametrize("pack", PACKS)
def test_the_lines_before_a_damage_are_read(tmp_path: Path, pack: Pack) -> None:
    noise = json.dumps(event(text="y")).encode() + b"\n"
    cut = pack(CONTENT) + pack(noise * 10)[:-3]
    assert read_to_its_end(log_of_bytes(tmp_path, cut, "log.jsonl")) > len(LINES)


@pytest.mark.parametrize("rest", [b"rubbish", b"\x1f\x8b\x08rubbish", b"\x28\xb5\x2f\xfdrubbish"])
@pytest.mark.parametrize("pack", PACKS)
def test_what_follows_an_archive_and_is_none_is_a_damage(tmp_path: Path, pack: Pack, rest: bytes) -> None:
    assert read_to_its_end(log_of_bytes(tmp_path, pack(CONTENT) + rest, "log.jsonl")) == len(LINES) + 1


OTHERS = [(bz2.compress(CONTENT), "bzip2"), (lzma.compress(CONTENT), "xz"), (b"PK\x03\x04" + CONTENT, "ZIP")]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".bz2", ""])
@pytest.mark.parametrize(("packed", "name"), OTHERS)
def test_another_archive_is_called_by_its_name(tmp_path: Path, packed: bytes, name: str, suffix: str) -> None:
    log = log_of_bytes(tmp_path, packed, f"log{suffix}")
    assert is_log(tmp_path / f"log{suffix}")
    assert [problem.code for problem in log.problems] == ["LOG-UNKNOWN-FORMAT"]
    assert f" {name} archive" in log.problems[0].message


def test_a_text_that_begins_like_an_archive_is_none(tmp_path: Path) -> None:
    assert not log_of_bytes(tmp_path, f"case,type,at\nBZh91,message.sent,{AT}\n".encode(), "log.csv").problems


@pytest.mark.parametrize("name", ["log.jsonl.gz", "log.jsonl.zst"])
@pytest.mark.parametrize("content", [b"", b"\x1f"])
def test_an_empty_file_is_no_archive(tmp_path: Path, name: str, content: bytes) -> None:
    ((_, _, code),) = places(log_of_bytes(tmp_path, content, name))
    assert code == "LOG-CUT-SHORT"


@pytest.mark.parametrize("pack", PACKS)
def test_a_list_that_is_cut_short_is_a_problem_of_the_file(tmp_path: Path, pack: Pack) -> None:
    log = log_of_bytes(tmp_path, pack(LIST)[:-3], "log.yaml.gz")
    assert places(log) == [(0, 0, "LOG-CUT-SHORT")]


@pytest.mark.parametrize("pack", PACKS)
def test_standard_input_can_be_compressed(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = json.dumps(event("event.retracted", event="x")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pack(CONTENT + lost))))
    log = read_log(["-"], vocabulary=VOCABULARY)
    assert len(log.events) == len(LINES) + 1
    (problem,) = log.problems
    assert problem.location.line == len(LINES) + 1
    assert problem.location.column > 1


@pytest.mark.parametrize("pack", PACKS)
def test_the_content_can_be_sought_in(tmp_path: Path, pack: Pack) -> None:
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(pack(CONTENT))
    with Source(str(path)).open() as stream:
        assert stream.seek(-len(LINES[-1]), io.SEEK_END) == len(CONTENT) - len(LINES[-1])
        assert stream.read() == LINES[-1]
        assert stream.seek(0) == 0
        assert stream.read(len(LINES[0])) == LINES[0]
