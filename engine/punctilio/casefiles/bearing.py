"""Which rules have a say in what others come to.

A check has none. A close opens and ends expectations, and says whose allowances are told. Limits and requires forbid
actions, and so do other actions that use up what a limit allows. All else stands by itself.
"""

from __future__ import annotations

from collections.abc import Set

from punctilio.model.rule import Check, Close, Expect, Limit, Require, Rulebook
from punctilio.value import replaced


def bearing(rulebook: Rulebook, spoken_of: Set[str], *, with_steps: bool = False) -> Rulebook:
    """The rulebook with those rules alone that have a say in what is said of ``spoken_of``: decisions, findings,
    allowances and notes of these rules, and the status of every case. ``with_steps`` asks for what cases wait for, too.
    """
    proposes = with_steps or any(
        isinstance(rule.kind, Expect) and rule.kind.action for rule in rulebook.rules if rule.id in spoken_of
    )

    def has_a_say(kind: object) -> bool:
        if isinstance(kind, Expect):
            return proposes and (with_steps or kind.action is not None)
        return isinstance(kind, Close) or (proposes and isinstance(kind, Limit | Require))

    kept = tuple(rule for rule in rulebook.rules if rule.id in spoken_of or has_a_say(rule.kind))
    return replaced(rulebook, rules=kept)


def stands_alone(kind: object) -> bool:
    """Whether a rule of this kind has no say in what others come to."""
    return isinstance(kind, Check) or (isinstance(kind, Expect) and kind.action is None)
