"""The events that stand in a case file. They are numbered, so that expectations can name them by their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from punctilio.casefiles.clocks import Clock, is_wall
from punctilio.casefiles.model import CaseFile
from punctilio.logs.read import read_records
from punctilio.logs.records import Mistake, Place
from punctilio.logs.yaml import Item, items_in
from punctilio.model.vocabulary import INSTANT_TYPES, Vocabulary
from punctilio.shape import Report
from punctilio.tables import columns as c
from punctilio.tables.tables import Log
from punctilio.value import replaced
from punctilio.yaml_source import Entry, ListNode, MapNode, ScalarNode, with_sources


class Numbered(NamedTuple):
    """An event whose line is its place in the log."""

    item: Item
    line: int

    @property
    def value(self) -> object:
        return self.item.value

    @property
    def text(self) -> str:
        return self.item.text

    @property
    def mistakes(self) -> Sequence[Mistake]:
        return self.item.mistakes

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        return self.item.place(key, of_key=of_key)


def read_events(file: CaseFile, events: Sequence[MapNode], vocabulary: Vocabulary, rule_ids: Collection[str]) -> Log:
    """The log of these events. What is wrong with them is told by the lines of the file."""
    report = Report()
    times = {c.AT, c.RECORDED_AT, *(name for name, kind in vocabulary.fields().items() if kind in INSTANT_TYPES)}
    filled = tuple(_filled(event, file, times, report) for event in events)
    items = list(items_in(ListNode(filled, file.log_at), file.document.lines))
    numbered = [Numbered(item, number) for number, item in enumerate(items, 1)]
    log = read_records(file.name, numbered, vocabulary=vocabulary, rule_ids=rule_ids)
    if log.problems:  # once more, since a problem may name another line
        log = read_records(file.name, items, vocabulary=vocabulary, rule_ids=rule_ids)
    slips = with_sources(report.problems, [file.document])
    told = {(slip.location.line, slip.location.column) for slip in slips}
    others = (p for p in log.problems if (p.location.line, p.location.column) not in told)
    return replaced(log, problems=(*slips, *others))


def _filled(event: MapNode, file: CaseFile, times: Collection[str], report: Report) -> MapNode:
    """The event with the case of the file, where it names none, and with the offset of every time."""
    entries = tuple(_with_offsets(event.entries, file, times, report))
    if event.entry(c.CASE) is None:
        entries = (Entry(c.CASE, event.location, ScalarNode(file.case, file.case, event.location)), *entries)
    return MapNode(entries, event.location)


def _with_offsets(entries: Sequence[Entry], file: CaseFile, times: Collection[str], report: Report) -> Iterator[Entry]:
    clock = Clock(file.zone)
    for entry in entries:
        node = entry.value
        is_time = entry.key in times and isinstance(node, ScalarNode) and isinstance(node.value, str)
        if is_time and isinstance(node, ScalarNode) and is_wall(node.text):
            instant = clock.instant(node, report, f"`{entry.key}`")
            if instant is not None:
                written = instant.isoformat() + "Z"
                yield entry._replace(value=node._replace(value=written, text=written))
                continue
        yield entry
