"""The shape of what was found. An ``Outcome`` holds what was tried; what was tried holds its results."""

from __future__ import annotations

from hashlib import sha256

from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.value import Value


class Result(Value, kw_only=True):
    """One thing that is wrong, or worth knowing. ``code`` is the id of its descriptor: an error code, or a rule.

    ``fingerprint`` stays the same while the thing does, wherever lines move to (``fingerprint``).
    """

    code: str
    level: Level
    message: str
    location: Location
    fingerprint: str


class Tried(Value, kw_only=True):
    """One thing that was looked at: a file, a case by a rule, an instant of a case file. Without results it passed.

    ``suite`` is what it belongs to; ``todo`` says why it is not asked for yet, and then its results are no failure.
    """

    suite: str
    name: str
    results: tuple[Result, ...] = ()
    todo: str | None = None


class Descriptor(Value, kw_only=True):
    """What a code means. ``about`` is more, for people; ``page`` explains it, as a path of this project."""

    id: str
    title: str
    about: str = ""
    page: str | None = None


class Outcome(Value, kw_only=True):
    """What a command found. ``command`` is its name, ``descriptors`` are of the codes that its results have."""

    command: str
    tried: tuple[Tried, ...]
    descriptors: tuple[Descriptor, ...] = ()


def fingerprint(*parts: str) -> str:
    """32 hexadecimal digits that are the same for the same words. Leave out what moves: lines, columns, instants seen.

    The parts are told apart: ("ab", "c") is not ("a", "bc").
    """
    return sha256(
        "\0".join(part.replace("\0", "\\0") for part in parts).encode("utf-8", "surrogateescape")
    ).hexdigest()[:32]
