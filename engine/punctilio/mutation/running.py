"""Mutating a rule file: every change of it, and what became of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from punctilio.casefiles.finding import case_files
from punctilio.casefiles.judging import Rules
from punctilio.casefiles.read import read_case_file
from punctilio.errors import InvalidInputError
from punctilio.model.rule import Rulebook
from punctilio.mutation.boundary import Boundary, boundary
from punctilio.mutation.changes import Change, Original, change_of, original
from punctilio.mutation.justified import Justified, unused
from punctilio.mutation.operators import Mutant, mutants
from punctilio.mutation.surviving import FailingError, survivors
from punctilio.mutation.trials import Trial, in_order, is_near, trial_of
from punctilio.problems import Problem
from punctilio.value import Value

_TOLD: Final = 60
"""Of how many survivors the instant is looked for at which a test would notice."""


class Survivor(Value):
    """A mutant that no case file notices: ``boundary`` is where one would, ``because`` why none can."""

    mutant: Mutant
    boundary: Boundary | None
    because: str | None


class Mutated(Value, kw_only=True):
    """What became of the mutants of a rule file. ``invalid`` do not load, so that `rules validate` notices them;
    ``failing`` are case files that fail by the rules as they are, and were left out; ``problems`` are of those that
    cannot be tried."""

    rulebook: Rulebook
    file: str
    killed: int
    survivors: tuple[Survivor, ...]
    invalid: int
    files: int
    failing: tuple[str, ...]
    unused: tuple[Justified, ...]
    problems: tuple[Problem, ...]

    @property
    def unjustified(self) -> tuple[Survivor, ...]:
        return tuple(one for one in self.survivors if one.because is None)


class Run(Value, kw_only=True):
    """A run of `rules mutate`: the rules, and the case files that judge the mutants."""

    origin: Original
    rules: Rules
    trials: tuple[Trial, ...]
    problems: tuple[Problem, ...]


def prepared(sources: Sequence[str], paths: Iterable[str | Path]) -> Run:
    """Load the rules, the last of which is mutated, and the case files. Raises InvalidRulesError."""
    origin = original(*sources)
    rules = Rules(instead=tuple(sources))
    files, missing = case_files(paths)
    trials: list[Trial] = []
    known: dict[tuple[str, ...], Rulebook] = {}
    problems = list(missing)
    for path in files:
        file, mistakes = read_case_file(path)
        problems += mistakes
        if file is None:
            continue
        try:
            trial = trial_of(file, origin, rules, known)
        except InvalidInputError as mistake:
            problems += mistake.problems
            continue
        if trial is not None:
            trials.append(trial)
    return Run(origin=origin, rules=rules, trials=tuple(in_order(trials)), problems=tuple(problems))


def changes(run: Run, only: Collection[str] = ()) -> tuple[list[Change], int]:
    """The mutants that load, and how many do not; with ``only``, those that change one of these rules."""
    chosen = (mutant for mutant in mutants(run.origin.root) if not only or _may_change(mutant, only))
    every = [change_of(run.origin, mutant) for mutant in chosen]
    found = [change for change in every if change is not None]
    kept = [change for change in found if not only or not change.rules.keys().isdisjoint(only)]
    return kept, len(every) - len(found)


def _may_change(mutant: Mutant, only: Collection[str]) -> bool:
    """Whether it stands in one of these rules, or where any rule may look."""
    return mutant.way[0] not in ("rules", "overrides") or mutant.place.split(".")[1] in only


def steps(run: Run, alive: list[Change]) -> Iterator[tuple[list[Change], str | None]]:
    """Those still alive after each case file, and its name where it fails by the rules as they are.

    Each case file is first tried on mutants of the rules that it speaks of, and later on what is then left.
    """
    broken: set[str] = set()
    for is_later in (False, True):
        for trial in run.trials:
            mine: list[Change] = []
            others: list[Change] = []
            for one in alive:
                is_turn = is_later != is_near(one, trial) and trial.file.name not in broken
                (mine if is_turn else others).append(one)
            try:
                alive = [*others, *(survivors(mine, trial, run.origin, run.rules) if mine else ())]
                yield alive, None
            except FailingError:
                broken.add(trial.file.name)
                yield alive, trial.file.name


def finished(
    run: Run,
    alive: Sequence[Change],
    *,
    every: int,
    invalid: int,
    justified: Sequence[Justified] = (),
    failing: Sequence[str] = (),
) -> Mutated:
    """What became of all of them, in the order of the lines."""
    alive = sorted(alive, key=lambda one: (one.mutant.location, one.mutant.place, one.mutant.change))
    left = [
        Survivor(
            change.mutant,
            None if (why := _because(change.mutant, justified)) or number >= _TOLD else _boundary(run, change),
            why,
        )
        for number, change in enumerate(alive)
    ]
    return Mutated(
        rulebook=run.origin.rulebook,
        file=run.origin.file.file,
        killed=every - len(left),
        survivors=tuple(left),
        invalid=invalid,
        files=len(run.trials),
        failing=tuple(failing),
        unused=unused(justified, (change.mutant for change in alive)),
        problems=run.problems,
    )


def _boundary(run: Run, change: Change) -> Boundary | None:
    return boundary(change, run.trials, run.origin, run.rules)


def _because(mutant: Mutant, justified: Iterable[Justified]) -> str | None:
    return next((one.because for one in justified if one.fits(mutant)), None)
