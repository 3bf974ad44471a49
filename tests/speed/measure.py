"""What a call costs, and what a whole process costs, as its parent sees it.

A process is born with the peak memory of the one that started it, so those that are measured are started by a helper
that holds next to nothing: this module, which imports little.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class Took(NamedTuple):
    """Wall and processor time of a call, in seconds."""

    wall: float
    cpu: float


def timed(work: Callable[[], Result]) -> tuple[Result, Took]:
    """What the work gives, and what it took, with no garbage of others to collect."""
    gc.collect()
    gc.disable()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        result = work()
        return result, Took(time.perf_counter() - wall, time.process_time() - cpu)
    finally:
        gc.enable()


class Cost(NamedTuple):
    """Wall and processor time in seconds, peak memory in bytes, exit code."""

    wall: float
    cpu: float
    memory: int
    code: int


class Helper:
    """Runs commands one after the other: ``with Helper() as helper: helper.run([...])``."""

    def __enter__(self) -> Helper:
        command = [sys.executable, "-S", "-E", __file__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.communicate()

    def run(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
        """What the command cost; what it prints is thrown away, what it complains of is shown."""
        asked = {"command": list(command), "environment": {**os.environ, **(environment or {})}}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return Cost(*json.loads(self._process.stdout.readline()))


def measured(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    nothing = os.open(os.devnull, os.O_RDWR)
    to_nowhere = [(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, nothing, 1)]
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], list(command), environment, file_actions=to_nowhere)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    os.close(nothing)
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Cost(wall, used.ru_utime + used.ru_stime, memory, os.waitstatus_to_exitcode(status))


def serve() -> None:
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        print(json.dumps(measured(asked["command"], asked["environment"])), flush=True)


if __name__ == "__main__":
    serve()
