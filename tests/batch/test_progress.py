"""The progress bar: on a terminal, after two seconds, gone at the end."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from itertools import chain, repeat

import pytest

from punctilio.cli.progress import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")


def shown(stream: io.StringIO, *seconds: float) -> str:
    """What is written when the bar is told of a quarter each time."""
    clock: Iterator[float] = iter([0.0, *seconds])
    bar = Bar(stream, lambda: next(clock), every=None)
    for _ in seconds:
        bar("Judging", 2, 8)
        bar.show()
    bar.clear()
    return stream.getvalue()


def test_a_short_run_shows_nothing() -> None:
    assert shown(Terminal(), 0.5, 1.9) == ""


def test_nothing_is_written_but_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(io.StringIO(), 5.0) == ""
    monkeypatch.setenv("TERM", "dumb")
    assert shown(Terminal(), 5.0) == ""


def test_a_long_run_shows_how_far_it_is_and_leaves_nothing() -> None:
    said = shown(Terminal(), 5.0)
    line = "Judging  25% (2 of 8 parts), 5 s [##########------------------------------]"
    assert said == f"\r{line}\r{line}\r{' ' * len(line)}\r"


def test_reading_shows_how_many_events_there_are() -> None:
    stream = Terminal()
    times = iter([0.0, 3.5])
    bar = Bar(stream, lambda: next(times), every=None)
    bar("Reading", 1_234_567, None)
    bar.show()
    assert stream.getvalue().endswith("\rReading 1,234,567 events, 3 s")


class Watched(Terminal):
    """Knows when it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, text: str) -> int:
        count = super().write(text)
        if "7 s" in text:
            self.written.set()
        return count


def test_the_line_is_renewed_while_nothing_is_said() -> None:
    stream, seconds = Watched(), iter([0.0, *range(2, 8)])
    last = 0.0

    def clock() -> float:
        nonlocal last
        last = next(seconds, last)
        return last

    bar = Bar(stream, clock, every=0.001)
    bar("Judging", 0, 1)
    assert stream.written.wait(60)
    bar.clear()
    assert [thread for thread in threading.enumerate() if thread.daemon and "_renew" in thread.name] == []
    assert stream.getvalue().count("0 of 1 parts") >= 6


def broken_off(stream: Watched) -> None:
    with Bar(stream, chain([0.0], repeat(7.0)).__next__, every=0.001) as bar:
        bar("Judging", 0, 1)
        assert stream.written.wait(60)
        raise ValueError("no")


def test_it_is_gone_however_its_block_ends() -> None:
    stream = Watched()
    with pytest.raises(ValueError, match="no"):
        broken_off(stream)
    assert stream.getvalue().endswith("\r")
    assert "(_renew)" not in str([thread.name for thread in threading.enumerate()])


def test_it_can_be_said_something_again_after_it_was_cleared() -> None:
    stream = Watched()
    bar = Bar(stream, chain([0.0], repeat(7.0)).__next__, every=0.001)
    for _ in range(2):
        stream.written.clear()
        bar("Judging", 0, 1)
        assert stream.written.wait(60)
        bar.clear()
    assert stream.getvalue().endswith("\r")
