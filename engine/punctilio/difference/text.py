"""The difference for people: by rule, what changed, where, and which judgements hang on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from punctilio.difference import words
from punctilio.difference.values import Change, Difference, Effect, RuleDifference, Sample

_MOST: Final = 20
"""How many changes are listed together."""


def as_text(difference: Difference) -> str:
    """The whole report; what stands in it is harmless to print."""
    return "\n".join(_lines(difference)) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    yield f"old: {words.side_words(difference.old)}"
    yield f"new: {words.side_words(difference.new)}"
    yield f"log: {words.log_words(difference)}"
    yield words.summary_words(difference)
    for rule in difference.rules:
        yield ""
        yield from _rule(rule)
    if difference.idle:
        yield ""
        yield "Changed, no effect on this log"
        yield from _changes(difference.idle, None)


def _rule(rule: RuleDifference) -> Iterator[str]:
    yield words.rule_words(rule)
    yield from _changes(rule.changes, rule.rule)
    if rule.through:
        yield f"  {words.through_words(rule)}"
    for effect in rule.effects:
        yield from _effect(effect, rule)


def _changes(changes: Iterable[Change], rule: str | None) -> Iterator[str]:
    every = list(changes)
    for change in every[:_MOST]:
        yield f"  {words.path_words(change, rule)}: {words.values_words(change)}"
        old, new = words.places_words(change)
        yield f"    old {old}, new {new}"
    if len(every) > _MOST:
        yield f"  and {words.counted(len(every) - _MOST, 'change')} more"


def _effect(effect: Effect, rule: RuleDifference) -> Iterator[str]:
    yield f"  {words.effect_words(effect, rule)}"
    for sample in effect.samples:
        yield from _sample(sample)
    more = words.more_words(effect)
    if more:
        yield f"    {more}"


def _sample(sample: Sample) -> Iterator[str]:
    whom = f", for {sample.person}" if sample.person else ""
    event = f", from {sample.event}" if sample.event else ""
    yield f"    {sample.case}{whom}{event}"
    yield from _side("old", sample.old, sample.new)
    yield from _side("new", sample.new, sample.old)


def _side(name: str, said: tuple[str, ...], other: tuple[str, ...]) -> Iterator[str]:
    """What one side says. The first sentence, and those that the other side does not say."""
    told = [line for place, line in enumerate(said) if not place or line not in other]
    yield f"      {name}: {' '.join(told) if told else 'none'}"
