"""The progress bar: on a terminal, after two seconds, gone at the end."""

from __future__ import annotations

import io
from collections.abc import Iterator

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
    clock: Iterator[float] = iter([0.0, *(second for second in seconds for _ in range(2))])
    bar = Bar(stream, lambda: next(clock))
    for _ in seconds:
        bar("Judging", 2, 8)
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
    line = "Judging  25% (2 of 8 parts) [##########------------------------------]"
    assert said == f"\r{line}\r{line}\r{' ' * len(line)}\r"


def test_reading_shows_how_many_events_there_are() -> None:
    stream = Terminal()
    times = iter([0.0, 3.0, 3.0])
    Bar(stream, lambda: next(times))("Reading", 1_234_567, None)
    assert stream.getvalue().endswith("\rReading 1,234,567 events")
