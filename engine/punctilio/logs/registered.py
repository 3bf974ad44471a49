"""Log formats that plugins add."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import NamedTuple, cast

from punctilio.contracts import BadLine, Entry
from punctilio.contracts import Source as Reads
from punctilio.errors import PluginError
from punctilio.location import Location
from punctilio.logs import codes
from punctilio.logs.chunks import Reader, Reading, all_odd
from punctilio.logs.half_characters import half_character
from punctilio.logs.records import Mistake, Place, Record, problem_in
from punctilio.logs.sources import Source
from punctilio.model.vocabulary import Vocabulary
from punctilio.plugins.guard import guarded
from punctilio.plugins.loading import installed
from punctilio.plugins.registry import Registered
from punctilio.problems import Problem


class Item(NamedTuple):
    """An event as a plugin read it."""

    line: int
    value: dict[str, object]

    @property
    def text(self) -> str:
        """What the plugin read, in JSON, which escapes halves of characters."""
        return json.dumps(self.value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return ()

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        """The line: a plugin says no more."""
        return Place(self.line, 0, self.text)


def reader_of(suffix: str) -> Reader | None:
    """The reader of files that end so, if a plugin has one."""
    for registered in installed().sources.values():
        if suffix in registered.thing.suffixes:
            return partial(_read, registered)
    return None


def _read(registered: Registered[Reads], source: Source, _: Vocabulary) -> Iterator[Reading]:
    """One chunk, all of it odd: every event is checked with care."""
    origin, doing = registered.origin, f"its source `{registered.name}`"
    with source.open() as stream:
        given = guarded(
            origin, doing, lambda: list(cast(Iterable[object], registered.thing.read(stream))), passing=(OSError,)
        )
    read = [_record(one, source.name) for one in given]
    if None in read:
        raise PluginError(origin, f"{doing} gave something that is neither an Entry nor a BadLine")
    known = [record for record in read if record is not None]

    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        return (record for record in known if _line_of(record) in lines)

    yield partial(all_odd, sorted({_line_of(record) for record in known}), records)


def _record(given: object, file: str) -> Record | Problem | None:
    if isinstance(given, BadLine):
        return Problem(codes.NOT_AN_EVENT, given.message, Location(file, given.line))
    if not isinstance(given, Entry):
        return None
    event = {name: _plain(value) for name, value in given.event.items()}
    item = Item(given.line, event)
    mistake = half_character(event)
    return problem_in(file, item, mistake) if mistake else item


def _plain(value: object) -> object:
    return list(cast(tuple[object, ...], value)) if isinstance(value, tuple) else value


def _line_of(record: Record | Problem) -> int:
    return record.location.line if isinstance(record, Problem) else record.line
