"""The instant at which a test would have noticed a mutant: the first at which the two answers differ, on the logs of
the case files. What is said of decisions and findings comes before what limits still allow, which tests
need not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from punctilio.casefiles.bearing import bearing
from punctilio.casefiles.clocks import Clock
from punctilio.casefiles.comparing import NOUNS
from punctilio.casefiles.judging import Row, Rows, Rules, judged, loaded
from punctilio.casefiles.telling import row_text
from punctilio.casefiles.turning import turning_points
from punctilio.errors import InvalidInputError
from punctilio.model.rule import Rulebook
from punctilio.mutation.abreast import Wanted, judged_abreast
from punctilio.mutation.changes import Change, Original
from punctilio.mutation.trials import Trial
from punctilio.tables import columns as c
from punctilio.value import Value, replaced

_FILES: Final = 6
_INSTANTS: Final = 8


class Boundary(Value):
    """Where a test would have noticed: the case file's log, the instant as it is written there, and what is otherwise
    (``-`` by the rules as they are, ``+`` by the mutant)."""

    file: str
    as_of: str
    differs: tuple[str, ...]


def boundary(change: Change, trials: Iterable[Trial], origin: Original, rules: Rules) -> Boundary | None:
    """The first difference that is found; None where none is."""
    concerned = [one for one in trials if one.is_own or change.is_wider or _speaks(change, one)]
    for trial in concerned[:_FILES]:
        found = _in(change, trial, origin, rules)
        if found is not None:
            return found
    return None


def _speaks(change: Change, trial: Trial) -> bool:
    return any(name in trial.ids for name in change.rules)


def _in(change: Change, trial: Trial, origin: Original, rules: Rules) -> Boundary | None:
    mutated = change.rulebook
    if trial.is_own:
        try:
            mutated, _ = loaded(trial.file, rules, given=origin.with_root(change.mutant.root))
        except InvalidInputError:
            return None
    old, new = (_bearing(change, book) for book in (trial.rulebook, mutated))
    first: Boundary | None = None
    for instant in _candidates(change, old, new, trial):
        before, after = _judged((old, new), change, trial, instant)
        differs = _differences(before, after, trial)
        here = Boundary(trial.file.name, Clock(trial.file.zone).shown(instant), differs) if differs else None
        if any(not one[2:].startswith("allowance ") for one in differs):
            return here
        first = first or here
    return first


def _judged(books: Sequence[Rulebook], change: Change, trial: Trial, instant: datetime) -> list[Rows]:
    if change.is_wider:
        return [judged(book, trial.log, instant).rows for book in books]
    return judged_abreast(books, trial.log, instant, None, wanted=Wanted.NOTES)


def _bearing(change: Change, rulebook: Rulebook) -> Rulebook:
    """The rules that differ, and those that have a say in them."""
    return rulebook if change.is_wider or not change.rules else bearing(rulebook, frozenset(change.rules))


def _candidates(change: Change, old: Rulebook, new: Rulebook, trial: Trial) -> Sequence[datetime]:
    """The instants of events, then edges that one of the two has alone, then those that both have; few of each."""
    points = [set(turning_points(_of(change, book), trial.log)) for book in (old, new)]
    alone, both = sorted(points[0] ^ points[1]), sorted(points[0] & points[1])
    happened = sorted(trial.log.events[c.AT].unique())
    return tuple(dict.fromkeys((*_spread(happened), *_spread(alone), *_spread(both))))


def _of(change: Change, rulebook: Rulebook) -> Rulebook:
    rules = tuple(rule for rule in rulebook.rules if rule.id in change.rules)
    return replaced(rulebook, rules=rules or rulebook.rules)


def _spread(instants: Sequence[datetime]) -> Sequence[datetime]:
    """As many as are tried, from the whole length."""
    step = max(1, -(-len(instants) // _INSTANTS))
    return instants[::step]


def _differences(old: Any, new: Any, trial: Trial) -> tuple[str, ...]:
    """Each row that one of the two has alone."""
    found: list[str] = []
    for section, noun in NOUNS.items():
        before, after = ([_plain(row) for row in rows[section]] for rows in (old, new))
        for sign, rows, others in (("-", before, after), ("+", after, before)):
            found += (f"{sign} {noun} {row_text(row, trial.file)}" for row in rows if row not in others)
    return tuple(found)


def _plain(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in (c.ID, c.DECISION)}
