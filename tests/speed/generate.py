"""Logs for the benchmark: job applications of 5 to 20 events each, through the year 2026.

They hold what makes logs hard: events of one instant, two zones across both changes of the clock, wall times that do
not exist, dates that are no instants, messages that bounced, time frames that were revised, answers just in time.
The same seed gives the same bytes on every machine. Applications are written in blocks, as exports come: in order of
time within a block, and not across blocks.

    python -m tests.speed.generate 1000 log.jsonl
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from punctilio.zones import zone_info

AS_OF: Final = datetime(2026, 11, 16, 15, tzinfo=UTC)
"""When the logs are judged: most applications are over, and the last ones are under way."""

FEWEST, MOST = 5, 20
"""Events of an application."""

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_DAY: Final = 24 * 60  # all times are minutes from the start
_LAST_DAY: Final = 315
_BLOCK: Final = 64
_ZONES: Final = ("America/New_York", "Europe/Berlin")
_DATES: Final = tuple((date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(-1, 2 * 365))
_CLOCKS: Final = tuple(f"{minute // 60:02d}:{minute % 60:02d}:00" for minute in range(_DAY))
_ROLES: Final = ("interviewer", "hiring-manager", "hr", "recruiter")
_NAMES: Final = ("Ann Lee", "Bob Stone", "Zoë Brandt", "Dan Okafor", "Eva Núñez", "Finn Weiß", "Gita Rao", "Hal Marsh")
_TITLES: Final = ("Analyst", "Nurse", "Data engineer", "Teacher", "Electrician", "Copywriter")
_TEXTS: Final = {
    "thank-you": "Thank you for the time you took today; what you said about the team stayed with me.",
    "inquiry": "You had hoped to decide by now: may I ask how things stand, and whether I can add anything?",
    "reply": "Thank you for your message. Yes, that suits me well, and I have attached what you asked for.",
    "article": "This piece on what we talked about may be of use to you: it made me think of your question.",
}


Draw = Callable[[], float]
"""The next random number, from 0 up to 1."""


class Event(NamedTuple):
    """An event of one case: its minute, and its line from the type to the stamp, and after it."""

    minute: int
    type: str
    rest: str


class Story(NamedTuple):
    """One case as it is told: who is in it, by which clock its stamps are written, and what has happened so far."""

    case: str
    offset: Callable[[int], int]
    people: tuple[str, ...]
    events: list[Event]

    def tell(self, minute: int, kind: str, rest: str = "") -> int:
        self.events.append(Event(minute, kind, rest))
        return minute

    def stamp(self, minute: int) -> str:
        return _stamp(minute, self.offset(minute))


# ── clocks ──


def _offsets(zone: str) -> Callable[[int], int]:
    """The UTC offset of a zone, in minutes, at a minute: by the hours at which it changes."""
    info = zone_info(zone)
    hours = [_START + timedelta(hours=hour) for hour in range(2 * 365 * 24)]
    known = [int((hour.astimezone(info).utcoffset() or timedelta()).total_seconds()) // 60 for hour in hours]
    return lambda minute: known[minute // 60]


def _stamp(minute: int, offset: int) -> str:
    """The wall clock with its offset, such as 2026-03-03T11:00:00-05:00."""
    day, rest = divmod(minute + offset, _DAY)
    sign, ahead = ("-", -offset) if offset < 0 else ("+", offset)
    return f"{_DATES[day + 1]}T{_CLOCKS[rest]}{sign}{ahead // 60:02d}:{ahead % 60:02d}"


# ── what happens ──


def _between(draw: Draw, low: int, high: int) -> int:
    return low + int(draw() * (high - low + 1))


def _opened(story: Story, draw: Draw, minute: int, zone: str) -> None:
    elsewhere = f',"employer_zone":"{_ZONES[zone == _ZONES[0]]}"' if draw() < 0.3 else ""
    title = _TITLES[int(draw() * len(_TITLES))]
    story.tell(minute, "case.opened", f',"company":"Company {story.case}","title":"{title}","zone":"{zone}"{elsewhere}')
    for person in story.people:
        name, role = _NAMES[int(draw() * len(_NAMES))], _ROLES[int(draw() * len(_ROLES))]
        story.tell(minute, "person.noted", f',"person":"{person}","name":"{name}","role":"{role}"')


def _sent(story: Story, draw: Draw, minute: int, to: tuple[str, ...], purpose: str) -> None:
    """A message, which bounces at times, and is then sent again at times."""
    name = f"{len(story.events)}@{story.case}"
    people = f'"person":"{to[0]}"' if len(to) == 1 else f'"people":[{_listed(to)}]'
    written = f',{people},"channel":"email","purpose":"{purpose}","message_id":"{name}","text":"{_TEXTS[purpose]}"'
    story.tell(minute, "message.sent", written)
    if draw() < 0.04:
        back = story.tell(minute + _between(draw, 0, 90), "message.bounced", f',"message_id":"{name}"')
        if draw() < 0.6:
            again = written.replace(f'"{name}"', f'"again-{name}"')
            story.tell(back + _between(draw, 5, 2 * _DAY), "message.sent", again)


def _listed(names: Iterable[str]) -> str:
    return ",".join(f'"{name}"' for name in names)


def _interview(story: Story, draw: Draw, minute: int) -> int:
    """An interview, and thanks for it: in time, to the minute, late, together, or never."""
    first = int(draw() * len(story.people))
    people = story.people[first : first + _between(draw, 1, 3)]
    begun = story.stamp(minute - 60)
    story.tell(
        minute, "interview.held", f',"starts_at":"{begun}","people":[{_listed(people)}],"topics":["forecasting"]'
    )
    groups = [people] if draw() < 0.1 else [(person,) for person in people]
    for to in groups:
        chance = draw()
        if chance < 0.78:
            _sent(story, draw, minute + _between(draw, 0, 20 * 60), to, "thank-you")
        elif chance < 0.83:
            _sent(story, draw, minute + _DAY, to, "thank-you")
        elif chance < 0.92:
            _sent(story, draw, minute + _between(draw, _DAY + 1, 20 * _DAY), to, "thank-you")
    return minute


def _time_frame(story: Story, draw: Draw, minute: int) -> int:
    """They say by when they will decide: the minute, roughly."""
    by = minute + _between(draw, 3, 14) * _DAY
    said = _DATES[by // _DAY + 1] if draw() < 0.7 else story.stamp(by)
    person = story.people[int(draw() * len(story.people))]
    story.tell(minute, "timeframe.given", f',"decision_by":"{said}","person":"{person}","quote":"by {said[:10]}"')
    return by


def _word(story: Story, draw: Draw, minute: int) -> None:
    """Something comes from them, and is answered at times: at once, or after days."""
    person = story.people[int(draw() * len(story.people))]
    chance = draw()
    about = "" if chance < 0.5 else ',"about":"process"' if chance < 0.75 else ',"about":"automatic"'
    name = f"{len(story.events)}@{story.case}"
    story.tell(minute, "message.received", f',"person":"{person}"{about},"channel":"email","message_id":"{name}"')
    if draw() < 0.7:
        wait = 0 if draw() < 0.1 else _between(draw, 1, 6 * _DAY)
        _sent(story, draw, minute + wait, (person,), "reply")


def _round(story: Story, draw: Draw, minute: int) -> int:
    """An interview, the time frame that was given for what follows, words between, questions after it."""
    held = _interview(story, draw, minute)
    by = held + 10 * _DAY
    if draw() < 0.75:
        by = _time_frame(story, draw, held if draw() < 0.5 else held + _between(draw, 1, _DAY))
        if draw() < 0.25:
            by = _time_frame(story, draw, by - _between(draw, 0, 2 * _DAY))
    if draw() < 0.5:
        _word(story, draw, held + _between(draw, 60, 12 * _DAY))
    asked = by
    while draw() < 0.4:
        asked += _between(draw, 60, 12 * _DAY)
        to = story.people[int(draw() * len(story.people))]
        _sent(story, draw, asked, (to,), "inquiry")
        if draw() < 0.3:
            by = asked = _time_frame(story, draw, asked + _between(draw, 0, 2 * _DAY))
    return by + _between(draw, _DAY, 6 * _DAY)


def _ended(story: Story, draw: Draw, minute: int) -> None:
    chance = draw()
    if chance < 0.5:
        outcome = "offer" if draw() < 0.3 else "rejection"
        story.tell(minute, "decision.made", f',"outcome":"{outcome}"')
    elif chance < 0.6:
        story.tell(minute, "case.withdrawn", ',"reason":"Another offer."')


def _begin(draw: Draw) -> int:
    """A minute of the year, mostly in office hours; else at any, those of the night too when clocks change."""
    day = int(draw() * _LAST_DAY) * _DAY
    return day + (_between(draw, 13 * 60, 22 * 60) if draw() < 0.9 else int(draw() * _DAY))


def _application(draw: Draw, number: int, offsets: tuple[Callable[[int], int], ...]) -> Story:
    zone = int(draw() * 2)
    people = tuple(f"p{n}" for n in range(_between(draw, 1, 3)))
    story = Story(f"a{number:07d}", offsets[zone], people, [])
    minute = _begin(draw)
    _opened(story, draw, minute, _ZONES[zone])
    minute += _between(draw, 2, 12) * _DAY
    for _ in range(_between(draw, 1, 3)):
        minute = _round(story, draw, minute)
    _ended(story, draw, minute)
    while len(story.events) < FEWEST:
        _sent(story, draw, minute, (people[0],), "article")
    del story.events[MOST:]
    return story


def _giant(draw: Draw, events: int, offsets: tuple[Callable[[int], int], ...]) -> Story:
    """One case with as many events: rounds through the whole year, side by side, and no end."""
    story = Story("giant", offsets[0], tuple(f"p{n}" for n in range(300)), [])
    _opened(story, draw, 0, _ZONES[0])
    while len(story.events) < events:
        _round(story, draw, 60 + _begin(draw))
    del story.events[events:]
    return story


# ── lines ──


def _lines(stories: Iterable[Story]) -> Iterator[str]:
    """The events of some stories in order of time."""
    told = [(event, story) for story in stories for event in story.events]
    told.sort(key=lambda pair: pair[0].minute)
    for (minute, kind, rest), story in told:
        yield f'{{"case":"{story.case}","type":"{kind}","at":"{story.stamp(minute)}"{rest}}}\n'


def write_log(path: Path, count: int, seed: int = 1) -> None:
    """A log of ``count`` applications."""
    draw = Random(seed).random
    offsets = tuple(_offsets(zone) for zone in _ZONES)
    stories = (_application(draw, number, offsets) for number in range(count))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        while block := list(islice(stories, _BLOCK)):
            file.writelines(_lines(block))


def write_giant(path: Path, events: int, seed: int = 1) -> None:
    """A log of one case with so many events."""
    story = _giant(Random(seed).random, events, tuple(_offsets(zone) for zone in _ZONES))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_lines([story]))


if __name__ == "__main__":
    write_log(Path(sys.argv[2]), int(sys.argv[1]))
