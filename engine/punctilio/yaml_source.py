"""YAML with positions, read from a file that nobody vouches for.

Built on the parser's events, not on its constructors: nothing recurses, no tag runs code, no alias multiplies and no
key is lost. Plain scalars mean what YAML 1.2 says (``no`` and ``12:30`` are texts). Every node knows where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from punctilio.location import Location
from punctilio.problems import Problem
from punctilio.value import replaced

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 60
_MAX_DIGITS = 18

YAML_CODES = {
    "ALIAS": "An anchor or alias (`&name`, `*name`), which are not read.",
    "BAD-ENCODING": "The file is not UTF-8 text.",
    "BAD-NUMBER": "A number that is too large, or not a number at all.",
    "BAD-YAML": "The file is not YAML: most often indentation, a missing quotation mark or a stray character.",
    "DUPLICATE-KEY": "The same key stands twice in one mapping.",
    "EMPTY-FILE": "There is nothing in the file.",
    "TAG": "A tag (`!name`), which are not read.",
    "TOO-DEEP": "Mappings and lists are nested too deeply.",
    "TOO-LARGE": "The file is larger than rule files can be.",
    "TWO-DOCUMENTS": "The file holds a second YAML document.",
    "UNREADABLE": "The file cannot be opened.",
}

SPOILT = ""
"""The ``parameter`` of a value whose mistake was reported already."""

Plain = str | int | float | bool | None


class ScalarNode(NamedTuple):
    """One value. ``text`` is how it was written; ``parameter`` is the one that it was put in for."""

    value: Plain
    text: str
    location: Location
    parameter: str | None = None


class ListNode(NamedTuple):
    items: tuple[Node, ...]
    location: Location


class Entry(NamedTuple):
    """A key, where it stands, and its value."""

    key: str
    location: Location
    value: Node


class MapNode(NamedTuple):
    """Keys in the order of the file, each once."""

    entries: tuple[Entry, ...]
    location: Location

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)

    def get(self, key: str) -> Node | None:
        found = self.entry(key)
        return found.value if found else None


Node = ScalarNode | ListNode | MapNode


class Document(NamedTuple):
    """A file as read. ``root`` is None where the problems left nothing to go on with."""

    file: str
    lines: tuple[str, ...]
    root: Node | None
    problems: tuple[Problem, ...] = ()


def read_document(path: Path, name: str, *, max_bytes: int = MAX_BYTES, empty_keys: bool = False) -> Document:
    """The one YAML document in a file; ``name`` is what it is called in problems. With ``empty_keys``, a key may be a
    text of blanks, or an empty one, in quotation marks."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return _unusable(name, "UNREADABLE", f"This file cannot be opened: {reason}.", Location(name))
    return parse_document(data, name, max_bytes=max_bytes, empty_keys=empty_keys)


