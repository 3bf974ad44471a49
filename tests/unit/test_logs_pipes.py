"""What comes in by a pipe."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from punctilio.logs import jsonl
from punctilio.logs.pipes import Pipe
from punctilio.logs.read import read_log, read_parts
from punctilio.logs.sources import find_sources
from tests.unit.log_world import VOCABULARY, event

LINE = json.dumps(event()).encode() + b"\n"


class Counted(io.BytesIO):
    """A stream that knows how much was asked of it."""

    asked = 0

    def read1(self, size: int | None = -1, /) -> bytes:
        piece = super().read1(size)
        self.asked += len(piece)
        return piece


def test_what_came_in_can_be_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("punctilio.logs.pipes._IN_MEMORY", 100)
    content = bytes(range(256)) * 10
    pipe = Pipe(lambda: io.BytesIO(content), closes=True)
    with pipe.open() as one, pipe.open() as other:
        assert one.read(1000) == content[:1000]
        assert other.read() == content
        assert one.read() == content[1000:]
        assert one.seek(-6, io.SEEK_END) == len(content) - 6
        assert one.read() == content[-6:]


def test_standard_input_is_read_as_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "BLOCK", 1 << 20)
    stream = Counted(LINE * 50_000)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    sources, _ = find_sources(["-"])
    parts = read_parts(sources, VOCABULARY)
    assert stream.asked == 0
    next(parts)
    assert stream.asked <= 3 << 20 < len(LINE) * 50_000
    assert sum(len(part.events) for part in parts) == 50_000 - (1 << 20) // len(LINE)


def test_standard_input_that_is_closed_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert [p.code for p in read_log(["-"], vocabulary=VOCABULARY).problems] == ["LOG-UNREADABLE"]


def test_a_folder_as_standard_input_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Refusing(folder))))
    (problem,) = read_log(["-"], vocabulary=VOCABULARY).problems
    os.close(folder)
    assert (problem.code, problem.location.file) == ("LOG-UNREADABLE", "<stdin>")
    assert "*" not in problem.message


class Refusing(io.RawIOBase):
    """What Python makes of a folder that comes in as standard input."""

    def __init__(self, folder: int) -> None:
        super().__init__()
        self._folder = folder

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        return len(os.read(self._folder, 1))
