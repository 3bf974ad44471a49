"""What a word means, as an answer in the terminal: a word of the language, a name of the rules, an error code."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any, Final

import yaml

from punctilio.errors import UsageError
from punctilio.inert import inert
from punctilio.manual.reference.language import Word, case_words, words
from punctilio.manual.telling.markdown import card_markdown
from punctilio.manual.telling.page import Figure, Named, Page
from punctilio.manual.telling.words import plain
from punctilio.model.vocabulary import EventType, Field, Vocabulary
from punctilio.problems import closest
from punctilio.resources import bundled

_WIDTH: Final = 88
_MANY: Final = 40


def of_language(topic: str) -> str | None:
    """A key of the language or an error code: for these no rules are needed."""
    page = bundled("docs/errors") / f"{topic.upper()}.md"
    if topic.replace("-", "").isalnum() and page.is_file():
        return page.read_text(encoding="utf-8")
    known = words()
    if topic in known:
        return _told(known[topic])
    short = topic.removeprefix("rules.").removeprefix("rule.").removeprefix("overrides.")
    if short in known:
        return _told(known[short])
    if f"rule.{short}" in known:
        return _told(known[f"rule.{short}"])
    of_case = case_words()
    name = topic.removeprefix("case.")
    return _told(of_case[name]) if name in of_case else None


def of_rules(topic: str, page: Page, vocabulary: Vocabulary) -> str | None:
    """A name of the rules: an event type, one of its fields, a rule, a parameter, a definition, a party, a list."""
    told = [*_events(topic, vocabulary)]
    told.extend(card_markdown(card).rstrip() for card in page.rules if card.id == topic)
    told.extend(_figure(one) for one in page.figures if topic.removeprefix("$") == one.name)
    for what, names in _named(page):
        told.extend(f"{one.name} ({what}, {one.place})\n\n{plain(one.words)}." for one in names if one.name == topic)
    return "\n\n".join(told) + "\n" if told else None


def unknown(topic: str, page: Page, vocabulary: Vocabulary) -> UsageError:
    """What to say of a word that nothing is called by, with the one that was meant."""
    codes = (path.stem for path in bundled("docs/errors").glob("*-*.md"))
    fields = (f"{kind.name}.{name}" for kind in vocabulary.types.values() for name in kind.fields)
    names = (one.name for _, named in _named(page) for one in named)
    known = [*words(), *vocabulary.types, *fields, *codes, *(card.id for card in page.rules), *names]
    known += [figure.name for figure in page.figures]
    near = closest(topic, known)
    hint = f" Did you mean `{near}`?" if near else " Try a kind (`expect`), a key (`expect.window.due`) or a file."
    return UsageError(f"There is no file, pack, word of the language, event type or rule `{inert(topic)}`.{hint}")


def _named(page: Page) -> tuple[tuple[str, tuple[Named, ...]], ...]:
    return (
        ("named event", page.definitions),
        ("party", page.parties),
        ("phrase list", page.phrases),
    )


# ── words of the language ─────────────────────────────────────────────────────────────────────────────────────────


def _told(word: Word) -> str:
    return "\n".join(_lines(word)) + "\n"


def _lines(word: Word) -> Iterator[str]:
    yield word.path
    yield ""
    yield from _wrapped(word.about)
    if word.more:
        yield ""
        yield from _wrapped(word.more)
    if word.types:
        yield ""
        yield f"Written as {_or(word.types)}."
    if word.values:
        yield ""
        yield from _table(word.values)
    if word.keys:
        yield ""
        yield "It can have"
        yield from _table(
            [(key, f"{about}{' Needed.' if key in word.required else ''}") for key, about in word.keys[:_MANY]]
        )
    if word.examples:
        yield ""
        yield "For example"
        key = word.path.rpartition(".")[2]
        for example in word.examples[:4]:
            yield from (f"    {line}" for line in example_lines(key, example))


def example_lines(key: str, value: Any) -> list[str]:
    """The value under its key, as it is written in a rule file."""
    is_plain = not isinstance(value, list | dict)
    style = False if is_plain or len(json.dumps(value)) >= _WIDTH - 20 else None
    text = str(yaml.safe_dump({key: value}, default_flow_style=style, sort_keys=False, width=_WIDTH))
    return text.rstrip("\n").split("\n")


def _table(rows: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    width = max(len(name) for name, _ in rows) + 2
    for name, about in rows:
        first, *others = list(_wrapped(about, _WIDTH - width)) or [""]
        yield f"    {name.ljust(width)}{first}".rstrip()
        yield from (" " * (width + 4) + line for line in others)


def _wrapped(text: str, width: int = _WIDTH) -> Iterator[str]:
    yield from textwrap.wrap(inert(text), width)


def _or(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


# ── names of the rules ────────────────────────────────────────────────────────────────────────────────────────────


def _events(topic: str, vocabulary: Vocabulary) -> Iterator[str]:
    if topic in vocabulary.types:
        yield "\n".join(_event(vocabulary.types[topic]))
    for kind in vocabulary.types.values():
        for field in kind.fields.values():
            if topic == f"{kind.name}.{field.name}":
                yield "\n".join(_field(topic, field))


def _event(kind: EventType) -> Iterator[str]:
    yield inert(kind.name)
    yield ""
    yield from _wrapped(kind.about or "An event type of the vocabulary.")
    if kind.fields:
        yield ""
        yield "Its fields, beside case, type, at and id:"
        yield from _table([(inert(field.name), _field_words(field)) for field in kind.fields.values()])


def _field(path: str, field: Field) -> Iterator[str]:
    yield inert(path)
    yield ""
    yield from _wrapped(_field_words(field))


def _field_words(field: Field) -> str:
    needed = " Needed." if field.required else ""
    values = f" One of {', '.join(field.values)}." if field.values else ""
    default = f" Where it is left out: {field.default}." if field.default is not None else ""
    return f"{field.about} ({field.type}){needed}{values}{default}".strip()


def _figure(figure: Figure) -> str:
    origin = "the default" if figure.is_default else "set"
    return f"{figure.name} (parameter)\n\n{figure.about}\nIt is {figure.value}, {origin} in {figure.place}."
