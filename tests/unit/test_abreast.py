"""Chunks read by several threads: what comes of it is what one would give."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from punctilio import abreast as module
from punctilio.abreast import abreast, both
from punctilio.logs import jsonl
from punctilio.logs.chunks import Reading
from punctilio.logs.formats import Format
from punctilio.logs.read import read_log
from punctilio.logs.sources import Source
from punctilio.model.vocabulary import Vocabulary
from tests.unit.log_world import VOCABULARY, event


@pytest.fixture(autouse=True)
def _three_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl, "thread_pool_size", lambda: 3)


def waiting_for(gate: threading.Event, number: int) -> int:
    gate.wait(10)
    return number


def test_what_is_done_first_does_not_come_first() -> None:
    gate = threading.Event()

    def opening() -> int:
        gate.set()
        return 1

    tasks: list[Callable[[], int]] = [partial(waiting_for, gate, 0), opening, lambda: 2]
    assert list(abreast(tasks)) == [0, 1, 2]


def test_a_single_task_is_done_without_a_thread() -> None:
    assert list(abreast([threading.current_thread])) == [threading.main_thread()]


def test_few_tasks_are_begun_before_they_are_asked_for() -> None:
    begun: list[int] = []

    def tasks() -> Iterator[Callable[[], int]]:
        for number in range(100):
            begun.append(number)
            yield lambda: 0

    assert next(abreast(tasks())) == 0
    assert len(begun) <= 4


def test_where_nobody_goes_on_no_thread_does() -> None:
    before = threading.active_count()
    done = abreast([lambda: 0] * 100)
    next(done)
    assert threading.active_count() > before
    done.close()
    assert threading.active_count() == before


def test_a_mistake_of_a_task_comes_in_its_turn() -> None:
    before = threading.active_count()
    done = abreast([lambda: 1, lambda: 1 // 0, lambda: 1])
    assert next(done) == 1
    with pytest.raises(ZeroDivisionError):
        next(done)
    assert threading.active_count() == before


MANY = module._MANY  # pyright: ignore[reportPrivateUsage]  (where threads begin to pay is nobody else's business)


def test_two_steps_of_many_rows_are_done_at_once() -> None:
    gate = threading.Barrier(2, timeout=10)

    def meeting() -> threading.Thread:
        gate.wait()
        return threading.current_thread()

    one, other = both(meeting, meeting, rows=MANY)
    assert one is threading.main_thread()
    assert other is not one


@pytest.mark.parametrize(("rows", "threads"), [(MANY - 1, 3), (MANY, 1)])
def test_two_steps_of_few_rows_or_for_one_thread_are_done_here(
    rows: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pl, "thread_pool_size", lambda: threads)
    here = threading.main_thread()
    assert both(threading.current_thread, threading.current_thread, rows=rows) == (here, here)


@pytest.mark.parametrize("steps", [(lambda: 1, lambda: 1 // 0), (lambda: 1 // 0, lambda: 1)])
def test_a_mistake_of_either_step_is_raised_and_no_thread_is_left(
    steps: tuple[Callable[[], int], Callable[[], int]],
) -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        both(*steps, rows=MANY)
    assert threading.active_count() == before


def test_what_stands_before_the_place_where_a_file_fails_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
        readings = jsonl.read(source, vocabulary)
        yield from (next(readings) for _ in range(2))
        raise OSError(5, "torn off")

    def format_of(_: Source) -> Format:
        return Format((".jsonl",), failing)

    monkeypatch.setattr(jsonl, "BLOCK", 1 << 10)
    monkeypatch.setattr("punctilio.logs.formats.format_of", format_of)
    paths = [tmp_path / name for name in ("a.jsonl", "b.jsonl")]
    for path in paths:
        path.write_text(f"{json.dumps(event())}\n" * 100)
    log = read_log(paths, vocabulary=VOCABULARY)
    assert [problem.location.file for problem in log.problems] == [str(path) for path in paths]
    assert set(log.events["file"]) == {0, 1}
