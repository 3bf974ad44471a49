"""Which mutants no case file notices.

Case files are tried one after the other, on all mutants that are still alive and have a say in them; those first that
look at few rules. The mutants of one trial are judged abreast (``abreast``), beside the rules as they are, and a
mutant is done with as soon as one promise is not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from punctilio.casefiles.comparing import holds
from punctilio.casefiles.judging import Rules
from punctilio.casefiles.model import Promise
from punctilio.casefiles.trying import instants_of
from punctilio.model.rule import Rulebook
from punctilio.mutation.abreast import Wanted, judged_abreast
from punctilio.mutation.changes import Change, Original
from punctilio.mutation.trials import Trial, part_by
from punctilio.tables import columns as c
from punctilio.value import replaced

_AT_ONCE: Final = 24


class FailingError(Exception):
    """A case file fails by the rules as they are, so that it can judge no mutant."""


class Candidate(NamedTuple):
    """A mutant, and the rules by it that have a say in a case file; None stands for the rules as they are."""

    change: Change | None
    book: Rulebook


def survivors(changes: Sequence[Change], trial: Trial, origin: Original, rules: Rules) -> list[Change]:
    """The mutants that a case file does not notice. Raises FailingError."""
    kept: list[Change] = []
    alive: list[Candidate] = []
    for change in changes:
        book = part_by(change, trial, origin, rules)
        if book is not None and book.rules == trial.part.rules and (not change.is_wider or book is trial.part):
            kept.append(change)
        elif book is not None:
            alive.append(Candidate(change, book))
    return [*kept, *_unnoticed(alive, trial)]


def _unnoticed(mutants: Sequence[Candidate], trial: Trial) -> list[Change]:
    """Those by which every promise is kept."""
    groups = _groups(mutants, trial)
    for promise in trial.file.promises:
        for number, group in enumerate(groups):
            if not _changes(groups):
                return []
            groups[number] = _keeping(promise, group, trial)
    return _changes(groups)


def _changes(groups: Sequence[Sequence[Candidate]]) -> list[Change]:
    return [one.change for group in groups for one in group if one.change is not None]


def _groups(mutants: Sequence[Candidate], trial: Trial) -> list[list[Candidate]]:
    """The rules as they are and the mutants of rules, to be judged abreast; who changes more than rules, alone."""
    alike = [Candidate(None, trial.part), *(one for one in mutants if one.change and not one.change.is_wider)]
    apart = [[one] for one in mutants if one.change and one.change.is_wider]
    return [*(alike[start : start + _AT_ONCE] for start in range(0, len(alike), _AT_ONCE)), *apart]


def _keeping(promise: Promise, group: list[Candidate], trial: Trial) -> list[Candidate]:
    """Those by which a promise is kept wherever it is tried. Raises FailingError."""
    wanted = _wanted(promise)
    for instant in _instants(promise, group, trial):
        books = [one.book for one in group]
        answers = judged_abreast(books, trial.log, instant, promise.known_at, wanted=wanted)
        kept = [one for one, answer in zip(group, answers, strict=True) if holds(trial.file, promise, answer)]
        if group[0].change is None and (not kept or kept[0].change is not None):
            raise FailingError
        if not kept:
            return []
        group = kept
    return group


def _wanted(promise: Promise) -> Wanted:
    """What has to be known to tell whether the promise is kept."""
    if promise.notes is not None:
        return Wanted.NOTES
    is_near = any(c.NEAR in line.values for line in promise.decisions)
    return Wanted.ALLOWANCES if promise.allowances is not None or is_near else Wanted.VERDICTS


def _instants(promise: Promise, group: Sequence[Candidate], trial: Trial) -> tuple[datetime, ...]:
    """Where a promise is tried by any of them: what holds throughout holds at the turning points of others too."""
    if not group:
        return ()
    rules = tuple(rule for one in group for rule in one.book.rules)
    return instants_of(promise, replaced(group[0].book, rules=rules), trial.log)
