"""The pages of docs/reference, made from the schemas and the bundled vocabulary, so that they cannot say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from punctilio.manual.reference.answers import example_lines
from punctilio.manual.reference.language import Word, case_words, words
from punctilio.model.vocabulary import EventType, Field
from punctilio.rulebook.load import load_vocabulary
from punctilio.rulebook.merge import KINDS

_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "expect": "something should follow",
        "require": "something must come before",
        "limit": "not too often, not too close together",
        "check": "what an event must say",
        "close": "when a case is over",
    }
)
_VALUES: Final = ("event", "condition", "phrases", "range", "duration", "bound")
_NOTE: Final = "*Made from the schemas by `rules`; `rules docs {word}` says the same in the terminal.*"


def reference() -> dict[str, str]:
    """Every page by the name of its file."""
    known = words()
    pages = {f"{kind}.md": _page(f"`{kind}`: {_TITLES[kind]}", kind, _family(kind, known)) for kind in KINDS}
    pages["values.md"] = _values(known)
    pages["rule-file.md"] = _rule_file(known)
    pages["events.md"] = _events()
    pages["case-file.md"] = _page("Case files", "case.log", case_words())
    return {"README.md": _index(pages), **pages}


def _index(pages: Mapping[str, str]) -> str:
    lines = [f"- [{page.partition(chr(10))[0].removeprefix('# ')}]({name})" for name, page in pages.items()]
    return _joined(
        [
            "# Reference",
            "Every key of rule files and case files, and every event of the bundled vocabulary. What the words mean to "
            "the instant is in [language.md](../language.md).",
            "\n".join(lines),
        ]
    )


def _rule_file(known: Mapping[str, Word]) -> str:
    top = {path: word for path, word in known.items() if path.partition(".")[0] not in (*KINDS, *_VALUES)}
    return _page("Rule files", "overrides", top)


def _family(root: str, known: Mapping[str, Word]) -> dict[str, Word]:
    return {path: word for path, word in known.items() if path == root or path.startswith(f"{root}.")}


def _values(known: Mapping[str, Word]) -> str:
    found = {path: word for name in _VALUES for path, word in _family(name, known).items()}
    return _page("Events, conditions and lengths of time", "duration", found)


def _page(title: str, word: str, known: Mapping[str, Word]) -> str:
    return _joined([f"# {title}", _NOTE.format(word=word), *(part for one in known.values() for part in _word(one))])


def _word(word: Word) -> Iterator[str]:
    yield f"## `{word.path}`"
    yield from (_text(part) for part in (word.about, word.more) if part)
    if word.types:
        yield f"Written as {_or(word.types)}."
    if word.values:
        yield _table(("value", "means"), word.values)
    if word.keys:
        rows = ((key, f"{about}{' Needed.' if key in word.required else ''}") for key, about in word.keys)
        yield _table(("key", "is"), rows)
    if word.examples:
        key = word.path.rpartition(".")[2]
        lines = [line for example in word.examples[:4] for line in (*example_lines(key, example), "---")]
        yield "\n".join(["```yaml", *lines[:-1], "```"])


def _events() -> str:
    vocabulary = load_vocabulary("interviews")
    parts = [part for kind in vocabulary.types.values() for part in _event(kind)]
    return _joined(["# Events of the bundled vocabulary", _NOTE.format(word="message.sent"), *parts])


def _event(kind: EventType) -> Iterator[str]:
    yield f"## `{kind.name}`"
    yield _text(kind.about)
    if kind.fields:
        yield _table(("field", "holds"), ((field.name, _field(field)) for field in kind.fields.values()))


def _field(field: Field) -> str:
    needed = " Needed." if field.required else ""
    values = f" One of {', '.join(f'`{value}`' for value in field.values)}." if field.values else ""
    default = f" Where it is left out: `{field.default}`." if field.default is not None else ""
    return f"{field.about} ({field.type}){needed}{values}{default}"


def _table(heads: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = (f"| `{name}` | {_text(about)} |" for name, about in rows)
    return "\n".join([f"| {heads[0]} | {heads[1]} |", "|---|---|", *lines])


def _text(words_of_schema: str) -> str:
    """Descriptions are written in Markdown already; a bar would end a cell."""
    return words_of_schema.replace("|", "\\|")


def _or(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
