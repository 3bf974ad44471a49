"""Chapter 5 of docs/language.md, check: what an event says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from punctilio.model.rule import (
    AddressedTo,
    Avoids,
    Bullets,
    Check,
    Cites,
    Condition,
    Content,
    Distinct,
    Passes,
    Pattern,
    Recent,
    Separate,
)
from punctilio.model.vocabulary import Citable
from tests.reference.patterns import Lack, fits, fitting, mentions, noted, party, reader
from tests.reference.story import Event, Story, addressees, instant_in, people_in

BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+(.*\S)\s*$", re.MULTILINE)
GREETING = re.compile(r"^\s*(?:dear|hi|hello)\b[^,;:!\n]*[,;:!\n]", re.IGNORECASE)


def is_broken(story: Story, check: Check, condition: Condition, event: Event) -> bool:
    """Whether the event breaks the condition; what was not logged is not judged."""
    match condition:
        case Content(pattern):
            return fits(pattern, reader(story, event, Lack.UNJUDGED)) is False
        case Avoids(field, phrases):
            return mentions(_text(event, field), phrases)
        case Bullets(field):
            return field in event.fields and not _has_bullets(condition, _text(event, field))
        case Separate():
            return len(addressees(story, event)) > 1
        case Distinct(field):
            return twin(story, check, field, event) is not None
        case Cites():
            return _cites(story, condition, event) is False
        case AddressedTo(name):
            who = party(story, name, event.place)
            people = addressees(story, event)
            return bool(people) and who is not None and who not in people
        case Recent(field, length):
            then = instant_in(event, field)
            return then is not None and story.later(then, length) < event.at
        case Passes():
            raise NotImplementedError  # what a plugin says has no reference; generated rules name none


def twin(story: Story, check: Check, field: str, event: Event) -> Event | None:
    """The latest earlier event, not void, that says the same."""
    said = _gist(story, event, field)
    earlier = [e for e in fitting(story, check.of) if e.place < event.place and not e.is_void(event.place)]
    same = [other for other in earlier if said and _gist(story, other, field) == said]
    return same[-1] if same else None


def _text(event: Event, field: str) -> str:
    return str(event.fields.get(field, ""))


def _gist(story: Story, event: Event, field: str) -> str:
    """The words of the text, without its greeting and anybody's name."""
    people = noted(story, story.now).items() if story.vocabulary.parts.people else ()
    name = story.vocabulary.parts.people.name if story.vocabulary.parts.people else None
    called = [text for who, note in people for text in (who, str(note.attributes.get(name or "", "")))]
    names = {word for text in called for word in _words(text)}
    return " ".join(word for word in _words(GREETING.sub("", _text(event, field))) if word not in names)


def _words(text: str) -> list[str]:
    """The words of a text in small letters, without apostrophes."""
    return re.findall(r"[^\W_]+", re.sub("['’‘ʼ]", "", text.lower()))


def _has_bullets(bullets: Bullets, text: str) -> bool:
    found = BULLET.findall(text)
    return len(found) in bullets.count and all(_fits(bullets.each, bullet) for bullet in found)


def _fits(each: Pattern | None, bullet: str) -> bool:
    return each is None or fits(each, lambda name: bullet if name == "bullet" else Lack.MISSING) is True


def _cites(story: Story, condition: Cites, event: Event) -> bool | None:
    """Whether the text cites what the latest event before it says (for somebody it addresses, if it matters who)."""
    cited = story.vocabulary.parts.citable[condition.citable]
    if condition.field not in event.fields:
        return None
    before = [e for e in story.events if e.type == cited.event and e.place < event.place and not e.is_void(event.place)]
    each = cited.each
    groups = [before] if each is None else [_with(before, each, who) for who in addressees(story, event)]
    text = f" {' '.join(_words(_text(event, condition.field)))} "
    answers = {_is_cited(text, list(_ways(story, some[-1], cited)) if some else []) for some in groups}
    return True if True in answers else None if None in answers or not answers else False


def _with(events: Iterable[Event], field: str, person: str) -> list[Event]:
    return [event for event in events if person in people_in(event, [field])]


def _is_cited(text: str, ways: list[str]) -> bool | None:
    """Unknown where there is nothing to cite."""
    return any(f" {way} " in text for way in ways) if ways else None


def _ways(story: Story, event: Event, cited: Citable) -> Iterator[str]:
    """Everything that would cite the event, as words with a blank between."""
    if cited.quote and cited.quote in event.fields:
        yield " ".join(_words(_text(event, cited.quote)))
    if cited.date and cited.date in event.fields:
        yield from _dates(_day(story, event, cited.date))
    value = event.fields.get(cited.words, ()) if cited.words else ()
    for text in value if isinstance(value, tuple) else (str(value),):
        yield from (word for word in _words(text) if word not in story.vocabulary.parts.stop_words)


def _day(story: Story, event: Event, field: str) -> date:
    instant = instant_in(event, field)
    assert instant is not None
    return event.days.get(field) or instant.astimezone(story.zone).date()


def _dates(day: date) -> Iterator[str]:
    """Some usual writings of a date."""
    ending = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    yield f"{day:%Y %m %d}"
    for month in (f"{day:%B}".lower(), f"{day:%b}".lower()):
        for number in (f"{day.day}", f"{day.day}{ending}"):
            yield from (f"{number} {month}", f"{month} {number}", f"{number} of {month}")
        if (day + timedelta(days=1)).day == 1:
            yield f"end of {month}"
