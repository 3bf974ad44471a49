"""The workers, as the process that leads them sees them."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Final, NamedTuple

from punctilio.batch.files import dump
from punctilio.batch.piece import Judged, Task
from punctilio.batch.ranges import Range
from punctilio.batch.worker import Answer, Failed, Refused

TRIES: Final = 2
"""How often a part is begun: the first worker may have died of something else."""

_ENVIRONMENT: Final = {
    "POLARS_MAX_THREADS": "1",  # as many workers as cores, one thread each: parts need not wait for each other
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:500,muzzy_decay_ms:0",  # what is free goes back to the system soon
}
_START: Final = "import sys; sys.path[:] = {path!r}; from punctilio.batch.worker import main; main()"


class Lost(NamedTuple):
    """A part that could not be judged, and why."""

    part: Range
    reason: str


Outcome = Judged | Lost


def judged(task: Task, parts: Sequence[Range], jobs: int) -> Iterator[Outcome]:
    """Each part as it is done, by so many workers. A worker that dies is replaced, and its part begun anew, once.

    The workers are ended with the iterator, however that ends. Raises FolderError where the work folder takes no
    more or lost a file, and OSError where the system refuses them something else.
    """
    waiting: SimpleQueue[Range | None] = SimpleQueue()
    outcomes: SimpleQueue[Outcome | BaseException] = SimpleQueue()
    leads = [_Lead(task, waiting, outcomes) for _ in range(min(jobs, len(parts)))]
    for part in [*parts, *(None for _ in leads)]:
        waiting.put(part)
    try:
        for lead in leads:
            lead.start()
        for _ in parts:
            outcome = outcomes.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    finally:
        for lead in leads:
            lead.end()
        for lead in leads:
            lead.join()


class _Lead(Thread):
    """Leads one worker at a time through parts."""

    def __init__(
        self, task: Task, waiting: SimpleQueue[Range | None], outcomes: SimpleQueue[Outcome | BaseException]
    ) -> None:
        super().__init__(daemon=True)
        self._task, self._waiting, self._outcomes = task, waiting, outcomes
        self._worker: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def run(self) -> None:
        try:
            while not self._is_over and (part := self._waiting.get()) is not None:
                self._outcomes.put(self._outcome(part))
        except BaseException as mistake:  # raised again where the outcomes are awaited
            self._outcomes.put(mistake)
        finally:
            self.end()
            if self._worker:
                _end_of(self._worker)

    def end(self) -> None:
        """End the worker, whatever it does. From any thread."""
        self._is_over = True
        worker = self._worker
        if worker is not None:
            worker.kill()

    def _outcome(self, part: Range) -> Outcome:
        reason = ""
        for _ in range(TRIES):
            worker = self._worker or self._hired()
            answer = _asked(worker, part)
            if isinstance(answer, Judged):
                return answer
            if isinstance(answer, Refused):
                raise answer.error
            if isinstance(answer, Failed):
                return Lost(part, answer.reason)
            reason = _end_of(worker)
            self._worker = None
            if self._is_over:
                break
        return Lost(part, reason)

    def _hired(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
            start_new_session=True,  # an interrupt from the keyboard is for us alone, who end it
        )
        self._worker = worker
        if self._is_over:  # in the meantime
            worker.kill()
        _tell(worker, self._task)
        return worker


def _asked(worker: subprocess.Popen[bytes], part: Range) -> Answer | None:
    """What the worker answers, or None where it is no more."""
    assert worker.stdout
    _tell(worker, part)
    try:
        return pickle.load(worker.stdout)  # type: ignore[no-any-return]  # an Answer, from our own process
    except (EOFError, pickle.UnpicklingError):
        return None


def _tell(worker: subprocess.Popen[bytes], message: object) -> None:
    assert worker.stdin
    with contextlib.suppress(BrokenPipeError):  # it is no more, as its silence will say
        dump(message, worker.stdin)
        worker.stdin.flush()


def _end_of(worker: subprocess.Popen[bytes]) -> str:
    code = worker.wait()
    for stream in (worker.stdin, worker.stdout):
        if stream:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
    if code >= 0:
        return f"its worker ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"its worker was ended by {signal.Signals(-code).name}"
    return f"its worker was ended by signal {-code}"
