"""Strategies for rule files: mappings as YAML would hold them, of every kind and every field.

What is drawn is directed: windows of sensible length, limits on what the expectations propose, each option now and
then.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.property.worlds import PEOPLE, Pattern, World

Mapping = dict[str, Any]
Draw = st.DrawFn

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


def chance(draw: Draw, percent: int) -> bool:
    """True so often; it shrinks to False."""
    return draw(st.integers(0, 99)) >= 100 - percent


def one_of(draw: Draw, values: Any) -> Any:
    return draw(st.sampled_from(list(values)))


@st.composite
def rule_files(draw: Draw, world: World) -> Mapping:
    """A whole rule file; the ids of the rules are r0, r1, …"""
    kinds = draw(st.permutations(["expect", "expect", "limit", "require", "check", "close"]))
    chosen = ["expect", "expect", *kinds[: draw(st.integers(1, len(kinds)))]]
    rules = [draw(_rules(world, f"r{number}", kind)) for number, kind in enumerate(chosen)]
    if chance(draw, 35):
        rules.append({"id": "forbids", "title": "forbids", "force": "must", **_forbidding(draw, world)})
    head: Mapping = {"language": 1, **world.head, "parties": _parties(world)}
    if chance(draw, 50):
        head["zone"] = one_of(draw, ("America/New_York", "Europe/Berlin"))
    if chance(draw, 20):
        head["calendar"] = {"weekend": ["friday"], "holidays": ["2026-03-09", "2026-11-02"]}
    return {**head, "rules": rules}


def _forbidding(draw: Draw, world: World) -> Mapping:
    """A rule that forbids most of what the others propose, at least now and then."""
    limit: Mapping = {"of": world.sent, "per": ["case"], "at_most": 0}
    if chance(draw, 50):
        limit["while"] = {"after": _event(draw, world), "for": one_of(draw, LENGTHS)}
    return {"limit": limit}


def _parties(world: World) -> Mapping:
    first, second = world.roles
    return {"lead": [{world.lead: True}, {"role": first}], "second": [{"role": second}]}


@st.composite
def _rules(draw: Draw, world: World, rule_id: str, kind: str) -> Mapping:
    force = {} if kind == "close" else {"force": one_of(draw, ("must", "must", "must", "should", "may"))}
    makers = {"expect": _expects, "limit": _limits, "require": _requires, "check": _checks, "close": _closes}
    return {"id": rule_id, "title": rule_id, **force, kind: draw(makers[kind](world))}


def _pattern(draw: Draw, world: World) -> Pattern:
    pattern: Pattern = one_of(draw, world.patterns)
    return pattern


def _trigger(draw: Draw, world: World) -> Pattern:
    """Mostly what happens often."""
    kind: str = one_of(draw, world.often)
    return (kind, (kind,)) if chance(draw, 60) else _pattern(draw, world)


def _event(draw: Draw, world: World) -> Any:
    return _pattern(draw, world)[0]


def _options(draw: Draw, world: World, percent: int, *names: str) -> Mapping:
    """Some of the fields that hold an event."""
    return {name: _event(draw, world) for name in names if chance(draw, percent)}


def _per(draw: Draw, world: World, types: tuple[str, ...]) -> list[str]:
    with_people = world.fields_of(types, "person", "people")
    fields = (["person"] if with_people else []) + world.fields_of(types, "key")
    return ["case", *(name for name in fields if chance(draw, 40))]


def _counting(draw: Draw, world: World) -> Mapping:
    found: Mapping = {"nth": draw(st.integers(1, 2))} if chance(draw, 20) else {}
    return {**found, **(_options(draw, world, 60, "since") if found else {})}


def _while(draw: Draw, world: World) -> Mapping:
    pattern, types = _pattern(draw, world)
    ends = _options(draw, world, 50, "until")
    if chance(draw, 60) or not ends:
        fields = world.fields_of(types, "deadline", "instant")
        ends["for"] = one_of(draw, fields) if fields and chance(draw, 40) else one_of(draw, LENGTHS)
    return {"after": pattern, **ends} if chance(draw, 80) or "for" in ends else ends


# ── the kinds ─────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def _expects(draw: Draw, world: World) -> Mapping:
    when, types = _trigger(draw, world)
    rule: Mapping = {"when": when, "until": _event(draw, world) if chance(draw, 40) else one_of(draw, world.is_answer)}
    people = world.fields_of(types, "people", "person")
    if people and chance(draw, 35):
        rule["each"] = one_of(draw, people)
    if chance(draw, 25):
        rule["per"] = _per(draw, world, types)
    rule |= _counting(draw, world) | _options(draw, world, 20, "before", "cancel")
    if chance(draw, 12):
        rule["while"] = _while(draw, world)
    if chance(draw, 35):
        rule["renew"] = one_of(draw, ("restart", "stack"))
    if chance(draw, 85):
        rule["window"] = _window(draw, world, types)
    if chance(draw, 70):
        rule["do"] = _action(draw, world)
    return rule


def _window(draw: Draw, world: World, types: tuple[str, ...]) -> Mapping:
    fields = world.fields_of(types, "deadline", "instant")
    window: Mapping = {}
    if fields and chance(draw, 35):
        window["from"] = one_of(draw, fields)
    lengths = sorted(draw(st.lists(st.sampled_from(range(len(LENGTHS))), min_size=3, max_size=3)))
    for name, length, percent in zip(("opens", "due", "expires"), lengths, (35, 65, 60), strict=True):
        if chance(draw, percent):
            window[name] = one_of(draw, [*fields, "at"]) if chance(draw, 8) else LENGTHS[length]
    return window or {"due": "24 hours"}


def _action(draw: Draw, world: World) -> Mapping:
    action = dict(one_of(draw, world.acting))
    if chance(draw, 35):
        action["to"] = one_of(draw, ("lead", "second"))
        if chance(draw, 40):
            action["through"] = one_of(draw, ("lead", "second"))
    return action


def _answer(draw: Draw, world: World) -> Pattern:
    """Mostly what the expectations propose."""
    answers = [pattern for pattern in world.patterns if world.sent in pattern[1]]
    answer: Pattern = one_of(draw, answers)
    return answer if chance(draw, 80) else _pattern(draw, world)


@st.composite
def _limits(draw: Draw, world: World) -> Mapping:
    of, types = _answer(draw, world)
    rule: Mapping = {"of": of, "per": _per(draw, world, types)}
    if chance(draw, 70):
        rule["at_most"] = draw(st.integers(0, 2))
        if chance(draw, 50):
            rule["within"] = one_of(draw, LENGTHS)
    if chance(draw, 40) or "at_most" not in rule:
        rule["gap"] = one_of(draw, LENGTHS)
    if chance(draw, 30):
        rule["while"] = _while(draw, world)
    return rule | _options(draw, world, 30, "since")


@st.composite
def _requires(draw: Draw, world: World) -> Mapping:
    of, types = _answer(draw, world)
    after, after_types = _pattern(draw, world)
    rule: Mapping = {"of": of, "after": after, **_options(draw, world, 25, "since")}
    if chance(draw, 25):
        rule["per"] = _per(draw, world, types)
    if chance(draw, 35):
        rule["within"] = one_of(draw, LENGTHS)
    fields = world.fields_of(after_types, "deadline", "instant")
    if fields and chance(draw, 50):
        rule["from"] = one_of(draw, fields)
    return rule


@st.composite
def _closes(draw: Draw, world: World) -> Mapping:
    when, types = _pattern(draw, world)
    rule: Mapping = {"when": when, "status": one_of(draw, ("done", "quiet")), **_counting(draw, world)}
    if chance(draw, 20):
        rule["per"] = _per(draw, world, types)
    if chance(draw, 60):
        rule["silence_for"] = one_of(draw, LENGTHS)
        rule |= _options(draw, world, 60, "unless")
    return rule | _options(draw, world, 50, "reopen")


@st.composite
def _checks(draw: Draw, world: World) -> Mapping:
    of = one_of(draw, world.is_answer[:2])
    conditions: list[Mapping] = [
        {"cites": one_of(draw, world.citable)},
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
        {"field": world.dated, "recent": one_of(draw, LENGTHS)},
        {"where": {"person": one_of(draw, PEOPLE)}},
    ]
    chosen = draw(st.lists(st.sampled_from(conditions), min_size=1, max_size=5))
    merged: Mapping = {name: value for condition in chosen for name, value in condition.items()}
    if "field" in merged:
        return {"of": of, "field": merged["field"], "recent": merged["recent"]}
    return {"of": of, **merged}
