"""A rule's window as a line of time: stops, and what holds between them. Not to scale, since a stop may be anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from punctilio.manual.telling.kinds import later
from punctilio.manual.telling.patterns import event_words
from punctilio.manual.telling.words import code, plain, say
from punctilio.shape import written
from punctilio.value import Value
from punctilio.yaml_source import MapNode, Node

Mood = Literal["waiting", "open", "late", "forbidden", "free"]
"""What a stretch is like: nothing yet, the time to do it, late, not allowed, nothing to mind."""


class Stop(Value):
    """A point of the line: its name above, and where it comes from below."""

    name: str
    origin: str = ""


class Stretch(Value):
    """What holds from a stop to the next, or after the last."""

    label: str
    mood: Mood


class TimeLine(Value):
    """Stops, each followed by its stretch."""

    steps: tuple[tuple[Stop, Stretch], ...]

    @property
    def words(self) -> str:
        """The line as a sentence, for those who do not see it."""
        return "; ".join(
            f"{stop.name}{f' ({stop.origin})' if stop.origin else ''}, then {stretch.label}"
            for stop, stretch in self.steps
        )


def time_line(kind: str, node: MapNode) -> TimeLine | None:
    """The line of a rule; None where it has nothing to do with time."""
    steps = tuple(_LINES[kind]({entry.key: entry.value for entry in node.entries}))
    return TimeLine(steps) if steps else None


Step = tuple[Stop, Stretch]
Keys = Mapping[str, Node]


def _expect(keys: Keys) -> Iterator[Step]:
    window = keys.get("window")
    bounds = {entry.key: entry.value for entry in window.entries} if isinstance(window, MapNode) else {}
    start = written(bounds["from"]) if "from" in bounds else None
    trigger = plain(event_words(keys["when"]))
    is_due = "due" in bounds or "before" in keys
    begun = Stop(f"{start} of it" if start else trigger, trigger if start else "")
    in_time = Stretch("in time" if is_due else "open", "open")
    yield begun, Stretch("waits", "waiting") if "opens" in bounds else in_time
    if "opens" in bounds:
        yield Stop("opens", _origin(bounds["opens"], start)), in_time
    if is_due:
        origins = [_origin(bounds["due"], start)] if "due" in bounds else []
        origins += [f"the first {plain(event_words(keys['before']))}"] if "before" in keys else []
        late = Stretch("late, better than never" if "expires" in bounds else "overdue", "late")
        yield Stop("due", ", or ".join(origins)), late
    if "expires" in bounds:
        yield Stop("expires", _origin(bounds["expires"], start)), Stretch("over", "waiting")


def _origin(bound: Node, start: str | None) -> str:
    return plain(later(bound, start))


def _limit(keys: Keys) -> Iterator[Step]:
    inner = keys.get("while")
    of = plain(event_words(keys["of"]))
    if isinstance(inner, MapNode):
        yield from _interval({entry.key: entry.value for entry in inner.entries}, _allowed(keys))
    elif "at_most" in keys:
        yield _counted(keys, of)
        if "within" in keys:
            yield Stop("the window slides on", f"{written(keys['within'])} later"), Stretch("free again", "free")
    elif "gap" in keys:
        yield Stop(of), Stretch("too soon for the next", "forbidden")
        yield Stop("the next", f"{written(keys['gap'])} later, or after"), Stretch("allowed", "free")


def _counted(keys: Keys, of: str) -> Step:
    if "within" in keys:
        return Stop(of), Stretch(_allowed(keys).label, "open")
    since = plain(event_words(keys["since"])) if "since" in keys else "the case begins"
    return Stop(since), Stretch(f"{_allowed(keys).label}{', until the next' if 'since' in keys else ''}", "open")


def _allowed(keys: Keys) -> Stretch:
    number = written(keys["at_most"]) if "at_most" in keys else None
    if number == "0":
        return Stretch("none allowed", "forbidden")
    return Stretch(f"at most {number}" if number else f"at least {written(keys['gap'])} apart", "open")


def _interval(inner: Keys, held: Stretch) -> Iterator[Step]:
    yield Stop(plain(event_words(inner["after"])) if "after" in inner else "the case begins"), held
    ends = [f"the first {plain(event_words(inner['until']))}"] if "until" in inner else []
    ends += [plain(later(inner["for"]))] if "for" in inner else []
    if ends:
        yield Stop("until", ", or ".join(ends)), Stretch("not judged", "free")


def _require(keys: Keys) -> Iterator[Step]:
    of, after = plain(event_words(keys["of"])), plain(event_words(keys["after"]))
    if "since" in keys:
        yield Stop(plain(event_words(keys["since"])), "the latest"), Stretch("forbidden", "forbidden")
    else:
        yield Stop("the case begins"), Stretch("forbidden", "forbidden")
    origin = f"and its {written(keys['from'])} has passed" if "from" in keys else ""
    yield Stop(after, origin), Stretch(f"{of} allowed", "free")
    if "within" in keys:
        yield Stop("too long ago", f"{written(keys['within'])} later"), Stretch("forbidden", "forbidden")


def _check(keys: Keys) -> Iterator[Step]:
    if "recent" in keys:
        yield Stop(written(keys["field"]) if "field" in keys else "its date"), Stretch("recent", "open")
        yield Stop("too old", plain(say(code(written(keys["recent"])), " later"))), Stretch("old", "forbidden")


def _close(keys: Keys) -> Iterator[Step]:
    status = written(keys["status"])
    nth = f"{written(keys['nth'])}. " if "nth" in keys else ""
    when = f"{nth}{plain(event_words(keys['when']))}"
    if "silence_for" in keys:
        unless = plain(event_words(keys["unless"])) if "unless" in keys else ""
        yield Stop(when), Stretch(f"silence, no {unless}" if unless else "silence", "waiting")
        yield Stop("closes", f"{written(keys['silence_for'])} later"), Stretch(status, "forbidden")
    else:
        yield Stop(when), Stretch(status, "forbidden")
    if "reopen" in keys:
        yield Stop(plain(event_words(keys["reopen"])), "if it comes"), Stretch("open again", "free")


_LINES: Final[Mapping[str, Callable[[Keys], Iterator[Step]]]] = MappingProxyType(
    {"expect": _expect, "require": _require, "limit": _limit, "check": _check, "close": _close}
)
