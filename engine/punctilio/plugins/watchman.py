"""Who ends a command that a plugin holds up in native code, where nothing else in the process can run any more.

Python runs one thread at a time. A plugin that waits in Python lets the others run, and is left behind (``patience``);
one that never comes back from native code does not. So another process looks on, and ends ours. It is this file, run
as a program: it reads, line by line, how many seconds from now on it has to wait and what to say then, as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

_END: Final = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL


class Watchman:
    """Started where there is something to watch; ended with the ``with``."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Watchman:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            if self._process.stdin:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()

    @contextlib.contextmanager
    def over(self, seconds: float, sentence: str) -> Generator[None, None, None]:
        """End this process, with a sentence, where what is done here takes more than so many seconds."""
        self._tell([seconds, sentence])
        try:
            yield
        finally:
            self._tell([None, ""])

    def _tell(self, words: object) -> None:
        process = self._process = self._process or _started()
        if process and process.stdin:
            with contextlib.suppress(OSError):  # it is no more
                process.stdin.write(json.dumps(words).encode() + b"\n")
                process.stdin.flush()


def may_end_it() -> bool:
    """Whether this process runs the command line, so that its end is nobody else's."""
    return "punctilio.cli.main" in sys.modules


def _started() -> subprocess.Popen[bytes] | None:
    """None where the system starts no further process: then nobody looks on."""
    program = [sys.executable, "-I", "-S", __file__, str(os.getpid())]
    with contextlib.suppress(OSError):
        return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    return None


# ── the other process ──


def main(watched: int) -> None:
    """Look on until told otherwise, or until the other process is no more."""
    told: SimpleQueue[str] = SimpleQueue()
    Thread(target=_listen, args=(told,), daemon=True).start()
    line = told.get()
    while line:
        seconds, sentence = json.loads(line)
        try:
            line = told.get(timeout=seconds)
        except Empty:
            print(f"Error: {sentence}", file=sys.stderr, flush=True)
            os.kill(watched, _END)
            return


def _listen(told: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        told.put(line)
    told.put("")


if __name__ == "__main__":
    main(int(sys.argv[1]))
