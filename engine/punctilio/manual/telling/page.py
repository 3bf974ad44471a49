"""All that a page says of the effective rules, before it is Markdown or HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from punctilio.inert import inert
from punctilio.manual.effective import Effective, effective, place
from punctilio.manual.telling.kinds import rule_sentences
from punctilio.manual.telling.patterns import condition_words, event_words
from punctilio.manual.telling.timelines import TimeLine, time_line
from punctilio.manual.telling.words import Words, code, joined, say
from punctilio.rulebook.load import Loaded
from punctilio.rulebook.merge import KINDS
from punctilio.rulebook.parameters import Parameter, used_in
from punctilio.shape import written
from punctilio.value import Value
from punctilio.yaml_source import ListNode, MapNode, Node, ScalarNode


class Named(Value, kw_only=True):
    """Something that has a name, what it stands for, and where it was written."""

    name: str
    words: Words
    place: str


class Figure(Value, kw_only=True):
    """A parameter: its value, whether that is its default, and where it was set."""

    name: str
    value: str
    is_default: bool
    place: str
    about: str


class Card(Value, kw_only=True):
    """One rule. ``sentences`` begin with what it asks; ``anchor`` is its name in addresses and of its picture."""

    id: str
    anchor: str
    title: str
    kind: str
    force: str
    cite: str
    about: str
    place: str
    sentences: tuple[Words, ...]
    line: TimeLine | None
    figures: tuple[Figure, ...]


class Page(Value, kw_only=True):
    """The effective rules."""

    name: str
    hash: str
    title: str
    about: str
    files: tuple[str, ...]
    zone: str
    weekend: str
    holidays: str
    rules: tuple[Card, ...]
    off: tuple[Named, ...]
    figures: tuple[Figure, ...]
    definitions: tuple[Named, ...]
    parties: tuple[Named, ...]
    phrases: tuple[Named, ...]
    events: tuple[Named, ...]


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def page_of(loaded: Loaded, rules: Collection[str] = ()) -> Page:
    """The page of what is in force; of some rules, and of the names that they use. Raises UsageError for an unknown
    rule."""
    shown = effective(loaded, rules)
    book = loaded.rulebook
    cards = tuple(_cards(shown))
    used = {figure.name for card in cards for figure in card.figures}
    figures = tuple(_figure(one) for one in shown.parameters if not rules or one.name in used)
    return Page(
        name=inert(book.name),
        hash=book.hash,
        title=inert(book.title),
        about=_text(shown.root, "about"),
        files=tuple(inert(file.name) for file in loaded.files),
        zone=book.zone or "UTC",
        weekend=", ".join(WEEKDAYS[day] for day in sorted(book.calendar.weekend)),
        holidays=", ".join(day.isoformat() for day in book.calendar.holidays),
        rules=cards,
        off=tuple(Named(name=inert(name), words=(), place=inert(place(at))) for name, at in sorted(shown.off.items())),
        figures=figures,
        definitions=tuple(_named(shown.root, "define", event_words)),
        parties=tuple(_named(shown.root, "parties", _party)),
        phrases=tuple(_named(shown.root, "phrases", _phrases)),
        events=tuple(_events(loaded)),
    )


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cards(shown: Effective) -> Iterator[Card]:
    node = shown.root.get("rules")
    rules = [item for item in node.items if isinstance(item, MapNode)] if isinstance(node, ListNode) else []
    known = {one.name: one for one in shown.parameters}
    anchors = _anchors(_text(rule, "id") for rule in rules)
    for rule, anchor in zip(rules, anchors, strict=True):
        yield _card(rule, anchor, known, shown)


def _card(rule: MapNode, anchor: str, known: Mapping[str, Parameter], shown: Effective) -> Card:
    kind, node = next((e.key, e.value) for e in rule.entries if e.key in KINDS)
    assert isinstance(node, MapNode)
    own = shown.loaded.rulebook.rule(written_id := _raw(rule, "id"))
    force = own.force or ""
    names = sorted({*used_in(rule), *(reading.parameter for reading in own.readings)})
    return Card(
        id=inert(written_id),
        anchor=anchor,
        title=_text(rule, "title") or inert(written_id),
        kind=kind,
        force=force,
        cite=_text(rule, "cite"),
        about=_text(rule, "about"),
        place=inert(place(own.location)),
        sentences=rule_sentences(kind, node, force),
        line=time_line(kind, node),
        figures=tuple(_figure(known[name]) for name in names if name in known),
    )


def _raw(node: MapNode, key: str) -> str:
    value = node.get(key)
    return str(value.value) if isinstance(value, ScalarNode) and value.value is not None else ""


def _text(node: MapNode, key: str) -> str:
    return inert(_raw(node, key).strip())


def _anchors(ids: Iterable[str]) -> Iterator[str]:
    """A name for each that can stand in an address and be the name of a file, no two alike."""
    taken: set[str] = set()
    for number, one in enumerate(ids, 1):
        slug = re.sub(r"[^a-z0-9]+", "-", one.lower()).strip("-")[:60]
        anchor = slug if slug and slug not in taken else f"{slug}-{number}".strip("-")
        taken.add(anchor)
        yield anchor


def _figure(parameter: Parameter) -> Figure:
    value = parameter.value
    assert value is not None  # else the rules would have been refused
    return Figure(
        name=parameter.name,
        value=inert(value.text),
        is_default=parameter.is_default,
        place=inert(place(value.location)),
        about=inert(parameter.about),
    )


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _named(root: MapNode, section: str, words_of: Callable[[Node], Words]) -> Iterator[Named]:
    node = root.get(section)
    for entry in node.entries if isinstance(node, MapNode) else ():
        yield Named(name=inert(entry.key), words=words_of(entry.value), place=inert(place(entry.location)))


def _party(node: Node) -> Words:
    lines = [_line(item) for item in node.items if isinstance(item, MapNode)] if isinstance(node, ListNode) else []
    return say("the person whose ", joined(lines, "else whose"))


def _line(line: MapNode) -> Words:
    return joined([condition_words(entry.key, entry.value) for entry in line.entries], "and")


def _phrases(node: Node) -> Words:
    return joined([(code(written(item)),) for item in node.items], "or") if isinstance(node, ListNode) else ()


def _events(loaded: Loaded) -> Iterator[Named]:
    """What can be logged."""
    for kind in loaded.rulebook.vocabulary.types.values():
        fields = joined([(code(field.name),) for field in kind.fields.values()], "and")
        yield Named(
            name=inert(kind.name), words=say(inert(kind.about), " Fields: " if fields else "", fields), place=""
        )
