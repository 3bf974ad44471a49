"""How much memory there is, how much of it is asked for, and how far that goes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from punctilio.errors import UsageError

PROCESS: Final = 160_000_000
"""Bytes of a process that has loaded the engine and a rulebook, and has judged something small."""

JUDGING: Final = 3_000
"""Bytes for an event, at the peak of judging and telling it, whatever the rules."""

RULE: Final = 220
"""Bytes more for each rule. By 6 rules (tests/speed) 2,900 bytes were seen for an event, by the 40 of the bundled pack
7,900, of 20,000 events as of 1,300,000, in the form that takes most; here is half as much again, for longer texts."""

READING: Final = 2_000
"""Bytes for an event while it is read, sorted and written to disk: its columns twice."""

CHUNK: Final = 120_000_000
"""Bytes for each thread that reads chunks."""

READERS: Final = 4
"""Threads that read at most: what they have read is put together by one."""

PIECE: Final = 250_000
"""Events that a worker judges at once where memory allows: of 50,000, a third of all time goes into what costs the same
of few and of many."""

LEAST: Final = 5_000
"""Events that a worker has room for, or it is not started."""

ALONE: Final = 2_000_000
"""Events that are judged in memory, by threads, where that allows and there are two. Of worker processes, two win
less than the way over the disk costs; the more there are, the sooner they are worth it."""

RUN: Final = 4_000_000
"""Events of one sorted run, where memory allows: each part is gathered from all runs."""

SHARE: Final = 0.5
"""Of the memory that the machine has to give, what is taken without being told."""

_UNITS: Final = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_BINARY: Final = {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SIZE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?([KMGT]i?B)", re.ASCII | re.IGNORECASE)
_UNLIMITED: Final = 2**60


class Budget(NamedTuple):
    """``jobs`` workers, each with one part of about ``part`` events at a time. A log of no more than ``piece`` events
    is held in memory, and they are threads; a larger one is read in sorted runs of at most ``run`` events, and they are
    processes. So many ``readers``, threads too, read the log."""

    jobs: int
    part: int
    run: int
    piece: int
    readers: int = 1


def parse_size(text: str) -> int:
    """Bytes, from a size such as ``2 GB``, ``500 MB`` or ``1.5GiB``. Raises UsageError."""
    fits = _SIZE.fullmatch(text.strip())
    if fits is None:
        raise UsageError(f"`{text}` is no size: write a number and its unit, as in `2 GB`, `500 MB` or `1.5GiB`.")
    number, unit = fits.groups()
    return int(float(number) * (_UNITS | _BINARY)[unit.lower()])


def size_text(size: int) -> str:
    """In whole megabytes, rounded up."""
    return f"{-(-size // 10**6):,} MB".replace(",", "")


def budget(memory: int | None = None, jobs: int | None = None, *, rules: int) -> Budget:
    """What fits into ``memory`` bytes with at most so many ``jobs``, where so many ``rules`` judge; by default a share
    of the machine, and its cores.

    Raises UsageError where there is no room for a single worker.
    """
    wanted = jobs if jobs is not None else cores()
    if wanted < 1:
        raise UsageError("Without a worker nothing is judged: give --jobs 1 or more.")
    given = memory if memory is not None else int(available_memory() * SHARE)
    event = JUDGING + rules * RULE
    worker = PROCESS + LEAST * event
    if given < PROCESS + worker:
        least = size_text(PROCESS + worker)
        raise UsageError(
            f"{size_text(given)} of memory is too little to judge in: this process and one worker need"
            f" {least}. Give --memory '{least}' or more."
        )
    running = max(1, min(wanted, (given - PROCESS) // worker))
    part = min(PIECE, ((given - PROCESS) // running - PROCESS) // event)
    alone = min(ALONE // max(1, wanted - 1), (given - PROCESS) // event)
    readers = max(1, min(READERS, cores(), (given - PROCESS) // (4 * CHUNK)))
    run = min(RUN, (given - PROCESS - readers * CHUNK) // READING)
    return Budget(running, part, run, alone, readers)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def available_memory() -> int:
    """Bytes that the machine has, or the container that this runs in."""
    return min(_of_machine(), _of_container())


def _of_machine() -> int:
    if not hasattr(os, "sysconf"):
        return 4 * 10**9  # a system that does not say; every one in use has as much
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _of_container() -> int:
    """The least limit among the control groups of this process and those above, as ``/sys/fs/cgroup`` states them."""
    root = Path("/sys/fs/cgroup")
    try:
        own = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return _UNLIMITED
    paths = [line.split(":", 2) for line in own if line.count(":") >= 2]
    limits = [_limit(root / "memory" / "memory.limit_in_bytes")]
    for _, controllers, path in paths:
        base, name = (root, "memory.max") if not controllers else (root / "memory", "memory.limit_in_bytes")
        if controllers and "memory" not in controllers.split(","):
            continue
        group = base / path.lstrip("/")
        limits += [_limit(folder / name) for folder in (group, *group.parents) if folder.is_relative_to(base)]
    return min(limits)


def _limit(file: Path) -> int:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # not there, or `max`
        return _UNLIMITED
