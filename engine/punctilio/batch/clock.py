"""What phases take."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Spent(NamedTuple):
    """Seconds by the clock, and of processors."""

    wall: float = 0.0
    cpu: float = 0.0

    def plus(self, more: Spent) -> Spent:
        return Spent(self.wall + more.wall, self.cpu + more.cpu)


class Clock:
    """Adds up what each phase takes of this process; phases may be within each other, and then count once, within."""

    def __init__(self) -> None:
        self.spent: dict[str, Spent] = {}
        self._since = _now()
        self._phases: list[str] = []

    @contextmanager
    def phase(self, name: str) -> Generator[None, None, None]:
        self._turn()
        self._phases.append(name)
        try:
            yield
        finally:
            self._turn()
            self._phases.pop()

    def each(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """The items, with the time that each takes to come."""
        turns = iter(items)
        while True:
            with self.phase(name):
                item = next(turns, None)
            if item is None:
                return
            yield item

    def add(self, name: str, more: Spent) -> None:
        self.spent[name] = self.spent.get(name, Spent()).plus(more)

    def _turn(self) -> None:
        """What has passed since the last turn belongs to the phase at hand."""
        now = _now()
        if self._phases:
            self.add(self._phases[-1], Spent(now.wall - self._since.wall, now.cpu - self._since.cpu))
        self._since = now


def _now() -> Spent:
    return Spent(time.perf_counter(), time.process_time())
