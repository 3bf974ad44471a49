"""A worker: a process that is given a task, then parts, and answers each.

What it says stands on its standard output, as pickles. It ends when its standard input does, at once and in the midst
of a part: then nobody is there any more to hear of it.
"""

from __future__ import annotations

import os
import pickle
import sys
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO, NamedTuple

from punctilio.batch.files import FolderError, dump
from punctilio.batch.piece import Judged, Task, judge_to_disk
from punctilio.batch.ranges import Range


class Refused(NamedTuple):
    """The system would not let it go on, and would not let any other."""

    error: OSError | FolderError


class Failed(NamedTuple):
    """It cannot judge this part, and would not a second time: the exception in one line."""

    reason: str


Answer = Judged | Refused | Failed


def main() -> None:
    """Judge what comes in, until nothing does."""
    answers = _own_output()
    tasks: SimpleQueue[Range] = SimpleQueue()
    task: Task = pickle.load(sys.stdin.buffer)
    Thread(target=_listen, args=(sys.stdin.buffer, tasks), daemon=True).start()
    while True:
        part = tasks.get()
        dump(_answer(task, part), answers)
        answers.flush()


def _answer(task: Task, part: Range) -> Answer:
    try:
        return judge_to_disk(task, part)
    except (OSError, FolderError) as refusal:
        return Refused(refusal)
    except BaseException as mistake:  # Polars' panics are no Exceptions
        return Failed(f"{type(mistake).__name__}: {mistake}".partition("\n")[0])


def _listen(stream: BinaryIO, tasks: SimpleQueue[Range]) -> None:
    while True:
        try:
            tasks.put(pickle.load(stream))
        except Exception:  # the end, or the begin of what nobody was left to say whole
            os._exit(0)


def _own_output() -> BinaryIO:
    """Standard output for answers alone: whatever a library prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers
