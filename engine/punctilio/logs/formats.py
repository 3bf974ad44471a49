"""The log formats by name, and which of them a file is written in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from punctilio.logs import jsonl, yaml
from punctilio.logs.chunks import Chunk, Reader, Reading
from punctilio.logs.compressed import PackedError, pieces
from punctilio.logs.sources import MisnamedError, Source, source_of
from punctilio.model.vocabulary import Vocabulary
from punctilio.tables import columns as c

if TYPE_CHECKING:
    from punctilio.logs.mapping.model import Map

_HEAD: Final = 65_536
_PARQUET: Final = "PAR1"
_NAMES: Final = {c.CASE, c.TYPE, c.AT}
"""What the first row of a CSV file names."""
_LISTS: Final = ("[", "- ", "-\n", "-\r")
"""How a list begins, as JSON or in YAML."""


class Format(NamedTuple):
    """A reader and the file name suffixes that choose it."""

    suffixes: tuple[str, ...]
    read: Reader


def _csv(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
    from punctilio.logs import csv  # a log in another format does without it

    return csv.read(source, vocabulary)


def _parquet(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
    from punctilio.logs import parquet  # a log in another format does without it

    return parquet.read(source, vocabulary)


FORMATS: Final[Mapping[str, Format]] = {
    "jsonl": Format((".jsonl", ".ndjson"), jsonl.read),
    "yaml": Format((".yaml", ".yml"), yaml.read),
    "csv": Format((".csv", ".tsv"), _csv),
    "parquet": Format((".parquet", ".pq"), _parquet),
}
_BUILT_IN: Final = frozenset(suffix for form in FORMATS.values() for suffix in form.suffixes)
_OF_LOGS: Final = frozenset(suffix for name, form in FORMATS.items() if name != "yaml" for suffix in form.suffixes)


def format_of(source: Source) -> Format:
    """By the suffix, else by how the content begins. Raises OSError if the file does not open, or is Parquet by another
    name: read as lines, it would be a thousand mistakes."""
    named = [fmt for fmt in FORMATS.values() if source.suffix in fmt.suffixes]
    if named and named[0] is not FORMATS["parquet"]:
        with source.open() as stream:
            if stream.read(len(_PARQUET)) == _PARQUET.encode():
                raise MisnamedError
    if named:
        return named[0]
    return _of_plugin(source.suffix) or FORMATS[_format_by_content(_beginning(source), source.mapping is not None)]


def _of_plugin(suffix: str) -> Format | None:
    """The format that a plugin registered for a suffix."""
    if not suffix or suffix in _BUILT_IN:
        return None
    from punctilio.logs.registered import reader_of  # a log in a built-in format does without plugins

    reader = reader_of(suffix)
    return Format((suffix,), reader) if reader else None


def chunks_of(source: Source, vocabulary: Vocabulary) -> Iterator[Chunk]:
    """The file in chunks, by its map if it has one. Raises OSError if it does not open, or ends before its time."""
    return (read() for read in readings_of(source, vocabulary))


def readings_of(source: Source, vocabulary: Vocabulary) -> Iterator[Reading]:
    """The same, of chunks that are still to be read. Raises OSError, as do these."""
    form = format_of(source)
    return (
        form.read(source, vocabulary) if source.mapping is None else _mapped(source, form, vocabulary, source.mapping)
    )


def _mapped(source: Source, form: Format, vocabulary: Vocabulary, rules: Map) -> Iterator[Reading]:
    from punctilio.logs import csv, parquet  # a log without a map does without them
    from punctilio.logs.mapping.read import read_records, read_table

    if form is FORMATS["parquet"]:
        return read_table(source, parquet.table(source), rules)
    if form is FORMATS["csv"]:
        return read_table(source, csv.table(source, rules.delimiter), rules)
    return read_records(source, form.read, vocabulary, rules)


def is_log(path: str | Path) -> bool:
    """Whether a file is a log and not a rule file. Logs are JSON Lines, tables or a list; a rule file is a mapping.

    A file that does not open is what its name says; standard input and what comes by another pipe is a log.
    """
    source = source_of(str(path))
    if source.pipe or source.suffix in _OF_LOGS or _of_plugin(source.suffix):
        return True
    try:
        beginning = _beginning(source)
    except PackedError:
        return True
    except OSError:
        return False
    match _format_by_content(beginning):
        case "jsonl":
            return _is_event(beginning)
        case "yaml":
            return beginning.startswith(_LISTS)
        case _:
            return True


def is_map(path: str | Path) -> bool:
    """Whether a file says what columns mean. Its first key is ``map``, and a rule file has no such key."""
    try:
        beginning = _beginning(Source(str(path)))
    except OSError:
        return False
    keys = re.findall("^[\"']?(map|language)[\"']?[ \t]*:", beginning, re.MULTILINE)
    return keys[:1] == ["map"]


def _format_by_content(beginning: str, is_mapped: bool = False) -> str:
    """What is neither an object, a list nor Parquet is a table, where a map says what its columns are called, or the
    first row names one that every event has."""
    if beginning.startswith("{"):
        return "jsonl"
    if beginning.startswith(_PARQUET):
        return "parquet"
    first = re.split("[,;\t]", re.sub("^sep=[,;\t]\r?\n", "", beginning).split("\n", 1)[0])
    is_table = len(first) > 1 and not _NAMES.isdisjoint(name.strip('" \r') for name in first)
    is_meant = is_mapped and beginning != "" and not beginning.startswith(_LISTS)
    return "csv" if is_table or is_meant else "yaml"


def _beginning(source: Source) -> str:
    """The first lines, from the first one on that says something: no blank, comment, directive or document start. Where
    the content is cut short in them, those that came."""
    with source.open() as stream:
        head, _ = next(pieces(stream, _HEAD), (b"", None))
    lines = head.decode("utf-8-sig", "replace").split("\n")
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
