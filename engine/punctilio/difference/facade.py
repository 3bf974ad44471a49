"""The difference from Python, and for the command line (docs/comparing-rules.md)."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from punctilio.difference.comparing import Judged, difference
from punctilio.difference.values import Difference
from punctilio.errors import InvalidLogError, UsageError
from punctilio.evaluation import evaluate
from punctilio.logs.mapping.load import load_map
from punctilio.logs.read import read_log
from punctilio.problems import Problem
from punctilio.revisions import rules_at
from punctilio.rulebook.load import Loaded, load_written
from punctilio.tables.tables import Log
from punctilio.value import replaced


class Asked(NamedTuple):
    """The logs, and how they are read. ``rule_ids`` are those of both sides: a waiver may name a rule of either."""

    logs: tuple[str | Path, ...]
    mapping: str | Path | None
    rule_ids: frozenset[str]


def compare(
    old: str | Path,
    new: str | Path,
    *logs: str | Path,
    as_of: datetime,
    mapping: str | Path | None = None,
    samples: int = 3,
) -> Difference:
    """What the rules of ``new`` judge otherwise than those of ``old``, of logs as they stood at ``as_of``.

    Each is a rule file, a pack, or a file in a revision of git (``main:rules/mine.yaml``). ``samples`` is how many
    judgements of each kind are told in words; all are in the frame ``outcomes``.

    Raises InvalidRulesError for rules and InvalidLogError for logs that are wrong, and UsageError.
    """
    with ExitStack() as revisions:  # files of a revision are there until the last rule was tried
        places = [revisions.enter_context(rules_at(str(source))) for source in (old, new)]
        loaded = [load_written(place.source, called=place.called) for place in places]
        ids = frozenset(rule.id for side in loaded for rule in side.rulebook.rules)
        read = _read(loaded[0], loaded[1], Asked(logs, mapping, ids))
        judged = [
            Judged(str(source), side, evaluate(side.rulebook, log, as_of=as_of))
            for source, side, log in zip((old, new), loaded, read, strict=True)
        ]
        return difference(judged[0], judged[1], read[0], logs=[str(log) for log in logs], most=samples)


def _read(old: Loaded, new: Loaded, asked: Asked) -> tuple[Log, Log]:
    """The log as each side reads it: once, where both have one vocabulary."""
    if old.rulebook.vocabulary == new.rulebook.vocabulary:
        log = _log(old, asked)
        return log, log
    if "-" in asked.logs:
        raise UsageError("OLD and NEW have different vocabularies, so the log is read twice: name a file instead of -.")
    return _log(old, asked, "By the vocabulary of OLD: "), _log(new, asked, "By the vocabulary of NEW: ")


def _log(side: Loaded, asked: Asked, by: str = "") -> Log:
    """Raises InvalidLogError, which says by whose vocabulary (``by``)."""
    vocabulary = side.rulebook.vocabulary
    columns = None
    if asked.mapping is not None:
        columns, slips = load_map(asked.mapping, vocabulary)
        if columns is None:
            raise InvalidLogError(_said_by(slips, by))
    log = read_log(asked.logs, vocabulary=vocabulary, rule_ids=asked.rule_ids, mapping=columns)
    if log.problems:
        raise InvalidLogError(_said_by(log.problems, by))
    return log


def _said_by(problems: tuple[Problem, ...], by: str) -> list[Problem]:
    return [replaced(problem, message=f"{by}{problem.message}") for problem in problems]
