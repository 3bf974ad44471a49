"""The words that every form of the report shares. What files and logs say is made harmless here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from punctilio.difference.values import Change, Difference, Effect, RuleDifference, Side
from punctilio.inert import inert
from punctilio.location import Location
from punctilio.shape import shortened

_LONGEST: Final = 120
_NOUNS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "decision": ("decision", "decisions"),
        "finding": ("finding", "findings"),
        "status": ("status", "statuses"),
        "allowance": ("allowance", "allowances"),
        "note": ("note", "notes"),
    }
)
_WAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gained": "gained",
        "lost": "lost",
        "verdict": "judged otherwise",
        "moved": "moved in time",
        "changed": "changed",
    }
)


def path_words(change: Change, rule: str | None = None) -> str:
    """Such as ``limit.at_most``, seen from the rule, or ``parameters.grace``."""
    parts = change.path[2:] if rule is not None and change.path[:2] == ("rules", rule) else change.path
    return inert(".".join(parts)) or "the rule"


def values_words(change: Change) -> str:
    """Such as ``2 → 3``; a whole rule is only said to have come or gone."""
    if change.path[0] == "rules" and len(change.path) == 2:
        return "removed" if change.new is None else "added"
    if change.old is None:
        return f"added: {_said(change.new)}"
    if change.new is None:
        return f"removed: {_said(change.old)}"
    return f"{_said(change.old)} → {_said(change.new)}"


def place_words(place: Location | None, value: str | None) -> str:
    """``file:line``; what holds and is not written holds by default."""
    if place is None:
        return "nowhere" if value is None else "by default"
    return inert(str(place._replace(column=0)))


def places_words(change: Change) -> tuple[str, str]:
    """Where it stands, before and now."""
    return place_words(change.old_at, change.old), place_words(change.new_at, change.new)


def effect_words(effect: Effect, rule: RuleDifference) -> str:
    """Such as ``3 decisions moved in time, in 2 cases, by expect.window.due``."""
    number, hands = counted(effect.count, *_NOUNS[effect.record]), hands_words(effect, rule)
    return f"{number} {_WAYS[effect.change]}, in {counted(effect.cases, 'case')}{', ' if hands else ''}{hands}"


def hands_words(effect: Effect, rule: RuleDifference) -> str:
    """Such as ``by limit.at_most``: which of several changes it hangs on; empty where only one is told of."""
    if effect.alone is None or (len(rule.changes) < 2 and list(effect.by) == list(rule.changes)):
        return ""
    names = [path_words(change, rule.rule) for change in dict.fromkeys(effect.by)]
    if effect.alone:
        return f"by {' or '.join(names)}{', each alone' if len(names) > 1 else ''}"
    return f"by {' and '.join(names)} together" if len(names) > 1 else "by several changes together"


def rule_words(rule: RuleDifference) -> str:
    title = f": {inert(rule.title)}" if rule.title else ""
    state = f" ({rule.state})" if rule.state in ("added", "removed") else ""
    return f"{inert(rule.rule)}{state}{title}"


def through_words(rule: RuleDifference) -> str:
    return f"through {', '.join(map(inert, rule.through))}"


def side_words(side: Side) -> str:
    return inert(f"{side.source} ({side.name} {side.hash[:12]})")


def log_words(difference: Difference) -> str:
    at = difference.as_of.replace(tzinfo=None).isoformat()
    return f"{inert(', '.join(difference.logs))}: {counted(difference.cases, 'case')}, as of {at}Z"


def summary_words(difference: Difference) -> str:
    """The whole in a sentence or two."""
    if not difference.is_any:
        return "No difference."
    changes, idle = len(difference.changes), len(difference.idle)
    without = f", {idle} of them without effect on this log" if idle else ""
    cases = f"{counted(difference.differing, 'case')} of {difference.cases:,}"
    seen = f"{counted(len(difference.rules), 'rule')} {_verb(len(difference.rules))} otherwise, in {cases}"
    return f"{counted(changes, 'change')}{without}. {seen if difference.rules else 'Nothing is judged otherwise'}."


def more_words(effect: Effect) -> str | None:
    """That there are more than the samples."""
    left = effect.count - len(effect.samples)
    return f"and {left:,} more" if effect.samples and left > 0 else None


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def _verb(number: int) -> str:
    return "judges" if number == 1 else "judge"


def _said(value: str | None) -> str:
    return inert(shortened(value or "nothing", _LONGEST))
