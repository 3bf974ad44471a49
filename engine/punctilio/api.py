"""What the package does, as functions: the command line calls these, and so may any program (docs/python-api.md)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from punctilio import evaluation as engine
from punctilio.errors import InvalidLogError, UsageError
from punctilio.logs import read as logs
from punctilio.model.rule import Rulebook
from punctilio.problems import Problem, closest, in_order
from punctilio.reporters import REPORTERS
from punctilio.rulebook import load as rulebooks
from punctilio.tables.tables import Evaluation, Log

DEFAULT_PACK: Final = "after-interview"


def load_rules(*sources: str | Path) -> Rulebook:
    """Load rule files, given by path, and bundled packs, given by name, as one rulebook; without any, the bundled
    after-interview.

    Raises InvalidRulesError, which holds every mistake.
    """
    return rulebooks.load_rules(*(sources or (DEFAULT_PACK,)))


def read_log(*paths: str | Path, rules: Rulebook | None = None) -> Log:
    """Read event logs (globs too; ``-`` is standard input) by the vocabulary of ``rules``, or of the bundled pack.

    Raises InvalidLogError, which holds every mistake.
    """
    rulebook = rules or load_rules()
    log = logs.read_log(paths, vocabulary=rulebook.vocabulary, rule_ids=_ids(rulebook))
    if log.problems:
        raise InvalidLogError(log.problems)
    return log


def evaluate(rules: Rulebook, log: Log, *, as_of: datetime) -> Evaluation:
    """Judge the log as it stood at ``as_of``, an instant with an offset; nothing after it is seen.

    The frames of the result are documented column by column in ``punctilio.tables.schemas``.
    """
    if as_of.utcoffset() is None:
        raise UsageError("`as_of` has no time zone: give an aware datetime, such as datetime.now(timezone.utc).")
    if log.vocabulary != rules.vocabulary:
        raise UsageError("The log was read by the vocabulary of other rules: read it with read_log(…, rules=rules).")
    return engine.evaluate(rules, log, as_of=as_of)


def validate(*files: str | Path, rules: Rulebook | None = None) -> tuple[Problem, ...]:
    """Every mistake in the rule files and logs, in order. Logs are judged by the vocabulary of ``rules``."""
    return in_order(problem for file in files for problem in _problems(file, rules))


def report(evaluation: Evaluation, form: str = "text", *, colour: bool = False) -> str:
    """The evaluation as a report: ``text`` for people, ``json`` for programs. ``colour`` puts terminal colours into text."""
    if form not in REPORTERS:
        near = closest(form, REPORTERS)
        meant = f" Did you mean `{near}`?" if near else f" Known are {', '.join(sorted(REPORTERS))}."
        raise UsageError(f"There is no report `{form}`.{meant}")
    return REPORTERS[form](evaluation, colour=colour)


def _problems(file: str | Path, rules: Rulebook | None) -> tuple[Problem, ...]:
    if not logs.is_log(file):
        return rulebooks.validate_rules(file)
    rulebook = rules or load_rules()
    return logs.validate_log(file, vocabulary=rulebook.vocabulary, rule_ids=_ids(rulebook))


def _ids(rulebook: Rulebook) -> frozenset[str]:
    return frozenset(rule.id for rule in rulebook.rules)
