"""Case files: read one, judge its log, and say where the answer is not what it promises.

The format is that of schemas/case.schema.json. ``Case`` is what a file says, ``judged`` is what the engine says of it
at one instant, and ``failures`` are sentences about the difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from punctilio.errors import InvalidInputError, InvalidLogError
from punctilio.evaluation import evaluate
from punctilio.logs.read import read_log
from punctilio.model.rule import Action, Expect, Rulebook
from punctilio.rulebook.load import load_rules
from punctilio.tables.tables import Evaluation, Log
from punctilio.yaml_source import plain, read_document

Row = Mapping[str, Any]

_WALL_CLOCK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d{1,6})?)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_EVENT_KEYS = frozenset({"trigger", "done", "ended", "waiver", "event"})
_EVENT_LISTS = frozenset({"near", "events"})
_SETS = frozenset({"people", "warned_by", "near", "events"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case file as written; ``log`` has the default case filled in and every time with its offset."""

    path: Path
    title: str
    rules: str | dict[str, Any]
    log: tuple[dict[str, Any], ...] | Path
    instants: tuple[dict[str, Any], ...]
    zone: ZoneInfo
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engine says of a case at one instant, as rows of plain values."""

    decisions: list[Row]
    findings: list[Row]
    allowances: list[Row]
    notes: list[Row]
    statuses: list[Row]


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def plain_yaml(path: Path) -> Any:
    """What a YAML file says, in plain values."""
    document = read_document(path, path.name)
    if document.root is None or document.problems:
        raise InvalidInputError(document.problems)
    return plain(document.root)


def read_case(path: Path) -> Case:
    """The case in a file that fits the schema."""
    written = plain_yaml(path)
    zone = ZoneInfo(written.get("zone", "UTC"))
    log = written["log"]
    return Case(
        path=path,
        title=written["title"],
        rules=written.get("rules", "after-interview"),
        log=path.parent / log if isinstance(log, str) else tuple(_events(log, written.get("case", "acme"), zone)),
        instants=tuple(written["at"]),
        only=tuple(written.get("only", ())),
        zone=zone,
    )


def _events(log: Iterable[dict[str, Any]], case: str, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    for event in log:
        yield {"case": case} | {name: _with_offset(value, zone) for name, value in event.items()}


def _with_offset(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, str) and _WALL_CLOCK.fullmatch(value):
        return datetime.fromisoformat(value).replace(tzinfo=zone).isoformat()
    return value


def instant(text: str, zone: ZoneInfo) -> datetime:
    """A time of a case file as an instant."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


# ── judging ───────────────────────────────────────────────────────────────────────────────────────────────────────


def rulebook_of(case: Case, folder: Path) -> Rulebook:
    """The rules of a case; rules in place are written to ``folder`` first."""
    if isinstance(case.rules, dict):
        file = folder / "rules.yaml"
        file.write_text(json.dumps({"language": 1} | case.rules, ensure_ascii=False), "utf-8")
        return load_rules(file)
    beside = case.path.parent / case.rules
    return load_rules(beside if beside.is_file() else case.rules)


def log_of(case: Case, rulebook: Rulebook, folder: Path) -> Log:
    """The log of a case. Raises InvalidLogError: it must be without a mistake."""
    file = case.log if isinstance(case.log, Path) else folder / "log.jsonl"
    if not isinstance(case.log, Path):
        lines = (json.dumps(event, ensure_ascii=False) for event in case.log)
        file.write_bytes("".join(f"{line}\n" for line in lines).encode())
    log = read_log([file], vocabulary=rulebook.vocabulary, rule_ids={rule.id for rule in rulebook.rules})
    if log.problems:
        raise InvalidLogError(log.problems)
    return log


def failures(case: Case, rulebook: Rulebook, folder: Path, *, stop_early: bool = False) -> list[str]:
    """A sentence for each difference from what the case promises; with ``stop_early`` those of one instant at most."""
    log = log_of(case, rulebook, folder)
    found: list[str] = []
    for promised in case.instants:
        if found and stop_early:
            break
        actual = judged(evaluate(rulebook, log, as_of=instant(promised["as_of"], case.zone)))
        found += [f"as of {promised['as_of']}: {failure}" for failure in differences(case, promised, actual)]
    return found


