"""Which mutants no case file notices.

Case files are tried one after the other, on all mutants that are still alive and have a say in them; those first that
look at few rules. Where rules have no say in each other, many mutants of one rule are judged at once, as so many rules
beside each other. A mutant is done with as soon as one promise is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from punctilio.casefiles.bearing import bounded
from punctilio.casefiles.comparing import holds
from punctilio.casefiles.judging import Judged, Row, Rules, judged, loaded, log_of, part_of
from punctilio.casefiles.model import CaseFile
from punctilio.casefiles.trying import instants_of, unknown_rules
from punctilio.errors import InvalidInputError
from punctilio.model.rule import Check, Close, Expect, Rule, Rulebook
from punctilio.mutation.changes import Change, Original, words_of
from punctilio.tables import columns as c
from punctilio.tables.tables import Log
from punctilio.value import Value, replaced
from punctilio.yaml_source import MapNode

_AT_ONCE: Final = 24
_FEW: Final = 2
_ITSELF: Final = -1
"""The number of the rule as it is, among its mutants."""
_WAIVER: Final = "waiver.granted"


class Trial(Value, kw_only=True):
    """A case file by the rules as they are: ``part`` are those that have a say in it. ``is_own`` says that its rules
    stand in it, and extend those that are mutated."""

    file: CaseFile
    rulebook: Rulebook
    part: Rulebook
    log: Log
    is_own: bool
    words: frozenset[str]
    """Those that stand in its log, and in what its rules propose."""

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.part.rules)

    @property
    def known(self) -> frozenset[str]:
        """The ids of all rules."""
        return frozenset(rule.id for rule in self.rulebook.rules)

    @property
    def acts(self) -> bool:
        """Whether it speaks of proposals."""
        spoken_of = (rule for rule in self.part.rules if not self.file.only or rule.id in self.file.only)
        return any(isinstance(rule.kind, Expect) and rule.kind.action for rule in spoken_of)

    @property
    def is_apart(self) -> bool:
        """Whether no rule but closes has a say in another, and nothing names one by its id."""
        has_waiver = _WAIVER in self.log.events[c.TYPE].to_list()
        waits = any("waits_for" in line.values for promise in self.file.promises for line in promise.statuses)
        return not (has_waiver or waits or self.is_own or bounded(self.part))


def trial_of(file: CaseFile, origin: Original, rules: Rules, known: dict[tuple[str, ...], Rulebook]) -> Trial | None:
    """The case file by the original; None where the rules that are mutated are not among its own.

    Raises InvalidInputError where it cannot be tried.
    """
    rulebook, log = loaded(file, rules, given=origin.given, known=known)
    is_concerned = any(
        Path(folder) / Path(name).name == origin.path
        for folder, name in zip(rulebook.folders, rulebook.files, strict=True)
    )
    if not is_concerned or unknown_rules(file, rulebook):
        return None
    is_own = isinstance(file.rules, MapNode)
    asked = tuple(promise for promise in file.promises if promise.todo is None) if file.todo is None else ()
    file = replaced(file, promises=asked)
    part = part_of(file, rulebook)
    return Trial(file=file, rulebook=rulebook, part=part, log=log, is_own=is_own, words=_words(part, log))


def _words(part: Rulebook, log: Log) -> frozenset[str]:
    texts = (text for column in log.events.select(pl.col(pl.String)) for text in column.drop_nulls())
    actions = (rule.kind.action for rule in part.rules if isinstance(rule.kind, Expect) and rule.kind.action)
    proposed = (str(value) for action in actions for value in action.fields.values())
    return frozenset(word for text in (*texts, *proposed) for word in words_of(text))


def in_order(trials: Iterable[Trial]) -> list[Trial]:
    """Those first that are quickly tried."""
    return sorted(trials, key=lambda one: (one.is_own, len(one.part.rules), len(one.file.promises), one.file.name))


class FailingError(Exception):
    """A case file fails by the rules as they are, so that it can judge no mutant."""


def survivors(changes: Sequence[Change], trial: Trial, origin: Original, rules: Rules) -> list[Change]:
    """The mutants that a case file does not notice. Raises FailingError."""
    kept: list[Change] = []
    alone: list[Change] = []
    by_rule: dict[str, list[Change]] = {}
    for change in changes:
        if not change.words <= trial.words or (not trial.is_own and not _has_a_say(change, trial)):
            kept.append(change)
        elif (rule := _only_rule(change, trial)) is not None:
            by_rule.setdefault(rule, []).append(change)
        else:
            alone.append(change)
    for rule, those in by_rule.items():
        for start in range(0, len(those), _AT_ONCE):
            kept += _together(rule, those[start : start + _AT_ONCE], trial)
    if alone and not by_rule and not _is_kept(trial):
        raise FailingError
    return [*kept, *(change for change in alone if not is_noticed(change, trial, origin, rules))]


def _is_kept(trial: Trial) -> bool:
    """Whether the case file keeps its promises by the rules as they are."""
    return all(
        holds(trial.file, promise, judged(trial.part, trial.log, instant, promise.known_at))
        for promise in trial.file.promises
        for instant in instants_of(promise, trial.part, trial.log)
    )


def is_spoken_of(change: Change, trial: Trial) -> bool:
    """Whether the case file is about a rule that the mutant changes: it names that one, and hardly another."""
    return len(trial.file.only) <= _FEW and not trial.file.only.keys().isdisjoint(change.rules) and not trial.is_own


def _has_a_say(change: Change, trial: Trial) -> bool:
    if change.is_wider or not trial.ids.isdisjoint(change.rules):
        return True
    others = (trial.rulebook.rule(name) for name in change.rules if name in trial.known)
    return trial.acts and any(not isinstance(rule.kind, Check) for rule in others)


def _only_rule(change: Change, trial: Trial) -> str | None:
    """The one rule of the case that the mutant changes, where it can be judged beside others of its like."""
    concerned = [name for name in change.rules if name in trial.ids]
    if change.is_wider or len(concerned) != 1 or not trial.is_apart:
        return None
    [name] = concerned
    rule = change.rules[name]
    if rule is None or isinstance(rule.kind, Close):
        return None
    if trial.acts and (len(change.rules) > 1 or _action(rule) != _action(trial.part.rule(name))):
        return None
    return name


def _action(rule: Rule) -> object:
    return rule.kind.action if isinstance(rule.kind, Expect) else None


# ── one by one ──


def is_noticed(change: Change, trial: Trial, origin: Original, rules: Rules) -> bool:
    """Whether the case file fails by the mutant."""
    try:
        rulebook, log = _by(change, trial, origin, rules)
    except InvalidInputError:
        return True
    if unknown_rules(trial.file, rulebook):
        return True
    part = part_of(trial.file, rulebook)
    if part.rules == trial.part.rules and not change.is_wider and not trial.is_own:
        return False
    return any(
        not holds(trial.file, promise, judged(part, log, instant, promise.known_at))
        for promise in trial.file.promises
        for instant in instants_of(promise, part, log)
    )


def _by(change: Change, trial: Trial, origin: Original, rules: Rules) -> tuple[Rulebook, Log]:
    if trial.is_own:
        return loaded(trial.file, rules, given=origin.with_root(change.mutant))
    if any(rule is None for rule in change.rules.values()) and _WAIVER in trial.log.events[c.TYPE].to_list():
        return change.rulebook, log_of(trial.file, change.rulebook)
    return change.rulebook, trial.log


# ── many at once ──


def _together(rule: str, changes: Sequence[Change], trial: Trial) -> list[Change]:
    """Judge mutants of one rule beside each other, and beside the rule itself. Raises FailingError."""
    numbered = enumerate(change.rules[rule] for change in changes)
    alive = {_ITSELF: trial.part.rule(rule), **{number: one for number, one in numbered if one is not None}}
    for promise in trial.file.promises:
        for instant in instants_of(promise, _beside(rule, alive, trial.part), trial.log):
            if len(alive) == 1:
                return []
            answer = judged(_beside(rule, alive, trial.part), trial.log, instant, promise.known_at)
            kept = {n for n in alive if holds(trial.file, promise, _of_one(answer, rule, n))}
            if _ITSELF not in kept:
                raise FailingError
            alive = {number: one for number, one in alive.items() if number in kept}
    return [changes[number] for number in alive if number != _ITSELF]


def _beside(rule: str, variants: Mapping[int, Rule], part: Rulebook) -> Rulebook:
    others = tuple(one for one in part.rules if one.id != rule)
    named = (replaced(one, id=_name(rule, number)) for number, one in variants.items())
    return replaced(part, rules=tuple(sorted((*others, *named), key=lambda one: one.id)))


def _name(rule: str, number: int) -> str:
    return f"{rule}#{number}"


def _of_one(answer: Judged, rule: str, number: int) -> Judged:
    """The answer as if this mutant alone stood in the place of the rule."""
    mine, any_mine = _name(rule, number), f"{rule}#"

    def rows(every: Sequence[Row]) -> list[Row]:
        own = (row for row in every if row[c.RULE] == mine or not str(row[c.RULE]).startswith(any_mine))
        return [{**row, c.RULE: rule} if row[c.RULE] == mine else row for row in own]

    return Judged(answer.evaluation, {section: rows(every) for section, every in answer.rows.items()})
