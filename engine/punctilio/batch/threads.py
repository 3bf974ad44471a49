"""The parts of a log in memory, judged by threads of this process: Polars lets go of Python while it works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from punctilio.batch.piece import Judged, Task, judge
from punctilio.batch.ranges import Range


def judged(task: Task, parts: Sequence[Range], jobs: int) -> Iterator[Judged]:
    """Each part as it is done, by so many threads. With the iterator end those that have not begun, and it waits for
    the others. Raises what judging raises."""
    with ThreadPoolExecutor(min(jobs, len(parts))) as threads:
        waiting = [threads.submit(judge, task, part) for part in parts]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
