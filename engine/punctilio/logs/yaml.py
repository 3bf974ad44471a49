"""A YAML list of events, for logs written by hand. A JSON array is one too."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from punctilio.logs import codes
from punctilio.logs.chunks import Chunk, all_odd
from punctilio.logs.half_characters import half_character
from punctilio.logs.records import Mistake, Place, Record, problem_in
from punctilio.logs.sources import Source
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem
from punctilio.yaml_source import Document, ListNode, MapNode, Node, parse_document, plain

_EMPTY = "EMPTY-FILE"


class Item(NamedTuple):
    """An element of the list."""

    node: Node
    lines: tuple[str, ...]

    @property
    def line(self) -> int:
        return self.node.location.line

    @property
    def value(self) -> object:
        return plain(self.node)

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        entry = self.node.entry(key) if key is not None and isinstance(self.node, MapNode) else None
        where = self.node.location if entry is None else entry.location if of_key else entry.value.location
        return Place(where.line, where.column, self.lines[where.line - 1])


def read(source: Source, _: Vocabulary) -> Iterator[Chunk]:
    """One chunk, all of it odd: what people write by hand is small. A file without any event is an empty log."""
    with source.open() as stream:
        document = parse_document(stream.read(), source.name)

    def records(lines: Collection[int]) -> Iterator[Record | Problem]:
        return (record for record in _records(source, document) if _line_of(record) in lines)

    yield all_odd(range(len(document.lines) + 2), records)  # 0 is the file; it may end behind its last line


def _line_of(record: Record | Problem) -> int:
    return record.location.line if isinstance(record, Problem) else record.line


def _records(source: Source, document: Document) -> Iterator[Record | Problem]:
    """Each element of the list, and what is wrong with the file."""
    yield from (problem for problem in document.problems if problem.code != _EMPTY)
    if isinstance(document.root, ListNode):
        for node in document.root.items:
            item = Item(node, document.lines)
            mistake = half_character(item.value)
            yield problem_in(source.name, item, mistake) if mistake else item
    elif document.root is not None:
        yield _no_list(document, document.root)


def _no_list(document: Document, root: Node) -> Problem:
    if isinstance(root, MapNode) and root.entry("language"):
        message = "This is a rule file and not a log: name it after `--rules`."
    else:
        message = "This is neither JSON Lines (one object a line) nor a YAML list (each event begins with `- `)."
    place = Item(root, document.lines).place(None)
    return Mistake(codes.UNKNOWN_FORMAT, message).at(document.file, place)
