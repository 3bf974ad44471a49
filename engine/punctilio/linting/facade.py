"""Lints from Python, and for the command line (docs/linting.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from punctilio.errors import InvalidLogError, InvalidRulesError, UsageError
from punctilio.linting.codes import CODES
from punctilio.linting.running import slips
from punctilio.linting.tested import tested
from punctilio.linting.values import Book, Slip
from punctilio.logs.read import read_log
from punctilio.problems import Problem, closest
from punctilio.rulebook.load import load_written
from punctilio.tables.tables import Log


def lint(
    *sources: str | Path,
    logs: Sequence[str | Path] = (),
    tests: Sequence[str | Path] = (),
    ignore: Iterable[str] = (),
) -> tuple[Slip, ...]:
    """What is found in rule files and packs, each by itself; in order for each.

    With ``logs``, also which rules nothing in them sets off; with ``tests``, case files or folders of them, also which
    rules none of them names. ``ignore`` leaves out a code, or a code for one rule or other name (``CODE:NAME``).

    Raises InvalidInputError for rules, logs and case files that are not valid, and UsageError for an unknown code.
    """
    left_out = _known(ignore)
    books = _books(sources)
    named = tested(tests) if tests else None
    found = [slip for book in books for slip in slips(book, _log(book, logs) if logs else None, named)]
    return tuple(slip for slip in found if left_out.isdisjoint(_ignorable(slip)))


def _ignorable(slip: Slip) -> list[str]:
    return [slip.code, *(f"{slip.code}:{name}" for name in slip.names)]


def _known(ignore: Iterable[str]) -> frozenset[str]:
    ignored = frozenset(ignore)
    for word in sorted(ignored):
        code = word.partition(":")[0]
        if code not in CODES:
            near = closest(code.upper(), CODES)
            meant = f" Did you mean `{near}`?" if near else f" Known are {', '.join(CODES)}."
            raise UsageError(f"There is no lint `{code}`.{meant}")
    return ignored


def _books(sources: Iterable[str | Path]) -> list[Book]:
    books: list[Book] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            books.append(Book(str(source), load_written(source)))
        except InvalidRulesError as mistake:
            problems.extend(mistake.problems)
    if problems:
        raise InvalidRulesError(problems)
    return books


def _log(book: Book, logs: Sequence[str | Path]) -> Log:
    ids = frozenset(rule.id for rule in book.rulebook.rules)
    log = read_log(logs, vocabulary=book.rulebook.vocabulary, rule_ids=ids)
    if log.problems:
        raise InvalidLogError(log.problems)
    return log
