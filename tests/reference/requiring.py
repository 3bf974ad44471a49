"""Chapter 5 of docs/language.md, require: something must come before."""

from __future__ import annotations

from datetime import datetime

from punctilio.model.rule import Require
from tests.reference.keys import Keyed, matching, standing, stretch_begins
from tests.reference.story import Event, Place, Story, instant_in


def is_met(story: Story, require: Require, key: Keyed, place: Place) -> bool:
    """Whether the latest ``after`` event before a place is near enough, and its ``from`` has passed."""
    latest = _latest(story, require, key, place)
    at = place[0]
    if latest is None:
        return False
    is_near = require.within is None or story.later(latest.at, require.within) >= at
    return is_near and _from(require, latest) <= at


def turning_points(story: Story, require: Require, key: Keyed) -> list[datetime]:
    """The instants at which what is forbidden may become allowed by itself."""
    latest = _latest(story, require, key, story.now)
    return [_from(require, latest)] if latest else []


def _latest(story: Story, require: Require, key: Keyed, place: Place) -> Event | None:
    since = stretch_begins(story, require.since, key, place)
    before = [
        event
        for event in standing(matching(story, require.after, key), place)
        if event.place < place and (since is None or event.place > since.begins)
    ]
    return before[-1] if before else None


def _from(require: Require, event: Event) -> datetime:
    """The instant that must have passed; the event's own where the field is empty."""
    return (instant_in(event, require.from_field) if require.from_field else None) or event.at
