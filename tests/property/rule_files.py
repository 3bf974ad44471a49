"""Strategies for rule files: mappings as YAML would hold them, of every kind and every field.

Hypothesis draws how many rules, and a seed from which they are made. What is made is directed: windows of sensible
length, limits on what the expectations propose, each option now and then.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.property.worlds import PEOPLE, Pattern, World

Mapping = dict[str, Any]

LENGTHS = (
    "1 hour",
    "PT2H",
    "24 hours",
    "1 business day",
    "1 day",
    "P1D",
    "1 day to midnight",
    "2 days",
    "2 business days",
    "2 days 3 hours",
    "3 days",
    "1 week",
    "1 month",
    "9000 years",
)
"""From short to long, so that a window can be drawn whose ends come in order."""


def chance(some: Random, percent: int) -> bool:
    """True so often."""
    return some.random() * 100 < percent


def one_of(some: Random, values: Any) -> Any:
    return some.choice(list(values))


@st.composite
def rule_files(draw: st.DrawFn, world: World) -> Mapping:
    """A whole rule file; the ids of the rules are r0, r1, …"""
    count = draw(st.integers(4, 12))
    seed = draw(st.integers(0, 2**32 - 1))
    rules = [_some_rule(Random(f"{seed}/{number}"), world, number) for number in range(count)]
    head: Mapping = {"language": 1, **world.head, "parties": _parties(world)}
    some = Random(seed)
    if chance(some, 50):
        head["zone"] = one_of(some, ("America/New_York", "Europe/Berlin"))
    if chance(some, 20):
        head["calendar"] = {"weekend": ["friday"], "holidays": ["2026-03-09", "2026-11-02"]}
    return {**head, "rules": rules}


def _some_rule(some: Random, world: World, number: int) -> Mapping:
    """The first expects something; then now and then one forbids most of what the others propose."""
    if number == 1 and chance(some, 35):
        return {"id": "r1", "title": "r1", "force": "must", **_forbidding(some, world)}
    kinds = ("expect", "expect", "expect", "limit", "limit", "require", "check", "close")
    return _rule(some, world, f"r{number}", one_of(some, kinds if number else kinds[:1]))


def _forbidding(some: Random, world: World) -> Mapping:
    """A rule that forbids most of what the others propose, at least now and then."""
    limit: Mapping = {"of": world.sent, "per": ["case"], "at_most": 0}
    if chance(some, 50):
        limit["while"] = {"after": _event(some, world), "for": one_of(some, LENGTHS)}
    return {"limit": limit}


def _parties(world: World) -> Mapping:
    first, second = world.roles
    return {"lead": [{world.lead: True}, {"role": first}], "second": [{"role": second}]}


def _rule(some: Random, world: World, rule_id: str, kind: str) -> Mapping:
    force = {} if kind == "close" else {"force": one_of(some, ("must", "must", "must", "should", "may"))}
    makers = {"expect": _expects, "limit": _limits, "require": _requires, "check": _checks, "close": _closes}
    return {"id": rule_id, "title": rule_id, **force, kind: makers[kind](some, world)}


def _pattern(some: Random, world: World) -> Pattern:
    """Half of them a mere type, for such patterns meet most."""
    pattern: Pattern = one_of(some, world.patterns[:5] if chance(some, 50) else world.patterns)
    return pattern


def _trigger(some: Random, world: World) -> Pattern:
    """Mostly what happens often."""
    kind: str = one_of(some, world.often)
    return (kind, (kind,)) if chance(some, 60) else _pattern(some, world)


def _event(some: Random, world: World) -> Any:
    return _pattern(some, world)[0]


def _options(some: Random, world: World, percent: int, *names: str) -> Mapping:
    """Some of the fields that hold an event."""
    return {name: _event(some, world) for name in names if chance(some, percent)}


def _per(some: Random, world: World, types: tuple[str, ...]) -> list[str]:
    with_people = world.fields_of(types, "person", "people")
    fields = (["person"] if with_people else []) + world.fields_of(types, "key")
    return ["case", *(name for name in fields if chance(some, 40))]


def _counting(some: Random, world: World) -> Mapping:
    found: Mapping = {"nth": some.randint(1, 2)} if chance(some, 20) else {}
    return {**found, **(_options(some, world, 60, "since") if found else {})}


def _while(some: Random, world: World) -> Mapping:
    pattern, types = _pattern(some, world)
    ends = _options(some, world, 50, "until")
    if chance(some, 60) or not ends:
        fields = world.fields_of(types, "deadline", "instant")
        ends["for"] = one_of(some, fields) if fields and chance(some, 40) else one_of(some, LENGTHS)
    return {"after": pattern, **ends} if chance(some, 80) or "for" in ends else ends


# ── the kinds ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _expects(some: Random, world: World) -> Mapping:
    when, types = _trigger(some, world)
    rule: Mapping = {"when": when, "until": _event(some, world) if chance(some, 40) else one_of(some, world.is_answer)}
    people = world.fields_of(types, "people", "person")
    if people and chance(some, 35):
        rule["each"] = one_of(some, people)
    if chance(some, 25):
        rule["per"] = _per(some, world, types)
    rule |= _counting(some, world) | _options(some, world, 20, "before", "cancel")
    if chance(some, 12):
        rule["while"] = _while(some, world)
    if chance(some, 35):
        rule["renew"] = one_of(some, ("restart", "stack"))
    if chance(some, 85):
        rule["window"] = _window(some, world, types)
    if chance(some, 70):
        rule["do"] = _action(some, world)
    return rule


def _window(some: Random, world: World, types: tuple[str, ...]) -> Mapping:
    fields = world.fields_of(types, "deadline", "instant")
    window: Mapping = {}
    if fields and chance(some, 35):
        window["from"] = one_of(some, fields)
    lengths = sorted(some.choices(range(len(LENGTHS)), k=3))
    for name, length, percent in zip(("opens", "due", "expires"), lengths, (35, 65, 60), strict=True):
        if chance(some, percent):
            window[name] = one_of(some, [*fields, "at"]) if chance(some, 8) else LENGTHS[length]
    return window or {"due": "24 hours"}


def _action(some: Random, world: World) -> Mapping:
    action = dict(one_of(some, world.acting))
    if chance(some, 35):
        action["to"] = one_of(some, ("lead", "second"))
        if chance(some, 40):
            action["through"] = one_of(some, ("lead", "second"))
    return action


def _answer(some: Random, world: World) -> Pattern:
    """Mostly what the expectations propose."""
    answers = [pattern for pattern in world.patterns if world.sent in pattern[1]]
    answer: Pattern = one_of(some, answers)
    return answer if chance(some, 80) else _pattern(some, world)


def _limits(some: Random, world: World) -> Mapping:
    of, types = _answer(some, world)
    rule: Mapping = {"of": of, "per": _per(some, world, types)}
    if chance(some, 70):
        rule["at_most"] = some.randint(0, 2)
        if chance(some, 50):
            rule["within"] = one_of(some, LENGTHS)
    if chance(some, 40) or "at_most" not in rule:
        rule["gap"] = one_of(some, LENGTHS)
    if chance(some, 30):
        rule["while"] = _while(some, world)
    return rule | _options(some, world, 30, "since")


def _requires(some: Random, world: World) -> Mapping:
    of, types = _answer(some, world)
    after, after_types = _pattern(some, world)
    rule: Mapping = {"of": of, "after": after, **_options(some, world, 25, "since")}
    if chance(some, 25):
        rule["per"] = _per(some, world, types)
    if chance(some, 35):
        rule["within"] = one_of(some, LENGTHS)
    fields = world.fields_of(after_types, "deadline", "instant")
    if fields and chance(some, 50):
        rule["from"] = one_of(some, fields)
    return rule


def _closes(some: Random, world: World) -> Mapping:
    when, types = _pattern(some, world)
    rule: Mapping = {"when": when, "status": one_of(some, ("done", "quiet")), **_counting(some, world)}
    if chance(some, 60):
        rule["silence_for"] = one_of(some, LENGTHS)
        rule |= _options(some, world, 60, "unless")
    rule |= _options(some, world, 50, "reopen")
    if chance(some, 30) and {"nth", "silence_for", "reopen"} & rule.keys():
        rule["per"] = _per(some, world, types)
    return rule


def _checks(some: Random, world: World) -> Mapping:
    of = one_of(some, world.is_answer[:2])
    conditions: list[Mapping] = [
        {"cites": one_of(some, world.citable)},
        {"distinct": True},
        {"mentions": ["thank you", "waiting"]},
        {"words": {"gte": 3, "lte": 5}},
        {"chars": {"lte": 30}},
        {"starts_with": "Thank"},
        {"matches": "lamp[s]?"},
        {"exists": True},
        {"avoids": ["still waiting"]},
        {"bullets": {"count": {"gte": 2, "lte": 2}, "each": {"words": {"lte": 2}}}},
        {"separate": True},
        {"addressed_to": "lead"},
        {"field": world.dated, "recent": one_of(some, LENGTHS)},
        {"where": {"person": one_of(some, PEOPLE)}},
    ]
    chosen = some.sample(conditions, some.randint(1, 5))
    merged: Mapping = {name: value for condition in chosen for name, value in condition.items()}
    if "field" in merged:
        return {"of": of, "field": merged["field"], "recent": merged["recent"]}
    return {"of": of, **merged}
