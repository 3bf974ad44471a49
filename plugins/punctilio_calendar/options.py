"""What a person can set: ``--option NAME=VALUE``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from punctilio.errors import UsageError

_KNOWN: Final = ("alarm", "entries")
_ENTRIES: Final = {"both": ("task", "event"), "tasks": ("task",), "events": ("event",)}
_ALARM: Final = re.compile(r"(\d{1,4}) (minute|hour|day)s?")


class Options(NamedTuple):
    """``alarm`` is how long before it is due; None for no alarm. ``entries`` are the sorts that are wanted."""

    alarm: timedelta | None = timedelta(hours=2)
    entries: tuple[str, ...] = ("task", "event")


def options_of(given: Mapping[str, str]) -> Options:
    """The options as set. Raises UsageError for one that there is not, and for a value that says nothing."""
    for name in given:
        if name not in _KNOWN:
            raise UsageError(f"The calendar has no option `{name}`. It has {' and '.join(_KNOWN)}.")
    entries = given.get("entries", "both")
    if entries not in _ENTRIES:
        raise UsageError(f"`entries={entries}` says nothing. Write entries=tasks, entries=events or entries=both.")
    return Options(_alarm(given.get("alarm", "2 hours")), _ENTRIES[entries])


def _alarm(words: str) -> timedelta | None:
    if words == "none":
        return None
    found = _ALARM.fullmatch(words.strip())
    if found is None:
        raise UsageError(f"`alarm={words}` says nothing. Write it like 'alarm=2 hours', or alarm=none.")
    return timedelta(**{f"{found[2]}s": int(found[1])})
