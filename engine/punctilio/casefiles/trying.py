"""Trying case files: each promise, with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from punctilio.casefiles import codes
from punctilio.casefiles.comparing import Difference, differences
from punctilio.casefiles.finding import case_files
from punctilio.casefiles.judging import Judged, Row, Rules, judged, loaded, part_of, with_lines
from punctilio.casefiles.model import CaseFile, Line, Promise
from punctilio.casefiles.read import read_case_file
from punctilio.casefiles.reasons import reasons
from punctilio.casefiles.turning import turning_points
from punctilio.errors import InvalidInputError
from punctilio.location import Location
from punctilio.model.rule import Rulebook
from punctilio.problems import Problem, closest, in_order
from punctilio.tables.tables import Log
from punctilio.value import Value
from punctilio.yaml_source import with_sources


class Seen(Value):
    """The rows of every section at an instant."""

    at: datetime
    rows: Mapping[str, Sequence[Row]]


class Answer(Value, kw_only=True):
    """What became of a promise. ``at`` is the first instant at which the answer differs (for a range, one of it), and
    ``reasons`` are sentences on each of the ``differences``. ``todo`` says why that is no failure yet. ``seen`` is what
    was so where it was tried."""

    promise: Promise
    at: datetime
    differences: tuple[Difference, ...] = ()
    reasons: tuple[tuple[str, ...], ...] = ()
    seen: tuple[Seen, ...] = ()
    todo: str | None = None

    @property
    def is_failed(self) -> bool:
        return bool(self.differences) and self.todo is None


class TriedFile(Value, kw_only=True):
    """A case file, by what it was judged, and what became of its promises. With ``problems`` it could not be tried."""

    name: str
    file: CaseFile | None = None
    rulebook: Rulebook | None = None
    log: Log | None = None
    answers: tuple[Answer, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_failed(self) -> bool:
        return bool(self.problems) or any(answer.is_failed for answer in self.answers)


def try_all(paths: Iterable[str | Path], rules: Rules) -> Iterator[TriedFile]:
    """Try the case files at these paths (``finding.case_files``), one after the other."""
    return (trial() for trial in trials(paths, rules))


def trials(paths: Iterable[str | Path], rules: Rules) -> tuple[Callable[[], TriedFile], ...]:
    """The same, each to be done when it is called. Rules that several files name are loaded once."""
    files, problems = case_files(paths)
    known: dict[tuple[str, ...], Rulebook] = {}
    missing = (partial(TriedFile, name=problem.location.file, problems=(problem,)) for problem in problems)
    return (*missing, *(partial(try_file, path, rules, known=known) for path in files))


def try_file(
    path: Path, rules: Rules, *, data: bytes | None = None, known: dict[tuple[str, ...], Rulebook] | None = None
) -> TriedFile:
    """Read a case file and try it. ``data`` is what it holds, where that is not read from it; ``known`` are rulebooks
    that are loaded already."""
    file, problems = read_case_file(path, data=data)
    if file is None:
        return TriedFile(name=str(path), problems=problems)
    try:
        rulebook, log = loaded(file, rules, known=known)
    except InvalidInputError as mistake:
        return TriedFile(name=file.name, file=file, problems=mistake.problems)
    problems = unknown_rules(file, rulebook)
    if problems:
        return TriedFile(name=file.name, file=file, rulebook=rulebook, problems=problems)
    part = part_of(file, rulebook)
    answers = tuple(_answer(file, promise, part, log) for promise in file.promises)
    return TriedFile(name=file.name, file=file, rulebook=rulebook, log=log, answers=answers)


def mistakes(path: Path, rules: Rules) -> tuple[Problem, ...]:
    """Everything for which a case file could not be tried."""
    file, problems = read_case_file(path)
    if file is None:
        return problems
    try:
        rulebook, _ = loaded(file, rules)
    except InvalidInputError as mistake:
        return mistake.problems
    return unknown_rules(file, rulebook)


def _answer(file: CaseFile, promise: Promise, rulebook: Rulebook, log: Log) -> Answer:
    todo = promise.todo or file.todo
    seen: list[Seen] = []
    for instant in instants_of(promise, rulebook, log):
        answer = judged(rulebook, log, instant, promise.known_at)
        found = differences(file, promise, answer.rows)
        seen.append(Seen(instant, answer.rows))
        if found:
            why = _reasons(file, answer, found)
            return Answer(promise=promise, at=instant, differences=found, reasons=why, seen=tuple(seen), todo=todo)
    return Answer(promise=promise, at=promise.first, seen=tuple(seen), todo=todo)


def _reasons(file: CaseFile, answer: Judged, found: Sequence[Difference]) -> tuple[tuple[str, ...], ...]:
    placed = with_lines(file, answer.evaluation)
    return tuple(reasons(placed, answer, difference, is_whole=not file.only) for difference in found)


def instants_of(promise: Promise, rulebook: Rulebook, log: Log) -> tuple[datetime, ...]:
    """Where a promise is tried: at its instant; or at both ends of its range, and at every turning point between."""
    if not promise.is_range:
        return (promise.first,)
    between = (at for at in turning_points(rulebook, log) if promise.first < at < promise.last)
    return (promise.first, *between, promise.last)


def unknown_rules(file: CaseFile, rulebook: Rulebook) -> tuple[Problem, ...]:
    """The names of rules that the rulebook does not have."""
    ids = {rule.id for rule in rulebook.rules}
    named: list[tuple[str, Location]] = list(file.only.items())
    named += [(str(rule), line.place("rule")) for line in _lines(file) if (rule := line.values.get("rule"))]
    problems = (
        Problem(codes.UNKNOWN_RULE, f"{rulebook.name} has no rule `{rule}`.", place, closest(rule, ids))
        for rule, place in named
        if rule not in ids
    )
    spare = (
        Problem(codes.UNKNOWN_RULE, f"`only` leaves out `{rule}`, so nothing of it is looked at.", line.place("rule"))
        for line in _lines(file)
        if (rule := line.values.get("rule")) and file.only and str(rule) in ids and rule not in file.only
        if "status" not in line.values and "waits_for" not in line.values
    )
    return in_order(with_sources([*problems, *spare], [file.document]))


def _lines(file: CaseFile) -> Iterator[Line]:
    return (line for promise in file.promises for line in promise.lines)
