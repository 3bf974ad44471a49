"""Chapter 5 of docs/language.md, check: what an event says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.reference.patterns import Lack, fits, fitting, folded, mentions, noted, party, reader
from tests.reference.story import Event, Story, addressees, instant_in

from punctilio.model.rule import (
    AddressedTo,
    Avoids,
    Bullets,
    Check,
    Cites,
    Condition,
    Content,
    Distinct,
    Pattern,
    Recent,
    Separate,
)

BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+(.*\S)\s*$", re.MULTILINE)
GREETING = re.compile(r"^\s*(?:dear|hi|hello|good morning|good afternoon|good evening)\b")


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


def twin(story: Story, check: Check, field: str, event: Event) -> Event | None:
    """The latest earlier event, not void, that says the same."""
    said = _gist(story, event, field)
    earlier = [e for e in fitting(story, check.of) if e.place < event.place and not e.is_void(event.place)]
    same = [other for other in earlier if said and _gist(story, other, field) == said]
    return same[-1] if same else None


def _text(event: Event, field: str) -> str:
    return str(event.fields.get(field, ""))


def _gist(story: Story, event: Event, field: str) -> str:
    """The text without names, greeting, case, punctuation and space."""
    text = GREETING.sub("", folded(_text(event, field)))
    part = story.vocabulary.parts.people
    known = noted(story, story.now).values() if part else ()
    names = [str(note.attributes.get(part.name or "", "")) for note in known] if part else []
    for word in sorted({word for name in names for word in folded(name).split()}):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", text)
    return "".join(letter for letter in text if letter.isalnum())


def _has_bullets(bullets: Bullets, text: str) -> bool:
    found = BULLET.findall(text)
    return len(found) in bullets.count and all(_fits(bullets.each, bullet) for bullet in found)


def _fits(each: Pattern | None, bullet: str) -> bool:
    return each is None or fits(each, lambda name: bullet if name == "bullet" else Lack.MISSING) is True


def _cites(story: Story, condition: Cites, event: Event) -> bool | None:
    """Whether the text cites what the latest event before it says; None where there is nothing to cite."""
    cited = story.vocabulary.parts.citable[condition.citable]
    people = set(addressees(story, event))
    before = [
        e
        for e in story.events
        if e.type == cited.event and e.place < event.place and not e.is_void(event.place)
        and (cited.each is None or people & _names(e, cited.each))
    ]  # fmt: skip
    if not before or condition.field not in event.fields:
        return None
    ways = list(_ways(story, before[-1], cited.quote, cited.words))
    return any(mentions(_text(event, condition.field), [way]) for way in ways) if ways else None


def _names(event: Event, field: str) -> set[str]:
    value = event.fields.get(field, ())
    return set(value) if isinstance(value, tuple) else {str(value)}


def _ways(story: Story, event: Event, quote: str | None, words: str | None) -> Iterable[str]:
    if quote and quote in event.fields:
        yield _text(event, quote)
    value = event.fields.get(words, ()) if words else ()
    for text in value if isinstance(value, tuple) else (str(value),):
        yield from (word for word in re.findall(r"\w+", text.lower()) if word not in story.vocabulary.parts.stop_words)
