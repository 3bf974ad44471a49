"""From a file to a case file, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from punctilio.casefiles import codes
from punctilio.casefiles.clocks import Clock, clock_of
from punctilio.casefiles.expectations import SECTIONS, lines_of
from punctilio.casefiles.model import CaseFile, Promise
from punctilio.location import Location
from punctilio.problems import Problem, closest, in_order
from punctilio.published import CASES, schema_problems
from punctilio.shape import Report, items_of, keys_of, one_line, text, wrong
from punctilio.yaml_source import (
    Document,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    parse_document,
    read_document,
    with_sources,
)

KEYS: Final = ("title", "about", "rules", "only", "zone", "case", "log", "at", "todo")
_WHEN: Final = ("as_of", "from", "until")


def read_case_file(path: Path, *, data: bytes | None = None) -> tuple[CaseFile | None, tuple[Problem, ...]]:
    """The case file, and what is wrong with it; None where it cannot be tried. ``data`` is what the file holds, where
    that is not read from it."""
    document = read_document(path, str(path)) if data is None else parse_document(data, str(path))
    report = Report(list(document.problems))
    found = _case_file(path, document, report) if document.root is not None else None
    if not report.problems:
        report.problems.extend(schema_problems(document, CASES))
    problems = in_order(with_sources(report.problems, [document]))
    return (None if problems else found), problems


def _case_file(path: Path, document: Document, report: Report) -> CaseFile | None:
    root = document.root
    if not isinstance(root, MapNode) or not {"log", "at"} & {entry.key for entry in root.entries}:
        message = "This is no case file: one is a mapping with a `title`, a `log` and instants under `at`."
        report.add(codes.NOT_A_CASE, message, Location(document.file))
        return None
    keys = keys_of(root, KEYS, report, "A case file", ("title", "log", "at")) or {}
    clock = clock_of(keys.get("zone"), report)
    if "about" in keys:
        text(keys["about"], report, "`about`")
    return CaseFile(
        name=document.file,
        path=path,
        title=(text(keys["title"], report, "`title`") if "title" in keys else None) or "",
        rules=_rules(keys.get("rules"), report),
        rules_at=keys.get("rules", root).location,
        log=_log(keys.get("log"), report),
        log_at=keys.get("log", root).location,
        case=(text(keys["case"], report, "`case`") if "case" in keys else None) or "acme",
        zone=clock.zone,
        only=_only(keys.get("only"), report),
        promises=_promises(keys.get("at"), report, clock),
        todo=one_line(keys["todo"], report, "`todo`") if "todo" in keys else None,
        document=document,
    )


def _rules(node: Node | None, report: Report) -> str | MapNode | None:
    if node is None or isinstance(node, MapNode):
        return node
    if isinstance(node, ListNode):
        wrong(node, report, "`rules`", "a pack, a file, or a rule file in place")
        return None
    return text(node, report, "`rules`")


def _log(node: Node | None, report: Report) -> str | tuple[MapNode, ...]:
    if node is None:
        return ()
    if isinstance(node, ScalarNode):
        return text(node, report, "`log`") or ""
    items = items_of(node, report, "`log`") or ()
    for item in items:
        if not isinstance(item, MapNode):
            wrong(item, report, "An event of `log`", "a mapping (`key: value`)")
    return tuple(item for item in items if isinstance(item, MapNode))


def _only(node: Node | None, report: Report) -> Mapping[str, Location]:
    if node is None:
        return {}
    items = items_of(node, report, "`only`")
    if items is not None and not items:
        report.add("BAD-VALUE", "`only` is empty. Name the rules that the case speaks of, or take it out.", node)
    found: dict[str, Location] = {}
    for item in items or ():
        rule = text(item, report, "A rule in `only`")
        if rule in found:
            report.add("BAD-VALUE", f"`{rule}` stands here twice. Keep one of the two.", item)
        elif rule is not None:
            found[rule] = item.location
    return found


def _promises(node: Node | None, report: Report, clock: Clock) -> tuple[Promise, ...]:
    items = (items_of(node, report, "`at`") or ()) if node is not None else ()
    if isinstance(node, ListNode) and not items:
        report.add("BAD-VALUE", "`at` is empty, so nothing would be tried. Write an instant.", node)
    found = [_promise(item, report, clock) for item in items]
    return tuple(promise for promise in found if promise)


def _promise(node: Node, report: Report, clock: Clock) -> Promise | None:
    keys = keys_of(node, (*_WHEN, "known_at", *SECTIONS, "todo"), report, "An instant")
    when = _when(node, keys, report, clock) if keys is not None else None
    if keys is None:
        return None
    sections = {name: lines_of(name, keys.get(name), report, clock) for name in SECTIONS}
    todo = one_line(keys["todo"], report, "`todo`") if "todo" in keys else None
    known_at = clock.instant(keys["known_at"], report, "`known_at`") if "known_at" in keys else None
    if when is None:
        return None
    first, last, words = when
    return Promise(
        first=first,
        last=last,
        words=f"{words}, known at {_text(keys['known_at'])}" if "known_at" in keys else words,
        location=node.location,
        decisions=sections["decisions"],
        findings=sections["findings"],
        statuses=sections["statuses"],
        allowances=sections["allowances"] if "allowances" in keys else None,
        notes=sections["notes"] if "notes" in keys else None,
        todo=todo,
        known_at=known_at,
    )


def _when(node: Node, keys: Mapping[str, Node], report: Report, clock: Clock) -> tuple[datetime, datetime, str] | None:
    """The first and the last instant, and how they are written."""
    written = [key for key in _WHEN if key in keys]
    if written == ["as_of"]:
        instant = clock.instant(keys["as_of"], report, "`as_of`")
        return None if instant is None else (instant, instant, f"as of {_text(keys['as_of'])}")
    if written == ["from", "until"]:
        first = clock.instant(keys["from"], report, "`from`")
        last = clock.instant(keys["until"], report, "`until`")
        if first is None or last is None:
            return None
        if last < first:
            report.add(codes.BAD_RANGE, "This range ends before it begins. Change the two.", keys["until"])
        return first, last, f"from {_text(keys['from'])} until {_text(keys['until'])}"
    if not written:
        near = closest("as_of", set(keys)) if keys else None
        report.add("MISSING-KEY", "An instant needs the key `as_of`, or `from` and `until`.", node, near)
    else:
        message = "An instant is either `as_of`, or a range with `from` and `until`. Take out what is too much."
        report.add(codes.BAD_RANGE, message, node)
    return None


def _text(node: Node) -> str:
    return node.text if isinstance(node, ScalarNode) else ""
