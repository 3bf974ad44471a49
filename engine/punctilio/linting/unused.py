"""UNUSED: parameters, definitions, parties, phrase lists, calendars and templates that no rule uses.

Used is what any rule or override of any of the files can lead to, also one that is switched off: whoever extends
somebody's rules need not use all that came with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

from punctilio.linting.values import Book, Slip, slip
from punctilio.location import Location
from punctilio.rulebook.files import RuleFile
from punctilio.rulebook.references import Meant, Reference, of_event, of_rule, parameters_in, possible_by
from punctilio.rulebook.within import counts_business_days
from punctilio.yaml_source import Entry, ListNode, MapNode, Node

CODE: Final = "UNUSED"
_SECTIONS: Final = {
    "parameters": "parameter",
    "define": "definition",
    "parties": "party",
    "phrases": "phrase list",
}


def unused(book: Book) -> Iterator[Slip]:
    """What nothing uses, in the own files."""
    used = _used(book)
    for file in book.own:
        for section, noun in _SECTIONS.items():
            for entry in _entries(file, section):
                if Reference(section, entry.key) not in used:
                    yield _slip(f"No rule uses the {noun} `{entry.key}`. Use it, or take it out.", entry)
        yield from _calendar(file, book)
        yield from _templates(file, used)


def _slip(message: str, entry: Entry) -> Slip:
    return slip(CODE, message, entry.location, entry.key)


def _used(book: Book) -> frozenset[Reference]:
    """Everything that rules lead to."""
    meant = possible_by(book.loaded.parameters)
    defined = _definitions(book)
    found: set[Reference] = set()
    pending = [reference for node in _roots(book) for reference in _in_root(node, meant)]
    while pending:
        reference = pending.pop()
        if reference in found:
            continue
        found.add(reference)
        for node in defined.get(reference, ()):
            pending.extend(_parameters(node))
            pending.extend(of_event(node, meant) if reference.section == "define" else ())
    return frozenset(found)


def _roots(book: Book) -> Iterator[Node]:
    """The rules of every file, and what is laid over them; and what stands for all rules."""
    for file in book.loaded.files:
        rules = file.sections.get("rules")
        yield from rules.items if isinstance(rules, ListNode) else ()
        yield from (entry.value for entry in _entries(file, "overrides"))
        yield from (file.sections[key] for key in ("zone", "calendar", "vocabulary") if key in file.sections)


def _in_root(node: Node, meant: Meant) -> Iterator[Reference]:
    yield from _parameters(node)
    if isinstance(node, MapNode):
        yield from of_rule({entry.key: entry.value for entry in node.entries}, meant)


def _parameters(node: Node) -> Iterator[Reference]:
    return (Reference("parameters", name) for name in parameters_in(node))


def _definitions(book: Book) -> dict[Reference, list[Node]]:
    """What each name stands for, in every file."""
    found: dict[Reference, list[Node]] = {}
    for file in book.loaded.files:
        for section in ("define", "parties", "phrases"):
            for entry in _entries(file, section):
                found.setdefault(Reference(section, entry.key), []).append(entry.value)
    return found


def _entries(file: RuleFile, section: str) -> tuple[Entry, ...]:
    node = file.sections.get(section)
    return node.entries if isinstance(node, MapNode) else ()


# ── calendars and templates ──


def _calendar(file: RuleFile, book: Book) -> Iterator[Slip]:
    calendar = file.sections.get("calendar")
    if isinstance(calendar, MapNode) and calendar.entries and not any(map(counts_business_days, book.rulebook.rules)):
        message = "No rule counts business days, so the calendar decides nothing. Use it, or take it out."
        yield slip(CODE, message, calendar.location, "calendar")


def _templates(file: RuleFile, used: Iterable[Reference]) -> Iterator[Slip]:
    """The templates beside an own file; those of the bundled packs lie elsewhere."""
    names = {reference.name for reference in used if reference.section == "templates"}
    for path in sorted(file.path.parent.glob("templates/*.txt")):
        if path.stem not in names:
            place = Location(os.path.normpath(os.path.join(os.path.dirname(file.name), "templates", path.name)))
            yield slip(CODE, f"No rule uses the template `{path.stem}`. Use it, or take it out.", place, path.stem)
