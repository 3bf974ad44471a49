"""A YAML list of events, for logs written by hand. A JSON array is one too."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import partial
from typing import Final, NamedTuple

from punctilio.logs import codes
from punctilio.logs.chunks import Reading, all_odd
from punctilio.logs.half_characters import half_character
from punctilio.logs.records import Mistake, Place, Record, line_of
from punctilio.logs.sources import Source
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem
from punctilio.yaml_source import Document, ListNode, MapNode, Node, parse_document, plain

_EMPTY = "EMPTY-FILE"
_HALVES: Final = re.compile(rb"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")


class Item(NamedTuple):
    """An element of the list, which begins and ends on these ``lines`` of the file (from 1; the end is left out)."""

    node: Node
    lines: tuple[str, ...]
    begin: int
    end: int
    mistakes: tuple[Mistake, ...] = ()

    @property
    def line(self) -> int:
        return self.node.location.line

    @property
    def value(self) -> object:
        return plain(self.node)

    @property
    def text(self) -> str:
        return "\n".join(self.lines[self.begin - 1 : self.end - 1]).rstrip("\n")

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        entry = self.node.entry(key) if key is not None and isinstance(self.node, MapNode) else None
        where = self.node.location if entry is None else entry.location if of_key else entry.value.location
        return Place(where.line, where.column, self.lines[where.line - 1])


def read(source: Source, _: Vocabulary) -> Iterator[Reading]:
    """One chunk, all of it odd: what people write by hand is small. A file without any event is an empty log."""
    with source.open() as stream:
        document = parse_document(_with_whole_characters(stream.read()), source.name)

    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        return (record for record in _records(source, document) if line_of(record) in lines)

    yield partial(all_odd, range(len(document.lines) + 2), records)  # 0 is the file; it may end behind its last line


def _with_whole_characters(content: bytes) -> bytes:
    """The content, with the characters of a JSON array that it writes as two halves, which YAML does not know."""
    if not content.lstrip().startswith(b"[") or not _HALVES.search(content):
        return content
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return content
    return _HALVES.sub(lambda found: found[1] + json.loads(b'"%b"' % found[2]).encode(), content)


def _records(source: Source, document: Document) -> Iterator[Record | Problem]:
    """Each element of the list, and what is wrong with the file."""
    yield from (problem for problem in document.problems if problem.code != _EMPTY)
    if isinstance(document.root, ListNode):
        yield from items_in(document.root, document.lines)
    elif document.root is not None:
        yield _no_list(document, document.root)


def items_in(root: ListNode, lines: tuple[str, ...]) -> Iterator[Item]:
    """The elements of a list that stands in these lines of a file."""
    for item in _items(root, lines):
        mistake = half_character(item.value)
        yield item._replace(mistakes=(mistake,)) if mistake else item


def _items(root: ListNode, lines: tuple[str, ...]) -> Iterator[Item]:
    """Each event is taken to end where the next begins."""
    begins: list[int] = []
    for node in root.items:
        begins.append(_begin(node, lines, begins[-1] if begins else root.location.line))
    for node, begin, end in zip(root.items, begins, [*begins, len(lines) + 1][1:], strict=True):
        yield Item(node, lines, begin, max(end, node.location.line + 1))


def _begin(node: Node, lines: tuple[str, ...], earliest: int) -> int:
    """The line of its dash, which may stand alone above it."""
    line, column = node.location.line, node.location.column
    if lines[line - 1][: column - 1].strip():
        return line
    above = next((above for above in range(line - 1, earliest - 1, -1) if not _says_nothing(lines[above - 1])), line)
    return above if lines[above - 1].split("#")[0].strip() == "-" else line


def _says_nothing(line: str) -> bool:
    return not line.split("#")[0].strip()


def _no_list(document: Document, root: Node) -> Problem:
    if isinstance(root, MapNode) and root.entry("language"):
        message = "This is a rule file and not a log: name it after `--rules`."
    else:
        message = (
            "This is neither JSON Lines (one object a line) nor a YAML list (each event begins with `- `). If it is a "
            "table, name its columns as in case,type,at, or write a map (--map)."
        )
    place = Item(root, document.lines, root.location.line, len(document.lines) + 1).place(None)
    return Mistake(codes.UNKNOWN_FORMAT, message).at(document.file, place)
