"""The log formats by name, and which of them a file is written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from punctilio.logs import jsonl, yaml
from punctilio.logs.chunks import Reader
from punctilio.logs.sources import STANDARD_INPUT, Source

_HEAD: Final = 65_536


class Format(NamedTuple):
    """A reader and the file name suffixes that choose it."""

    suffixes: tuple[str, ...]
    read: Reader


FORMATS: Final[Mapping[str, Format]] = {
    "jsonl": Format((".jsonl", ".ndjson"), jsonl.read),
    "yaml": Format((".yaml", ".yml"), yaml.read),
}


def format_of(source: Source) -> Format:
    """By the suffix, else by how the content begins. Raises OSError if the file does not open."""
    named = [fmt for fmt in FORMATS.values() if source.suffix in fmt.suffixes]
    return named[0] if named else FORMATS["jsonl" if _beginning(source).startswith("{") else "yaml"]


def is_log(path: str | Path) -> bool:
    """Whether a file is a log and not a rule file. Logs are JSON Lines or a list; a rule file is a mapping.

    A file that does not open is what its name says; standard input is a log.
    """
    source = Source(str(path))
    if source.name == STANDARD_INPUT or source.suffix in FORMATS["jsonl"].suffixes:
        return True
    try:
        beginning = _beginning(source)
    except OSError:
        return False
    return _is_event(beginning) if beginning.startswith("{") else beginning.startswith(("[", "- ", "-\n", "-\r"))


def _beginning(source: Source) -> str:
    """The first lines, from the first one on that says something: no blank, comment, directive or document start."""
    with source.open() as stream:
        lines = stream.read(_HEAD).decode("utf-8-sig", "replace").split("\n")
    silent = 0
    while silent < len(lines) and (not lines[silent].strip() or lines[silent].startswith(("#", "%", "---"))):
        silent += 1
    return "\n".join(lines[silent:]).lstrip()


def _is_event(beginning: str) -> bool:
    """Whether a text that begins with a brace has an event on its first line and is not a rule file in JSON."""
    first = beginning.split("\n", 1)[0]
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return '"case"' in first or '"at"' in first
    return '"language"' not in first or '"case"' in first
