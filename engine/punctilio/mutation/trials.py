"""Case files as trials of mutants: what each speaks of by the rules as they are, and which mutants it may notice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from punctilio.casefiles.judging import Rules, loaded, log_of, part_of, rulebook_of
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.trying import unknown_rules
from punctilio.errors import InvalidInputError
from punctilio.model.rule import Check, Close, Expect, Kind, Rule, Rulebook
from punctilio.model.vocabulary import WAIVER
from punctilio.mutation.changes import Change, Original, words_of
from punctilio.tables import columns as c
from punctilio.tables.tables import Log
from punctilio.value import Value, replaced
from punctilio.yaml_source import MapNode

_FEW: Final = 2


class Trial(Value, kw_only=True):
    """A case file by the rules as they are: ``part`` are those that have a say in it. ``is_own`` says that its rules
    stand in it, and extend those that are mutated."""

    file: CaseFile
    rulebook: Rulebook
    part: Rulebook
    log: Log
    is_own: bool
    types: frozenset[str]
    """Those of the events in its log, and what drafts there would be if they were sent."""
    words: frozenset[str]
    """Those that stand in its log, and in what its rules propose."""

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.part.rules)

    @property
    def acts(self) -> bool:
        """Whether it speaks of proposals."""
        spoken_of = (rule for rule in self.part.rules if not self.file.only or rule.id in self.file.only)
        return any(isinstance(rule.kind, Expect) and rule.kind.action for rule in spoken_of)


def trial_of(file: CaseFile, origin: Original, rules: Rules, known: dict[tuple[str, ...], Rulebook]) -> Trial | None:
    """The case file by the original; None where the rules that are mutated are not among its own.

    Raises InvalidInputError where it cannot be tried.
    """
    rulebook = rulebook_of(file, rules, given=origin.given, known=known)
    is_concerned = any(
        Path(folder) / Path(name).name == origin.path
        for folder, name in zip(rulebook.folders, rulebook.files, strict=True)
    )
    if not is_concerned or unknown_rules(file, rulebook):
        return None
    log = log_of(file, rulebook)
    is_own = isinstance(file.rules, MapNode)
    asked = tuple(promise for promise in file.promises if promise.todo is None) if file.todo is None else ()
    file = replaced(file, promises=asked)
    part = part_of(file, rulebook)
    types, words = _types(log), _words(part, log)
    return Trial(file=file, rulebook=rulebook, part=part, log=log, is_own=is_own, types=types, words=words)


def _types(log: Log) -> frozenset[str]:
    drafts = log.vocabulary.parts.drafts
    there = frozenset(log.events[c.TYPE].unique())
    return there | {drafts.of} if drafts and drafts.event in there else there


def _words(part: Rulebook, log: Log) -> frozenset[str]:
    texts = (text for column in log.events.select(pl.col(pl.String)) for text in column.drop_nulls())
    actions = (rule.kind.action for rule in part.rules if isinstance(rule.kind, Expect) and rule.kind.action)
    proposed = (str(value) for action in actions for value in action.fields.values())
    return frozenset(word for text in (*texts, *proposed) for word in words_of(text))


def in_order(trials: Iterable[Trial]) -> list[Trial]:
    """Those first that are quickly tried."""
    return sorted(trials, key=lambda one: (one.is_own, len(one.part.rules), len(one.file.promises), one.file.name))


def is_near(change: Change, trial: Trial) -> bool:
    """Whether the case file is about a rule that the mutant changes: it names that one, and hardly another."""
    return len(trial.file.only) <= _FEW and not trial.file.only.keys().isdisjoint(change.rules) and not trial.is_own


def part_by(change: Change, trial: Trial, origin: Original, rules: Rules) -> Rulebook | None:
    """The rules by the mutant that have a say in the case file; None where it cannot be tried by them."""
    if not _may_notice(trial, change):
        return trial.part
    try:
        rulebook = _rulebook_by(change, trial, origin, rules)
    except InvalidInputError:
        return None
    return None if unknown_rules(trial.file, rulebook) else part_of(trial.file, rulebook)


def _may_notice(trial: Trial, change: Change) -> bool:
    if not change.words <= trial.words:
        return False
    if change.is_wider or (trial.is_own and change.mutant.way[0] != "rules"):
        return True
    known = {rule.id: rule for rule in trial.rulebook.rules}
    awake = [name for name, rule in change.rules.items() if not _is_idle(known.get(name), rule, trial)]
    if not trial.ids.isdisjoint(awake):
        return True
    return trial.acts and any(not isinstance(known[name].kind, Check) for name in awake if name in known)


def _is_idle(old: Rule | None, new: Rule | None, trial: Trial) -> bool:
    """Whether no event of the log sets the rule off, as it is or as it becomes. Notes tell of rules that nothing sets
    off, and in a file with rules of its own it may be another one."""
    if trial.is_own or any(promise.notes is not None for promise in trial.file.promises):
        return False
    return all(rule is None or _is_asleep(rule.kind, trial.types) for rule in (old, new))


def _is_asleep(kind: Kind, types: frozenset[str]) -> bool:
    match kind:
        case Expect() | Close():
            return kind.when.types.isdisjoint(types)
        case Check():
            return kind.of.types.isdisjoint(types)
        case _:
            return False  # what is proposed may be counted as well


def _rulebook_by(change: Change, trial: Trial, origin: Original, rules: Rules) -> Rulebook:
    """Raises InvalidInputError."""
    if trial.is_own:
        return loaded(trial.file, rules, given=origin.with_root(change.mutant.root))[0]
    if None in change.rules.values() and WAIVER in trial.log.events[c.TYPE].to_list():
        log_of(trial.file, change.rulebook)  # a waiver may name what is gone
    return change.rulebook
