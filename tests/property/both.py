"""The engine as a person uses it, from files to frames, with its answer in the words of the reference."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from punctilio.evaluation import evaluate, judge
from punctilio.logs.read import read_log
from punctilio.model.rule import Rulebook
from punctilio.rulebook.load import load_rules
from punctilio.tables import columns as c
from punctilio.tables.schemas import VERDICTS
from punctilio.tables.tables import Evaluation, Log, Verdicts
from tests.property.logs import Line, write
from tests.reference.evaluate import Ids
from tests.reference.rows import Allowance, Decision, Finding, Reference, Spot, Status

Row = Decision | Finding | Allowance | Status


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder in which rule files and logs are written before they are read."""

    folder: Path

    def rules(self, *files: Mapping[str, Any]) -> Rulebook:
        paths = [self.folder / f"rules{number}.yaml" for number in range(len(files))]
        for path, content in zip(paths, files, strict=True):
            self.write(path, content)
        return load_rules(*paths)

    def write(self, path: Path, content: Mapping[str, Any]) -> None:
        """JSON is YAML, and quotes what needs it."""
        path.write_text(json.dumps(content), encoding="utf-8")

    def judged(
        self, rulebook: Rulebook, as_of: datetime, *logs: Sequence[Line], known_at: datetime | None = None
    ) -> Evaluation:
        """Each log in a file of its own."""
        return evaluate(rulebook, self._read(rulebook, logs), as_of=as_of, known_at=known_at)

    def judged_either_way(
        self, rulebook: Rulebook, as_of: datetime, *logs: Sequence[Line], known_at: datetime | None = None
    ) -> Evaluation:
        """The same. The verdicts alone, which are asked for too, have to be the same."""
        log = self._read(rulebook, logs)
        evaluation = evaluate(rulebook, log, as_of=as_of, known_at=known_at)
        _require_same(judge(rulebook, log, as_of=as_of, known_at=known_at), evaluation)
        return evaluation

    def _read(self, rulebook: Rulebook, logs: Sequence[Sequence[Line]]) -> Log:
        paths = [self.folder / f"{number}.jsonl" for number in range(len(logs))]
        for path, lines in zip(paths, logs, strict=True):
            write(path, lines)
        log = read_log(paths, vocabulary=rulebook.vocabulary, rule_ids={rule.id for rule in rulebook.rules})
        assert not log.problems, "\n".join(f"{problem.location}: {problem.sentence}" for problem in log.problems)
        return log


def _require_same(verdicts: Verdicts, evaluation: Evaluation) -> None:
    """Decisions that differ in their ids alone may stand in another order."""
    by = [c.CASE, c.DUE_AT, c.RULE, c.PERSON, c.TRIGGER]
    ours, theirs = (frame.select(list(VERDICTS)).sort(by) for frame in (evaluation.decisions, verdicts.decisions))
    assert theirs.equals(ours)
    assert verdicts.findings.equals(evaluation.findings.drop("decision"))
    assert verdicts.statuses.equals(evaluation.statuses)


def placed(*logs: Sequence[Line]) -> list[Line]:
    """The same lines, with the places that they have in their files."""
    return [
        {**line, "file": file, "line": number}
        for file, lines in enumerate(logs)
        for number, line in enumerate(lines, 1)
    ]


# ── from frames to rows ───────────────────────────────────────────────────────────────────────────────────────────


def told(evaluation: Evaluation) -> Reference:
    """The evaluation as rows of the reference."""
    spots = _spots(evaluation)
    return Reference(
        decisions=tuple(_decision(row, spots) for row in evaluation.decisions.to_dicts()),
        findings=tuple(_finding(row, spots) for row in evaluation.findings.to_dicts()),
        allowances=tuple(Allowance(**_values(Allowance, row)) for row in evaluation.allowances.to_dicts()),
        statuses=tuple(Status(**_values(Status, row)) for row in evaluation.statuses.to_dicts()),
    )


def rows_of(reference: Reference) -> list[Row]:
    return [*reference.decisions, *reference.findings, *reference.allowances, *reference.statuses]


def differences(engine: Reference, reference: Reference) -> list[str]:
    """The rows that only one of them has."""
    mine, others = Counter(rows_of(engine)), Counter(rows_of(reference))
    return sorted(
        [f"{row} by the engine" for row in mine - others] + [f"{row} by the reference" for row in others - mine]
    )


def ids(evaluation: Evaluation) -> Ids:
    spots = _spots(evaluation)
    rows = evaluation.decisions.select(c.RULE, c.CASE, c.PERSON, c.TRIGGER, c.ID).iter_rows()
    return {(rule, case, person, spots[trigger]): decision for rule, case, person, trigger, decision in rows}


def _spots(evaluation: Evaluation) -> list[Spot]:
    numbers = [int(Path(name).stem) for name in evaluation.files]
    return [(numbers[file], line) for file, line in evaluation.events.select(c.FILE, c.LINE).iter_rows()]


def _decision(row: Mapping[str, Any], spots: Sequence[Spot]) -> Decision:
    done = row[c.DONE]
    values: dict[str, Any] = {
        **_values(Decision, row),
        "trigger": spots[row[c.TRIGGER]],
        "done": None if done is None else spots[done],
        "warned_by": tuple(row[c.WARNED_BY] or ()),
    }
    return Decision(**values)


def _finding(row: Mapping[str, Any], spots: Sequence[Spot]) -> Finding:
    values: dict[str, Any] = {
        **_values(Finding, row, but="event"),
        "people": tuple(row[c.PEOPLE] or ()),
        "event": spots[row[c.EVENTS][0]],
    }
    return Finding(**values)


def _values(kind: type[Row], row: Mapping[str, Any], but: str = "") -> dict[str, Any]:
    """What the row says in the columns that are named like the fields of ``kind``."""
    return {field.name: _instant(row[field.name]) for field in fields(kind) if field.name != but}


def _instant(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
