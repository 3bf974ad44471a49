"""What the package does, as functions: the command line calls these, and so may any program (docs/python-api.md)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from punctilio import evaluation as engine
from punctilio.atomic import replacing
from punctilio.errors import InvalidLogError, InvalidRulesError, UsageError
from punctilio.logs import read as logs
from punctilio.logs.formats import is_log
from punctilio.model.rule import Rulebook
from punctilio.problems import Problem, closest, in_order
from punctilio.reporters import BINARY, FORMS, render, write
from punctilio.rulebook import load as rulebooks
from punctilio.selection import Selection, is_broken, require_known
from punctilio.tables.tables import Evaluation, Log

DEFAULT_PACK: Final = "after-interview"


def load_rules(*sources: str | Path) -> Rulebook:
    """Load rule files, given by path, and bundled packs, given by name, as one rulebook; without any, the bundled
    after-interview.

    Raises InvalidRulesError, which holds every mistake.
    """
    return rulebooks.load_rules(*(sources or (DEFAULT_PACK,)))


def read_log(*paths: str | Path, rules: Rulebook | None = None, quarantine: bool = False) -> Log:
    """Read event logs (globs too; ``-`` is standard input) by the vocabulary of ``rules``, or of the bundled pack.

    With ``quarantine``, lines that cannot be read are set aside (``Log.quarantine``) with the cases that they touch.
    Raises InvalidLogError, which holds every mistake; with ``quarantine``, those that concern a whole file.
    """
    rulebook = rules or load_rules()
    log = logs.read_log(paths, vocabulary=rulebook.vocabulary, rule_ids=_ids(rulebook), quarantine=quarantine)
    if log.problems:
        raise InvalidLogError(log.problems)
    return log


def evaluate(rules: Rulebook, log: Log, *, as_of: datetime) -> Evaluation:
    """Judge the log as it stood at ``as_of``, an instant with an offset; nothing after it is seen.

    The frames of the result are documented column by column in ``punctilio.tables.schemas``.
    """
    if not isinstance(as_of, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
        raise UsageError("`as_of` is no datetime: give an aware one, such as datetime.now(timezone.utc).")
    if as_of.utcoffset() is None:
        raise UsageError("`as_of` has no time zone: give an aware datetime, such as datetime.now(timezone.utc).")
    if log.vocabulary != rules.vocabulary:
        raise UsageError("The log was read by the vocabulary of other rules: read it with read_log(…, rules=rules).")
    return engine.evaluate(rules, log, as_of=_in_utc(as_of))


def _in_utc(as_of: datetime) -> datetime:
    try:
        return as_of.astimezone(UTC)
    except OverflowError:
        raise UsageError("`as_of` lies outside the years 1 to 9999: give an instant within them.") from None


def validate(*files: str | Path, rules: Sequence[str | Path] = ()) -> tuple[Problem, ...]:
    """Every mistake in the rule files and logs, in order. Logs are judged by the vocabulary of ``rules``."""
    event_logs = [file for file in files if is_log(file)]
    problems = [problem for file in files if file not in event_logs for problem in rulebooks.validate_rules(file)]
    return in_order((*problems, *_log_problems(event_logs, rules)))


def report(
    evaluation: Evaluation,
    form: str = "text",
    *,
    cases: Collection[str] = (),
    rules: Collection[str] = (),
    colour: bool = False,
) -> str:
    """The evaluation as text: ``text`` and ``summary`` for people; ``json``, ``jsonl`` and ``csv`` for programs.

    ``cases`` and ``rules`` choose what is shown; ``colour`` puts terminal colours into ``text``.
    """
    _require_form(form)
    if form in BINARY:
        raise UsageError(f"The report `{form}` is no text. Write it into a file with write_report(…).")
    return render(form, evaluation, _selection(evaluation, cases, rules), colour=colour)


def write_report(
    evaluation: Evaluation,
    form: str,
    file: str | Path | BinaryIO,
    *,
    cases: Collection[str] = (),
    rules: Collection[str] = (),
) -> None:
    """Write the evaluation in any form, ``parquet`` too, with little memory beside what it holds itself.

    A file given by its path is replaced at once and whole, or not at all; text is UTF-8. Raises OSError where that
    cannot be done.
    """
    _require_form(form)
    selection = _selection(evaluation, cases, rules)
    if isinstance(file, str | Path):
        with replacing(Path(file)) as new:
            write(form, evaluation, selection, new)
    else:
        write(form, evaluation, selection, file)


def _require_form(form: str) -> None:
    if form not in FORMS:
        near = closest(form, FORMS)
        meant = f" Did you mean `{near}`?" if near else f" Known are {', '.join(FORMS)}."
        raise UsageError(f"There is no report `{form}`.{meant}")


def has_broken(
    evaluation: Evaluation, force: str = "must", *, cases: Collection[str] = (), rules: Collection[str] = ()
) -> bool:
    """Whether a rule of this force or a stronger one is broken, in these cases and of these rules."""
    return is_broken(evaluation, _selection(evaluation, cases, rules), force)


def _selection(evaluation: Evaluation, cases: Collection[str], rules: Collection[str]) -> Selection:
    selection = Selection(frozenset(cases), frozenset(rules))
    require_known(evaluation, selection)
    return selection


def _log_problems(event_logs: Sequence[str | Path], rules: Sequence[str | Path]) -> tuple[Problem, ...]:
    if not event_logs:
        return ()
    try:
        rulebook = load_rules(*rules)
    except InvalidRulesError as mistake:
        return mistake.problems
    return tuple(
        problem
        for file in event_logs
        for problem in logs.validate_log(file, vocabulary=rulebook.vocabulary, rule_ids=_ids(rulebook))
    )


def _ids(rulebook: Rulebook) -> frozenset[str]:
    return frozenset(rule.id for rule in rulebook.rules)
