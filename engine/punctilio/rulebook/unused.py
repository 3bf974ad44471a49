"""Names that miss what they were to replace: a `define` that nothing uses, a letter away from an inherited one."""

from __future__ import annotations

from collections.abc import Iterator

from punctilio.problems import closest
from punctilio.rulebook.files import RuleFile
from punctilio.shape import Report
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

SECTIONS = ("define", "parties", "phrases", "parameters")
_NEAR = 0.75
"""How alike: `thank-you` and `thank-yuo`, but not `thank-you` and `thanks`."""


def report_near_misses(files: tuple[RuleFile, ...], report: Report) -> None:
    """Reports such names. Where names are unknown, it is their use that is misspelt, and that was reported."""
    own = [file for file in files if file.extends and not file.is_bundled]
    if not own or any(problem.code.startswith("UNKNOWN-") for problem in report.problems):
        return
    said = {word for file in files if file.document.root for word in _words(file.document.root)}
    for file in own:
        for section in SECTIONS:
            _report(file, section, said, report)


def _report(file: RuleFile, section: str, said: set[str], report: Report) -> None:
    inherited = {entry.key for other in file.inherited() for entry in _entries(other, section)}
    for entry in _entries(file, section):
        use = f"${entry.key}" if section == "parameters" else entry.key
        if entry.key in inherited or use in said:
            continue
        meant = closest(entry.key, inherited, cutoff=_NEAR)
        if meant:
            message = f"Nothing refers to `{entry.key}`, so it changes nothing."
            report.add("UNUSED-NAME", message, entry.location, meant)


def _entries(file: RuleFile, section: str) -> tuple[Entry, ...]:
    node = file.sections.get(section)
    return node.entries if isinstance(node, MapNode) else ()


def _words(node: Node) -> Iterator[str]:
    """Every value, however it is meant: a name that stands anywhere may be referred to."""
    match node:
        case ScalarNode():
            yield node.text
        case ListNode():
            for item in node.items:
                yield from _words(item)
        case MapNode():
            for entry in node.entries:
                yield from _words(entry.value)
