"""Work done by several threads, in order. Polars gives up Python's lock, so that each may have a core of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, TypeVar

import polars as pl

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
U = TypeVar("U")
_MOST: Final = 4
"""Threads where nothing else is said, as each has something in memory."""
_MANY: Final = 200_000
"""Rows from which on two steps gain more from a core each than a thread costs."""


def abreast(tasks: Iterable[Callable[[], T]], *, width: int | None = None) -> Generator[T, None, None]:
    """What each task gives, in their order; a few are begun before they are asked for. ``width`` is how many threads
    there are, by default one for each of Polars', and no more than a few.

    When the iterator ends, however it ends, no thread works any longer. A single task is done without any.
    """
    width = width or min(_MOST, pl.thread_pool_size())
    coming = iter(tasks)
    first = list(islice(coming, 2))
    if len(first) < 2 or width == 1:
        yield from (task() for task in chain(first, coming))
        return
    from concurrent.futures import ThreadPoolExecutor  # a small log does without it

    begun: deque[Future[T]] = deque()
    with ThreadPoolExecutor(width) as threads:
        try:
            for task in chain(first, coming):
                begun.append(threads.submit(task))
                if len(begun) > width:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for each in begun:
                each.cancel()


def both(one: Callable[[], T], other: Callable[[], U], *, rows: int) -> tuple[T, U]:
    """What two steps give that do not need each other, done at once where they have many ``rows`` to look at and Polars
    has several threads."""
    if rows < _MANY or pl.thread_pool_size() == 1:
        return one(), other()
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        begun = thread.submit(other)
        return one(), begun.result()
