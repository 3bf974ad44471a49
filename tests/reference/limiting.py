"""Chapter 5 of docs/language.md, limit: not too often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from punctilio.model.rule import Limit
from tests.reference.instants import just_after
from tests.reference.keys import Keyed, interval, matching, standing, stretch_begins
from tests.reference.story import Event, Story


@dataclass(frozen=True, slots=True)
class Judgement:
    """How many are alive with the one judged, and what of it is too much. Outside every interval nothing is judged."""

    is_judged: bool
    used: int
    is_too_many: bool
    is_too_near: bool

    @property
    def is_breach(self) -> bool:
        return self.is_too_many or self.is_too_near


def judge(story: Story, limit: Limit, key: Keyed, pool: Iterable[Event], judged: Event) -> Judgement:
    """``pool`` are the events of the key, with the one that is judged or without."""
    since = stretch_begins(story, limit.since, key, judged.place)
    standing_now = [
        event
        for event in standing(pool, judged.place)
        if event is not judged
        and event.place <= judged.place
        and (since is None or event.place > since.place)
        and _is_inside(story, limit, key, event, judged)
    ]
    alive = 1 + len(_within(story, limit, standing_now, judged.at))
    if limit.during and not interval(story, limit.during, key, judged):
        return Judgement(False, alive, False, False)
    near = limit.gap and any(story.later(e.at, limit.gap, second=False) > judged.at for e in standing_now)
    return Judgement(True, alive, limit.at_most is not None and alive > limit.at_most, bool(near))


def _is_inside(story: Story, limit: Limit, key: Keyed, event: Event, judged: Event) -> bool:
    """Whether the interval that governed the event has not ended when ``judged`` happens."""
    if limit.during is None:
        return True
    governing = interval(story, limit.during, key, event)
    return governing is not None and not governing.has_ended(story, judged)


def _within(story: Story, limit: Limit, events: Iterable[Event], at: datetime) -> list[Event]:
    """Those that are not longer ago than ``within``."""
    return [event for event in events if limit.within is None or story.later(event.at, limit.within) >= at]


def turning_points(story: Story, limit: Limit, key: Keyed, pool: Iterable[Event]) -> list[datetime]:
    """The instants at which what is forbidden may become allowed by itself."""
    leave = [just_after(story.later(event.at, limit.within)) for event in pool if limit.within]
    spaced = [story.later(event.at, limit.gap, second=False) for event in pool if limit.gap]
    return leave + spaced + [end for end in _interval_ends(story, limit, key) if end]


def _interval_ends(story: Story, limit: Limit, key: Keyed) -> list[datetime | None]:
    if limit.during is None:
        return []
    return [story.bound(event, event.at, limit.during.lasts) for event in matching(story, limit.during.after, key)]
