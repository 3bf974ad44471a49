"""The shape of what was found. An ``Outcome`` holds what was tried; what was tried holds its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.value import Value, replaced


class Related(Value):
    """Another place that a result rests on, and in a few words why."""

    location: Location
    message: str


class Result(Value, kw_only=True):
    """One thing that is wrong, or worth knowing. ``code`` is the id of its descriptor: an error code, or a rule.

    ``message`` is a sentence, ``why`` are sentences that explain it. ``fingerprint`` stays the same while the thing
    does, wherever lines move to (see ``fingerprint``); results with equal ones are told apart by their order.
    A result of the level advice is no failure.
    """

    code: str
    level: Level
    message: str
    location: Location
    fingerprint: str
    why: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()


class Tried(Value, kw_only=True):
    """One thing that was looked at: a file, a case by a rule, an instant of a case file. Without results it passed.

    ``suite`` is what it belongs to: things of one suite follow each other. ``todo`` says why it is not asked for yet,
    and then its results are no failure. ``untried`` says why nobody can tell how it stands, which is one.
    """

    suite: str
    name: str
    results: tuple[Result, ...] = ()
    todo: str | None = None
    untried: str | None = None


class Descriptor(Value, kw_only=True):
    """What a code means. ``about`` is more, for people; ``page`` explains it, as a path of this project.
    ``level`` is that of most results that have it."""

    id: str
    title: str
    about: str = ""
    page: str | None = None
    level: Level = Level.ERROR


class Outcome(Value, kw_only=True):
    """What a command found. ``command`` is its name, such as ``evaluate``; ``title`` says of what and by what, on one
    line; ``descriptors`` are of the codes that results have. ``incomplete`` says what is missing from it, which is a
    failure, and told before all others."""

    command: str
    tried: tuple[Tried, ...]
    descriptors: tuple[Descriptor, ...] = ()
    title: str = ""
    incomplete: str | None = None

    @property
    def heading(self) -> str:
        """Such as ``rules validate: 3 files``, with what is missing."""
        title = f": {self.title}" if self.title else ""
        return f"rules {self.command}{title}" + (f" ({self.incomplete})" if self.incomplete else "")


def fingerprint(*parts: str) -> str:
    """32 hexadecimal digits that are the same for the same words. Leave out what moves: lines, columns, instants seen.

    The parts are told apart: ("ab", "c") is not ("a", "bc").
    """
    return sha256("\0".join(part.replace("\0", "\\0") for part in parts).encode("utf-8", "surrogatepass")).hexdigest()[
        :32
    ]


def told_apart(tried: Iterable[Tried]) -> tuple[Tried, ...]:
    """The same, where no two results have one fingerprint: the second gets one of its own, made of the first's."""
    seen = Counter[str]()

    def own(result: Result) -> Result:
        seen[result.fingerprint] += 1
        number = seen[result.fingerprint]
        return result if number == 1 else replaced(result, fingerprint=fingerprint(result.fingerprint, str(number)))

    return tuple(replaced(one, results=tuple(map(own, one.results))) if one.results else one for one in tried)
