"""Logs in a few words, and what rules say of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import punctilio
from punctilio.model.rule import Rulebook
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import Value


class Case(Value):
    """A case of a log. It never changes; each event makes a new one."""

    name: str
    events: tuple[Mapping[str, object], ...] = ()

    def event(self, type: str, at: str | datetime, /, **fields: object) -> Case:
        """The case with one more event. ``at`` is aware, or a text with an offset; datetimes are written as texts."""
        written = {"case": self.name, "type": type, "at": at, **fields}
        return Case(self.name, (*self.events, {name: _written(value) for name, value in written.items()}))


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def lines(*cases: Case) -> str:
    """The cases as JSON Lines."""
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for case in cases for event in case.events)


def log_of(*cases: Case, rules: Rulebook | None = None) -> Log:
    """The cases as a log that was read by the vocabulary of the rules, or of the bundled pack.

    Raises InvalidLogError, which holds every mistake.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "log.jsonl"
        file.write_text(lines(*cases), encoding="utf-8")
        return punctilio.read_log(file, rules=rules)


def rulebook(text: str) -> Rulebook:
    """The rules of a rule file that is written here. Raises InvalidRulesError, which holds every mistake."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rules.yaml"
        file.write_text(text, encoding="utf-8")
        return punctilio.load_rules(file)


def judged(*cases: Case, as_of: str | datetime, rules: Rulebook | None = None) -> Evaluation:
    """What the rules, or the bundled pack, say of the cases at an instant."""
    book = rules or punctilio.load_rules()
    instant = datetime.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return punctilio.evaluate(book, log_of(*cases, rules=book), as_of=instant)