def judged(evaluation: Evaluation) -> Judged:
    """The frames as rows, with events called by their id, or by their line where they have none."""
    names = _event_names(evaluation.events)
    rules = {rule.id: rule for rule in evaluation.rulebook.rules}

    def rows(frame: pl.DataFrame) -> list[Row]:
        return [_named(row, names) for row in frame.to_dicts()]

    def with_action(row: Row) -> Row:
        kind = rules[row["rule"]].kind
        return {**row, "do": _action(kind.action) if isinstance(kind, Expect) else None}

    return Judged(
        decisions=[with_action(row) for row in rows(evaluation.decisions)],
        findings=[{**row, "event": row["events"][0]} for row in rows(evaluation.findings)],
        allowances=rows(evaluation.allowances),
        notes=rows(evaluation.notes),
        statuses=rows(evaluation.statuses),
    )


def _event_names(events: pl.DataFrame) -> list[str | int]:
    return [row["id"] if row["id"] is not None else row["line"] for row in events.select("id", "line").to_dicts()]


def _named(row: Row, names: Sequence[str | int]) -> Row:
    def listed(numbers: list[int] | None) -> list[str | int]:
        return [names[number] for number in numbers or ()]

    def named(number: int | None) -> str | int | None:
        return None if number is None else names[number]

    lists = {key: listed(value) for key, value in row.items() if key in _EVENT_LISTS}
    events = {key: named(value) for key, value in row.items() if key in _EVENT_KEYS}
    return {**row, **lists, **events}


def _action(action: Action | None) -> Row | None:
    if action is None:
        return None
    fields = {name: list(value) if isinstance(value, tuple) else value for name, value in action.fields.items()}
    parts = {"template": action.template, "to": action.to, "through": action.through}
    return {"type": action.type, **fields, **{name: value for name, value in parts.items() if value is not None}}


# ── comparing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def differences(case: Case, promised: Row, actual: Judged) -> Iterator[str]:
    """Two-sided for decisions and findings; for allowances and notes where the case says anything of them."""

    def spoken_of(rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if not case.only or row["rule"] in case.only]

    def lines(name: str, shorthand: str) -> list[Row]:
        return [_full(line, shorthand) for line in promised.get(name, ())]

    def fits(line: Row, row: Row) -> bool:
        return all(_fits(key, wanted, row.get(key), case.zone) for key, wanted in line.items())

    yield from _compared("decision", lines("decisions", "verdict"), spoken_of(actual.decisions), fits)
    yield from _compared("finding", lines("findings", "rule"), spoken_of(actual.findings), fits)
    if "allowances" in promised:
        yield from _compared("allowance", lines("allowances", "rule"), spoken_of(actual.allowances), fits)
    if "notes" in promised:
        yield from _compared("note", lines("notes", "note"), spoken_of(actual.notes), fits)
    for name, status in promised.get("statuses", {}).items():
        rows = [row for row in actual.statuses if row["case"] == name]
        yield from _compared("status", [_full(status, "status")], rows, fits)


def _full(line: str | Row, shorthand: str) -> Row:
    return {shorthand: line} if isinstance(line, str) else line


def _fits(key: str, wanted: Any, actual: Any, zone: ZoneInfo) -> bool:
    if key == "message":
        return wanted in (actual or "")
    if isinstance(actual, datetime):
        return isinstance(wanted, str) and instant(wanted, zone).astimezone(UTC).replace(tzinfo=None) == actual
    if key in _SETS:
        return sorted(map(str, wanted or ())) == sorted(map(str, actual or ()))
    return bool(wanted == actual)


def _compared(
    noun: str, promised: Sequence[Row], actual: Sequence[Row], fits: Callable[[Row, Row], bool]
) -> Iterator[str]:
    pairs = _pairs(promised, actual, fits)
    taken = set(pairs.values())
    for number, line in enumerate(promised):
        if number not in pairs:
            yield f"no {noun} is {_text(line)}"
    for number, row in enumerate(actual):
        if number not in taken:
            yield f"a {noun} that the case does not promise: {_text(row)}"


def _pairs(promised: Sequence[Row], actual: Sequence[Row], fits: Callable[[Row, Row], bool]) -> dict[int, int]:
    """As many promised lines as can be, each with an actual row of its own (augmenting paths)."""
    row_of: dict[int, int] = {}
    line_of: dict[int, int] = {}

    def place(line: int, tried: set[int]) -> bool:
        for number, row in enumerate(actual):
            if number in tried or not fits(promised[line], row):
                continue
            tried.add(number)
            if number not in line_of or place(line_of[number], tried):
                line_of[number], row_of[line] = line, number
                return True
        return False

    for line in range(len(promised)):
        place(line, set())
    return {line: number for number, line in line_of.items()}


def _text(row: Row) -> str:
    written = {key: value for key, value in row.items() if value not in (None, [])}
    shown = {key: str(value) if isinstance(value, datetime) else value for key, value in written.items()}
    return json.dumps(shown, ensure_ascii=False)
