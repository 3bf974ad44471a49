"""How long a plugin may take to load. One that takes longer is left behind, and everybody else goes on."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from threading import TIMEOUT_MAX, Thread
from typing import Final, TypeVar

from punctilio.errors import UsageError

SETTING: Final = "RULES_PLUGIN_PATIENCE"
"""The environment variable that sets it, in seconds."""
USUAL: Final = 10.0
"""Seconds. Large libraries take a few on a slow disk."""

Result = TypeVar("Result")

_left_behind: Final[dict[str, str]] = {}
"""The modules that were given up in this process, and why, so that nobody waits for one twice. It belongs to the
process as ``sys.modules`` does: what hangs there hangs for everybody."""


class OverdueError(Exception):
    """What did not come to an end in time, as a sentence."""


def patience() -> float:
    """Seconds, as the environment says. Raises UsageError for what is no such number."""
    said = os.environ.get(SETTING, "").strip()
    try:
        seconds = float(said) if said else USUAL
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= TIMEOUT_MAX:
        raise UsageError(f"`{SETTING}={said}` says nothing. Write a number of seconds above 0, such as 10.")
    return seconds


def in_time(module: str, doing: str, work: Callable[[], Result], seconds: float) -> Result:
    """What ``work`` returns or raises, where it ends in time: ``doing`` is the import of a module, or a hook of it.

    It is done on a thread of its own, which is left behind where it does not end, and holds up nobody, the end of the
    process included. Raises OverdueError.
    """
    if module not in _left_behind:
        outcome: list[Callable[[], Result]] = []
        thread = Thread(target=lambda: outcome.append(_outcome_of(work)), name=f"loading {module}", daemon=True)
        thread.start()
        thread.join(seconds)
        if outcome:
            return outcome[0]()
        _stop(thread)
        _left_behind[module] = f"{doing} did not end within {seconds:g} seconds. Set {SETTING}=60 to wait for a minute."
    raise OverdueError(_left_behind[module])


def has_ended(module: str) -> bool:
    """Whether the module was loaded in this process, and has shown that this comes to an end.

    Then it can be asked directly, which is better: whoever asks may hold what another thread would wait for, as one of
    Polars' own threads does.
    """
    return module in sys.modules and module not in _left_behind and not _is_loading(module)


def _is_loading(module: str) -> bool:
    """Whether another thread is importing it now."""
    return bool(getattr(getattr(sys.modules[module], "__spec__", None), "_initializing", False))


def _outcome_of(work: Callable[[], Result]) -> Callable[[], Result]:
    """What gives the result, or raises what was raised."""
    try:
        result = work()
    except BaseException as failure:  # whatever a plugin does; it is raised where it was asked for
        raised = failure  # the name of an `except` ends with it

        def again() -> Result:
            raise raised

        return again
    return lambda: result


def _stop(thread: Thread) -> None:
    """Have it end as soon as it is back from what it waits for, so that it takes no time from others."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