def parse_document(data: bytes, name: str, *, max_bytes: int = MAX_BYTES, empty_keys: bool = False) -> Document:
    """The one YAML document in some bytes, as in ``read_document``."""
    if len(data) > max_bytes:
        message = f"This file has {len(data):,} bytes; {max_bytes:,} is the most that is read. Split it."
        return _unusable(name, "TOO-LARGE", message, Location(name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "This is not UTF-8 text. Save the file as UTF-8."
        return _unusable(name, "BAD-ENCODING", message, Location(name, line))
    return _Builder(name, text, empty_keys=empty_keys).document()


def plain(node: Node) -> Any:
    """The node as dictionaries, lists and scalars. Depth is bounded by MAX_DEPTH."""
    match node:
        case ScalarNode():
            return node.value
        case ListNode():
            return [plain(item) for item in node.items]
        case MapNode():
            return {entry.key: plain(entry.value) for entry in node.entries}


def with_sources(problems: Iterable[Problem], documents: Iterable[Document]) -> tuple[Problem, ...]:
    """The problems, each with the line it stands in."""
    lines = {document.file: document.lines for document in documents}

    def sourced(problem: Problem) -> Problem:
        place = problem.location
        known = lines.get(place.file, ())
        return replaced(problem, source=known[place.line - 1]) if 0 < place.line <= len(known) else problem

    return tuple(sourced(problem) for problem in problems)


def scalar_value(text: str) -> Plain:
    """What a plain (unquoted) scalar means in YAML 1.2. Raises ValueError for a number that cannot be used."""
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMERIC_START.match(text):
        return text
    if _INTEGER.fullmatch(text):
        return int(_usable(text), 10)
    if _BASED.fullmatch(text):
        return int(_usable(text), 0)
    if _FLOAT.fullmatch(text):
        number = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        if not isfinite(number):
            raise ValueError("This is not a finite number. Put it in quotation marks if it is a text.")
        return number
    return text


def _usable(digits: str) -> str:
    if len(digits.lstrip("+-0")) > _MAX_DIGITS:
        raise ValueError("This number is too large. Put it in quotation marks if it is a text.")
    return digits


_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC_START = re.compile(r"[-+.0-9]")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


# ── from events to nodes ──────────────────────────────────────────────────────────────────────────────────────────


class _StoppedError(Exception):
    """Nothing more of the file can be read."""


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come."""

    location: Location
    is_map: bool
    items: list[Node] = field(default_factory=list[Node])
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    key: ScalarNode | None = None
    key_seen: bool = False


class _Builder:
    """Turns the events of one file into nodes, with a stack of its own."""

    def __init__(self, name: str, text: str, *, empty_keys: bool) -> None:
        self.name = name
        self.text = text
        self.empty_keys = empty_keys
        self.problems: list[Problem] = []
        self.lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
        self.starts = _line_starts(text)
        self.is_odd = _ODD_BREAK.search(text) is not None
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def document(self) -> Document:
        root: Node | None = None
        try:
            for event in _events(self.text):
                self.take(event)
            root = self.root
            if self.documents == 0:
                self.problem("EMPTY-FILE", "This file is empty.", Location(self.name))
        except _StoppedError:
            pass
        except yaml.YAMLError as error:
            message, index = _complaint(error, self.text)
            if "maximum nesting depth" in str(error):  # the parser's own bound, before it gave a single event
                self.too_deep(self.place(index))
            else:
                self.problem("BAD-YAML", message, self.place(index))
        document = Document(self.name, self.lines, root)
        return document._replace(problems=with_sources(self.problems, [document]))

    def place(self, index: int) -> Location:
        """The position of the character at ``index``; past the end, the last character's line."""
        index = min(index, len(self.text))
        line = bisect_right(self.starts, index)
        if line > 1 and index == len(self.text) == self.starts[line - 1]:
            line, index = line - 1, index - 1
        return Location(self.name, line, index - self.starts[line - 1] + 1)

    def place_of(self, event: Any) -> Location:
        """Where an event begins. The parser also breaks lines where editors do not: then its count is not ours."""
        mark = event.start_mark
        return self.place(mark.index) if self.is_odd else Location(self.name, mark.line + 1, mark.column + 1)

    def problem(self, code: str, message: str, location: Location) -> None:
        self.problems.append(Problem(code, message, location))

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self.add(self.scalar(event))
            case yaml.events.CollectionStartEvent():
                self.open(event)
            case yaml.events.CollectionEndEvent():
                self.add(self.close())
            case yaml.AliasEvent():
                self.add(self.alias(event))
            case yaml.DocumentStartEvent():
                self.begin(event)
            case _:
                pass

    def begin(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            message = "A second document begins here; a file holds one. Take out the `---`."
            self.problem("TWO-DOCUMENTS", message, self.place_of(event))
            raise _StoppedError

    def alias(self, event: Any) -> ScalarNode:
        location = self.place_of(event)
        message = "Aliases are not read here. Write the value out, or name it under `define` or `parameters`."
        self.problem("ALIAS", message, location)
        return ScalarNode(None, "", location, SPOILT)

    def scalar(self, event: Any) -> ScalarNode:
        location = self.refuse_decoration(event)
        text: str = event.value
        if event.style or not event.implicit[0]:
            return ScalarNode(text, text, location)
        try:
            return ScalarNode(scalar_value(text), text, location)
        except ValueError as error:
            self.problem("BAD-NUMBER", str(error), location)
            return ScalarNode(None, text, location, SPOILT)

    def open(self, event: Any) -> None:
        location = self.refuse_decoration(event)
        if len(self.stack) >= MAX_DEPTH:
            self.too_deep(location)
            raise _StoppedError
        self.stack.append(_Open(location, isinstance(event, yaml.MappingStartEvent)))

    def too_deep(self, location: Location) -> None:
        self.problem("TOO-DEEP", f"This is nested more than {MAX_DEPTH} levels deep.", location)

    def close(self) -> Node:
        done = self.stack.pop()
        if done.is_map:
            return MapNode(tuple(done.entries.values()), done.location)
        return ListNode(tuple(done.items), done.location)

    def add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
        elif not top.key_seen:
            top.key, top.key_seen = self.key(node), True
        else:
            if top.key is not None:
                self.put(top.entries, Entry(top.key.text, top.key.location, node))
            top.key, top.key_seen = None, False

    def key(self, node: Node) -> ScalarNode | None:
        if isinstance(node, ScalarNode) and (node.text.strip() or (self.empty_keys and isinstance(node.value, str))):
            return node
        self.problem("BAD-YAML", "A key must be a word or a text; this is none.", node.location)
        return None

    def put(self, entries: dict[str, Entry], entry: Entry) -> None:
        first = entries.setdefault(entry.key, entry)
        if first is not entry:
            message = f"`{entry.key}` stands in line {first.location.line} already. Keep one of the two."
            self.problem("DUPLICATE-KEY", message, entry.location)

    def refuse_decoration(self, event: Any) -> Location:
        location = self.place_of(event)
        if event.tag is not None:
            self.problem("TAG", f"Tags like `{event.tag}` are not read here. Take it out.", location)
        if event.anchor is not None:
            self.problem("ALIAS", f"The anchor `&{event.anchor}` cannot be used here. Take it out.", location)
        return location


def _events(text: str) -> Iterator[Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(text, Loader=loader)


_ODD_BREAK = re.compile("[\x85\u2028\u2029]|\r(?!\n)")


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


_COMPLAINTS = (
    ("values are not allowed", "A `:` cannot stand here. Check the indentation; quote a text that has a colon."),
    ("block sequence entries are not allowed", "A list cannot begin here. Give its first `-` a line of its own."),
    ("found a tab character", "There is a tab in the indentation. Use spaces."),
    ("cannot start any token", "A text cannot begin with this character. Put it in quotation marks."),
    ("',' or ']'", "A list that was opened with `[` is not closed. Add `,` or `]`."),
    ("',' or '}'", "A mapping that was opened with `{` is not closed. Add `,` or `}`."),
    ("unexpected end of stream", "A quotation mark is not closed."),
    ("did not find expected key", "A key was expected here. Check the indentation and the quotation marks."),
    ("did not find expected '-'", "A `-` was expected here, as in the list above. Check the indentation."),
    ("could not find expected ':'", "A `:` is missing here, or a text of several lines is not indented."),
    ("unknown escape character", "YAML knows no such escape. Use single quotation marks, or a double backslash."),
    ("expected node content", "A value was expected here."),
)  # fmt: skip
"""What the parser says, and what a person can do about it."""


def _complaint(error: yaml.YAMLError, text: str) -> tuple[str, int]:
    """The parser's error in words that say what to do, and the index of the character it is about."""
    position: int | None = getattr(error, "position", None)
    if position is not None:
        return "This character cannot stand in a YAML file. Take it out.", position
    said = str(getattr(error, "problem", ""))
    message = next((ours for theirs, ours in _COMPLAINTS if theirs in said), "This is not YAML as it stands.")
    opened, found = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    mark = opened if opened is not None and "not closed" in message else found
    index = mark.index if mark is not None else 0
    if text[index : index + 1] == "\t":
        return "There is a tab in the indentation. Use spaces.", index
    return message, index


def _unusable(name: str, code: str, message: str, location: Location) -> Document:
    return Document(name, (), None, (Problem(code, message, location),))
