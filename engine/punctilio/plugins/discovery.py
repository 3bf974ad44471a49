"""Which plugins are installed, and which of them are wanted. Nothing of them is imported here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from importlib import metadata
from typing import Final, NamedTuple

from punctilio.origin import Origin

GROUP: Final = "punctilio"
"""Of entry points."""
OWN: Final = "punctilio"
"""The distribution whose plugins come first, so that nobody can take a name from them."""
SWITCH: Final = "RULES_NO_PLUGINS"
"""The environment variable that keeps plugins out: names, parted by commas, or ``1`` for all of them.

The command line sets it too (`-p no:NAME`, `--no-plugins`), so that processes which it starts keep out the same.
"""
ALL: Final = "1"
_UNKNOWN: Final = "?"


class Unwanted(NamedTuple):
    """The plugins that are kept out: all of them, or those with these names, or of distributions with these names."""

    everything: bool = False
    names: frozenset[str] = frozenset()

    def has(self, origin: Origin) -> bool:
        return self.everything or not self.names.isdisjoint((origin.plugin, canonical(origin.distribution)))


class Found(NamedTuple):
    """An entry point, not yet imported."""

    origin: Origin
    point: metadata.EntryPoint


def unwanted(environment: Mapping[str, str] | None = None) -> Unwanted:
    """What the environment keeps out."""
    said = (os.environ if environment is None else environment).get(SWITCH, "")
    names = {name for part in said.split(",") if (name := part.strip())}
    return Unwanted(everything=ALL in names, names=frozenset(names | {canonical(name) for name in names}))


def found() -> tuple[Found, ...]:
    """Every entry point, the bundled first, then by distribution and name.

    A distribution whose metadata cannot be read has none.
    """
    everything = [Found(_origin(point, of), point) for of in _distributions() for point in _points(of)]
    return tuple(sorted(everything, key=_place))


def canonical(distribution: str) -> str:
    """The name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _place(one: Found) -> tuple[bool, str, str]:
    name = canonical(one.origin.distribution)
    return (name != OWN, name, one.origin.plugin)


def _distributions() -> Iterator[metadata.Distribution]:
    """Each once: what comes first on the path is what an import finds."""
    seen: set[str] = set()
    for distribution in metadata.distributions():
        name = canonical(_said(distribution, "Name"))
        if name == _UNKNOWN or name not in seen:
            seen.add(name)
            yield distribution


def _points(distribution: metadata.Distribution) -> list[metadata.EntryPoint]:
    try:
        return [point for point in distribution.entry_points if point.group == GROUP]
    except Exception:  # whatever stands in files of others
        return []


def _origin(point: metadata.EntryPoint, of: metadata.Distribution) -> Origin:
    return Origin(point.name, _said(of, "Name"), _said(of, "Version"), point.value)


def _said(distribution: metadata.Distribution, key: str) -> str:
    """A field of the head alone: the text behind it, which Python would read as well, is often a whole manual."""
    try:
        written = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
        return HeaderParser().parsestr(written.partition("\n\n")[0])[key] or _UNKNOWN
    except Exception:  # whatever stands in files of others
        return _UNKNOWN
