"""The rules and the log of a case file, and what the engine says of it at one instant."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import polars as pl

from punctilio.casefiles.bearing import bearing
from punctilio.casefiles.events import read_events
from punctilio.casefiles.model import CaseFile
from punctilio.errors import InvalidLogError
from punctilio.evaluation import evaluate, judge
from punctilio.logs.read import read_log
from punctilio.model.rule import Action, Expect, Rulebook
from punctilio.rulebook.load import NO_DOCUMENTS, load_written
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation, Log, Verdicts
from punctilio.value import Value, replaced
from punctilio.yaml_source import Document, Entry, ListNode, MapNode, Node, ScalarNode, read_document

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Mapping[str, Sequence[Row]]
"""By section, with events called as case files call them."""

DEFAULT: Final = "after-interview"
_EVENTS: Final = frozenset({c.TRIGGER, c.DONE, c.ENDED, c.WAIVER, c.EVENT})
_EVENT_LISTS: Final = frozenset({c.NEAR, c.EVENTS})


class Judged(Value):
    """What the engine says at one instant."""

    evaluation: Evaluation
    rows: Rows


class EventName(str):
    """The id of an event, which also knows its ``place`` in the log."""

    __slots__ = ("place",)
    place: int

    def __new__(cls, name: str, place: int) -> EventName:
        made = super().__new__(cls, name)
        made.place = place
        return made


class Rules(Value):
    """Where the rules of case files come from: ``instead`` stand in for the pack that a case file names or extends, and
    for a file that is called as they are; ``otherwise`` are those of one that names none."""

    instead: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = (DEFAULT,)


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def rulebook_of(
    file: CaseFile,
    rules: Rules,
    *,
    given: Mapping[Path, Document] = NO_DOCUMENTS,
    known: dict[tuple[str, ...], Rulebook] | None = None,
) -> Rulebook:
    """The rules of a case file. ``given`` are documents that are taken in place of files; ``known`` keeps what was
    loaded by its names.

    Raises InvalidRulesError with every mistake in them.
    """
    if isinstance(file.rules, MapNode):
        here = Path(os.path.realpath(file.path))
        return load_written(file.path, given={**given, here: _in_place(file, file.rules, rules)}).rulebook
    named = _named(file, rules)
    if known is None or named not in known:
        rulebook = load_written(*named, given=given).rulebook
        if known is None:
            return rulebook
        known[named] = rulebook
    return known[named]


def _named(file: CaseFile, rules: Rules) -> tuple[str, ...]:
    if file.rules is None:
        return rules.instead or rules.otherwise
    beside = file.folder / str(file.rules)
    named = str(beside) if beside.is_file() else str(file.rules)
    return rules.instead if _stand_in(rules, named) else (named,)


def _stand_in(rules: Rules, named: str) -> bool:
    """Whether the rules that were given stand in for what a case file names: a pack, or a file that is called as one of
    them is."""
    if not rules.instead or not Path(named).is_file():
        return bool(rules.instead)
    return _called(named) in map(_called, rules.instead)


def _called(source: str) -> str:
    """What rules are called, as their file says, else as the file is called."""
    if not Path(source).is_file():
        return source
    root = read_document(Path(source), source).root
    pack = root.get("pack") if isinstance(root, MapNode) else None
    return pack.text if isinstance(pack, ScalarNode) else Path(source).stem


def _in_place(file: CaseFile, written: MapNode, rules: Rules) -> Document:
    """Rules that stand in a case file, as a rule file of their own."""
    entries = tuple(_instead(entry, file, rules) if entry.key == "extends" else entry for entry in written.entries)
    if written.entry("language") is None:
        one = ScalarNode(1, "1", written.location)
        entries = (Entry("language", written.location, one), *entries)
    return Document(file.name, file.document.lines, MapNode(entries, written.location))


def _instead(extends: Entry, file: CaseFile, rules: Rules) -> Entry:
    """What is extended, with other rules in the place of the first, where they stand in for it."""
    if not isinstance(extends.value, ListNode) or not extends.value.items:
        return extends
    first, *others = extends.value.items
    named = first.text if isinstance(first, ScalarNode) else ""
    beside = file.folder / named
    if not _stand_in(rules, str(beside) if beside.is_file() else named):
        return extends
    items: list[Node] = [ScalarNode(name, name, first.location) for name in map(_absolute, rules.instead)]
    return extends._replace(value=ListNode((*items, *others), extends.value.location))


def _absolute(source: str) -> str:
    """A file by a path that holds in every folder; a pack by its name."""
    return str(Path(source).resolve()) if Path(source).is_file() else source


# ── the log ───────────────────────────────────────────────────────────────────────────────────────────────────────


def log_of(file: CaseFile, rulebook: Rulebook) -> Log:
    """The log of a case file. Raises InvalidLogError with every mistake in it: it must be without any."""
    ids = {rule.id for rule in rulebook.rules}
    if isinstance(file.log, str):
        log = read_log([file.folder / file.log], vocabulary=rulebook.vocabulary, rule_ids=ids)
    else:
        log = read_events(file, file.log, rulebook.vocabulary, ids)
    if log.problems:
        raise InvalidLogError(log.problems)
    return log


def with_lines(file: CaseFile, evaluation: Evaluation) -> Evaluation:
    """The evaluation, in which events that stand in the case file are where they stand, and not at their number."""
    if isinstance(file.log, str):
        return evaluation
    lines = pl.Series([0, *(node.location.line for node in file.log)], dtype=pl.UInt32)
    placed = evaluation.events.with_columns(pl.lit(lines).gather(pl.col(c.LINE)).alias(c.LINE))
    return replaced(evaluation, events=placed)


# ── judging ───────────────────────────────────────────────────────────────────────────────────────────────────────


def part_of(file: CaseFile, rulebook: Rulebook) -> Rulebook:
    """The rules that can have a say in what the case file speaks of."""
    if not file.only:
        return rulebook
    statuses = [line for promise in file.promises for line in promise.statuses]
    steps = any(not {c.WAITS_FOR, c.WAITS_UNTIL}.isdisjoint(line.values) for line in statuses)
    cases = bool(statuses) or any(promise.allowances is not None for promise in file.promises)
    return bearing(rulebook, frozenset(file.only), with_statuses=cases, with_steps=steps)


def judged(rulebook: Rulebook, log: Log, instant: datetime, known_at: datetime | None = None) -> Judged:
    """What the rules say at an instant, by what was known at another (both in UTC, without a zone)."""
    known = known_at.replace(tzinfo=UTC) if known_at else None
    evaluation = evaluate(rulebook, log, as_of=instant.replace(tzinfo=UTC), known_at=known)
    more = {"allowances": evaluation.allowances, "notes": evaluation.notes}
    return Judged(evaluation, _rows_of(evaluation, rulebook, more))


def verdicts(rulebook: Rulebook, log: Log, instant: datetime, known_at: datetime | None = None) -> Rows:
    """The decisions, findings and statuses of ``judged``; decisions do not know what came near."""
    known = known_at.replace(tzinfo=UTC) if known_at else None
    return _rows_of(judge(rulebook, log, as_of=instant.replace(tzinfo=UTC), known_at=known), rulebook, {})


def _rows_of(told: Evaluation | Verdicts, rulebook: Rulebook, more: Mapping[str, pl.DataFrame]) -> Rows:
    """The frames as rows, with events called by their id, or by their line where they have none."""
    known = told.events[[c.ID, c.LINE]].to_dicts()
    names = [row[c.LINE] if row[c.ID] is None else EventName(row[c.ID], row[c.LINE]) for row in known]
    actions = {rule.id: rule.kind.action for rule in rulebook.rules if isinstance(rule.kind, Expect)}

    def rows(frame: pl.DataFrame) -> list[Row]:
        return [_named_row(row, names) for row in frame.to_dicts()]

    return {
        "decisions": [{**row, c.DO: action_row(actions.get(row[c.RULE]))} for row in rows(told.decisions)],
        "findings": [{**row, c.EVENT: row[c.EVENTS][0]} for row in rows(told.findings)],
        "statuses": rows(told.statuses),
        **{section: rows(frame) for section, frame in more.items()},
    }


def _named_row(row: Row, names: Sequence[str | int]) -> Row:
    lists: Row = {key: [names[number] for number in row[key] or ()] for key in _EVENT_LISTS & row.keys()}
    single: Row = {key: None if row[key] is None else names[row[key]] for key in _EVENTS & row.keys()}
    return {**row, **lists, **single}


def action_row(action: Action | None) -> Row | None:
    """An action as case files write it."""
    if action is None:
        return None
    fields = {name: list(value) if isinstance(value, tuple) else value for name, value in action.fields.items()}
    parts = {c.TEMPLATE: action.template, c.TO: action.to, c.THROUGH: action.through}
    return {c.TYPE: action.type, **fields, **{name: value for name, value in parts.items() if value is not None}}


def loaded(
    file: CaseFile,
    rules: Rules,
    *,
    given: Mapping[Path, Document] = NO_DOCUMENTS,
    known: dict[tuple[str, ...], Rulebook] | None = None,
) -> tuple[Rulebook, Log]:
    """The rules and the log. Raises InvalidInputError with every mistake in them."""
    rulebook = rulebook_of(file, rules, given=given, known=known)
    return rulebook, log_of(file, rulebook)
