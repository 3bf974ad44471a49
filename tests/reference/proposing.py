"""Chapter 6 of docs/language.md: what an action would breach, which actions are admitted, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from punctilio.model.decision import Next
from punctilio.model.rule import Action, Force, Limit, Require, Rule
from tests.reference import limiting, requiring
from tests.reference.keys import Keyed, keys_of, matches, matching
from tests.reference.patterns import event_fits, fitting, party
from tests.reference.rows import Allowance
from tests.reference.story import Event, Story, Value, everybody, place_of


def proposed(story: Story, action: Action, person: str | None, at: datetime) -> tuple[Event, str | None, str | None]:
    """The action as an event at an instant, whom it is for, and who passes it on."""
    to = party(story, action.to, place_of(at)) if action.to else person
    through = party(story, action.through, place_of(at)) if action.through else None
    fields: dict[str, Value] = {}
    for name, value in action.fields.items():
        fields[name] = tuple(str(one) for one in value) if isinstance(value, tuple) else value
    return _event(story, action.type, {**_address(story, action.type, to, through), **fields}, at), to, through


def _event(story: Story, kind: str, fields: dict[str, Value], at: datetime) -> Event:
    place, nowhere = place_of(at), (-1, -1)
    return Event(
        case=story.case, type=kind, at=at, spot=nowhere, place=place, begins=place, fields=fields, proposed=True
    )


def _address(story: Story, kind: str, to: str | None, through: str | None) -> dict[str, Value]:
    """Whom it is for stands in the first person field of the last group; or, where somebody passes it on, in that of
    the first, and the other in that of the last."""
    declared = story.vocabulary.types[kind].fields
    written_in = ([name for name in group if name in declared] for group in story.vocabulary.parts.addressees)
    groups = [group for group in written_in if group]
    if not groups or to is None:
        return {}
    is_passed_on = through is not None and len(groups) > 1
    written = {groups[0][0]: to, groups[-1][0]: through} if is_passed_on else {groups[-1][0]: to}
    return {name: _as_list(story, name, person) for name, person in written.items() if person is not None}


def _as_list(story: Story, name: str, person: str) -> Value:
    return (person,) if story.vocabulary.field_type(name) == "people" else person


# ── what forbids an event ─────────────────────────────────────────────────────────────────────────────────────────


def breached(story: Story, rules: Iterable[Rule], force: Force, event: Event, admitted: Sequence[Event]) -> list[Rule]:
    """The limits and requires of that force which a proposed event would breach, beside those admitted before it."""
    return [rule for rule in rules if rule.force is force and _would_breach(story, rule, event, admitted)]


def _would_breach(story: Story, rule: Rule, event: Event, admitted: Sequence[Event]) -> bool:
    if not isinstance(rule.kind, Limit | Require) or not event_fits(story, rule.kind.of, event):
        return False
    return any(_is_forbidden(story, rule.kind, key, event, admitted) for key in keys_of(story, rule.kind.key, event))


def _is_forbidden(story: Story, kind: Limit | Require, key: Keyed, event: Event, admitted: Sequence[Event]) -> bool:
    if isinstance(kind, Require):
        return not requiring.is_met(story, kind, key, event.place)
    return limiting.judge(story, kind, key, _pool(story, kind, key, admitted), event).is_breach


def _pool(story: Story, limit: Limit, key: Keyed, admitted: Sequence[Event]) -> list[Event]:
    counted = [event for event in admitted if event_fits(story, limit.of, event) and matches(story, key, event)]
    return matching(story, limit.of, key) + counted


def allowed_at(
    story: Story, kind: Limit | Require, key: Keyed, event: Event, admitted: Sequence[Event]
) -> datetime | None:
    """The first instant, from the as-of on, at which the rule would let the event through if nothing else happened."""
    if isinstance(kind, Require):
        points = requiring.turning_points(story, kind, key)
    else:
        points = limiting.turning_points(story, kind, key, _pool(story, kind, key, admitted))
    for at in sorted({story.as_of, *(point for point in points if point > story.as_of)}):
        if not _is_forbidden(story, kind, key, replace(event, at=at, place=place_of(at)), admitted):
            return at
    return None


def blocked_until(story: Story, blockers: Iterable[Rule], event: Event, admitted: Sequence[Event]) -> datetime | None:
    """The latest of the instants at which the rules let it through; None if one never does."""
    latest = story.as_of
    for rule in blockers:
        assert isinstance(rule.kind, Limit | Require)
        for key in keys_of(story, rule.kind.key, event):
            at = allowed_at(story, rule.kind, key, event, admitted)
            if at is None:
                return None
            latest = max(latest, at)
    return latest


# ── what is left ──────────────────────────────────────────────────────────────────────────────────────────────────


def allowances(story: Story, rules: Iterable[Rule]) -> list[Allowance]:
    """Of every limit and require, for each key of the case."""
    return [
        _allowance(story, rule, rule.kind, key)
        for rule in rules
        if isinstance(rule.kind, Limit | Require)
        for key in _known_keys(story, rule.kind)
    ]


def _known_keys(story: Story, kind: Limit | Require) -> list[Keyed]:
    """Everybody who was seen; with other fields, the combinations that were seen."""
    if set(kind.key) <= {"person"}:
        people = everybody(story) if kind.key else ()
        return [{"person": frozenset({person})} for person in people] if kind.key else [{}]
    seen = [key for event in fitting(story, kind.of) for key in keys_of(story, kind.key, event)]
    return [key for n, key in enumerate(seen) if key not in seen[:n]]


def _allowance(story: Story, rule: Rule, kind: Limit | Require, key: Keyed) -> Allowance:
    event = _event(story, "", {}, story.as_of)
    used, left = _used_and_left(story, kind, key, event)
    at = allowed_at(story, kind, key, event, ())
    how = Next.NEVER if at is None else Next.NOW if at == story.as_of else Next.AT
    names = [f"{name}={next(iter(values))}" for name, values in sorted(key.items()) if name != "person"]
    return Allowance(
        case=story.case,
        rule=rule.id,
        person=next((str(person) for person in key.get("person", ())), None),
        key=", ".join(names),
        used=used,
        left=left,
        next=how,
        next_at=at if how is Next.AT else None,
    )


def _used_and_left(story: Story, kind: Limit | Require, key: Keyed, event: Event) -> tuple[int, int | None]:
    if isinstance(kind, Require):
        used = sum(e.void is None for e in matching(story, kind.of, key))
        return used, None if requiring.is_met(story, kind, key, story.now) else 0
    judged = limiting.judge(story, kind, key, matching(story, kind.of, key), event)
    used = judged.used - 1
    if not judged.is_judged:
        return used, None
    if judged.is_too_near:
        return used, 0
    return used, None if kind.at_most is None else max(0, kind.at_most - used)
