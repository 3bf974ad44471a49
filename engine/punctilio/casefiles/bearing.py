"""Which rules have a say in what others come to.

A check has none. A close opens and ends expectations, and says whose allowances are told. Limits and requires forbid
actions that they may be about, and so do other actions that use up what a limit allows. All else stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Final

from punctilio.model.rule import Action, All, AnyOf, Close, Expect, Limit, Not, OneOf, Pattern, Require, Rule, Rulebook
from punctilio.model.vocabulary import PERSON_TYPES, Vocabulary
from punctilio.tables import columns as c
from punctilio.value import replaced

_YES: Final = "yes"
_NO: Final = "no"
_UNKNOWN: Final = "unknown"


def bearing(
    rulebook: Rulebook, spoken_of: Set[str], *, with_statuses: bool = True, with_steps: bool = False
) -> Rulebook:
    """The rulebook with those rules alone that have a say in what is said of ``spoken_of``: decisions, findings and
    notes of these rules; with ``with_statuses`` allowances, which open cases have, and the status of every case; with
    ``with_steps`` what cases wait for.
    """
    spoken = [rule for rule in rulebook.rules if rule.id in spoken_of]
    opens = with_statuses or any(isinstance(rule.kind, Expect | Close) for rule in spoken)
    together = _together(rulebook, spoken_of)

    def has_a_say(rule: Rule) -> bool:
        if with_steps:
            return isinstance(rule.kind, Expect | Limit | Require | Close)
        return rule.id in together or (opens and isinstance(rule.kind, Close))

    kept = tuple(rule for rule in rulebook.rules if rule.id in spoken_of or has_a_say(rule))
    return replaced(rulebook, rules=kept)


def _together(rulebook: Rulebook, spoken_of: Set[str]) -> frozenset[str]:
    """The expectations of which a limit or a requirement may be about the action, with those that compete with them,
    and with all that bounds these."""
    if not any(isinstance(rule.kind, Expect) and rule.id in spoken_of for rule in rulebook.rules):
        return frozenset()
    links = _links(rulebook)
    found = {rule for rule in spoken_of if any(rule == expectation for expectation, _ in links)}
    size = -1
    while len(found) != size:
        size = len(found)
        found |= {name for link in links if not found.isdisjoint(link) for name in link}
    return frozenset(found)


def _links(rulebook: Rulebook) -> list[tuple[str, str]]:
    """Each expectation with each limit or requirement that may be about its action."""
    bounds = [(rule.id, {rule.kind.of.pattern}) for rule in rulebook.rules if isinstance(rule.kind, Limit | Require)]
    return [
        (rule.id, bound)
        for rule in rulebook.rules
        for bound, patterns in bounds
        if _is_bounded(rule, patterns, rulebook.vocabulary)
    ]


def _is_bounded(rule: Rule, patterns: Iterable[Pattern], vocabulary: Vocabulary) -> bool:
    action = rule.kind.action if isinstance(rule.kind, Expect) else None
    return action is not None and any(_YES in _answers(pattern, action, vocabulary) for pattern in patterns)


def _answers(pattern: Pattern, action: Action, vocabulary: Vocabulary) -> frozenset[str]:
    """What a pattern may say of an action: what it writes is known, and the rest is unknown, but for whom it is for,
    when, and where. A proposal fits only where the answer is yes."""
    match pattern:
        case All(parts):
            return _joined([_answers(part, action, vocabulary) for part in parts], _YES, _NO)
        case AnyOf(parts):
            return _joined([_answers(part, action, vocabulary) for part in parts], _NO, _YES)
        case Not(part):
            opposite = {_YES: _NO, _NO: _YES, _UNKNOWN: _UNKNOWN}
            return frozenset(opposite[answer] for answer in _answers(part, action, vocabulary))
        case OneOf(c.TYPE, values):
            return frozenset({_YES if action.type in values else _NO})
        case OneOf(name, values) if isinstance(action.fields.get(name), str):
            return frozenset({_YES if action.fields[name] in values else _NO})
        case _:
            name = pattern.field.partition(".")[0]
            is_person = vocabulary.fields().get(name) in PERSON_TYPES or name in (c.AT, c.CASE)
            return frozenset({_YES, _NO} if is_person or name in action.fields else {_UNKNOWN})


def _joined(parts: Iterable[frozenset[str]], each: str, one: str) -> frozenset[str]:
    """The answers of parts together: ``each`` where all say so, ``one`` where any does."""
    every = list(parts)
    found = {each} if all(each in part for part in every) else set[str]()
    found |= {answer for part in every for answer in part if answer in (one, _UNKNOWN)}
    return frozenset(found)
