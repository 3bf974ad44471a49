"""Every key and every name, changed by one letter, is one error in its line: nothing is silently ignored."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from punctilio import resources
from punctilio.location import Location
from punctilio.rulebook.load import validate_rules
from punctilio.yaml_source import Document, ListNode, MapNode, Node, ScalarNode, read_document

FILES = Path(__file__).parent / "test_rulebook_files"
PROSE = frozenset(
    {
        "pack", "title", "about", "cite", "status", "subject", "starts_with", "matches", "text", "stop_words",
        "phrases", "mentions[]", "avoids[]", "in[]", "values[]",
    }
)  # fmt: skip
"""Keys whose values are words for people, or the author's own."""
COINED = frozenset({"define", "parties", "phrases", "parameters", "events", "fields", "citable", "facts"})
"""Keys whose entries are named by the author: misspelling one is seen where it is used."""


@dataclass(frozen=True)
class Token:
    """A word in a file: where it stands, how it is written, and the top-level entry that it belongs to."""

    location: Location
    text: str
    group: tuple[str | int, ...]


def tokens(node: Node, path: tuple[str | int, ...] = ()) -> Iterator[Token]:
    """The keys and names of a file that are not the author's to choose."""
    match node:
        case MapNode():
            for entry in node.entries:
                if not path or path[-1] not in COINED:
                    yield Token(entry.location, entry.key, path[:2])
                yield from tokens(entry.value, (*path, entry.key))
        case ListNode():
            for number, item in enumerate(node.items):
                yield from tokens(item, (*path, number))
        case ScalarNode(value=str() | bool()):
            if not is_prose(path):
                yield Token(node.location, node.text, path[:2])
        case _:
            pass


def is_prose(path: tuple[str | int, ...]) -> bool:
    keys = [step for step in path if isinstance(step, str)]
    last = keys[-1]
    inside_list = f"{last}[]" if isinstance(path[-1], int) else last
    is_declared_id = last == "id" or (last == "name" and "people" not in keys)
    return inside_list in PROSE or last in PROSE or "phrases" in keys or is_declared_id


def batches(document: Document) -> Iterator[list[Token]]:
    """Groups of tokens of different rules, to be misspelt together: the mistakes of one rule hide none of another's."""
    assert document.root is not None
    shared: list[Token] = []
    by_rule: dict[tuple[str | int, ...], list[Token]] = {}
    for token in tokens(document.root):
        if any(character.isalpha() for character in token.text):
            (by_rule.setdefault(token.group, []) if token.group[:1] == ("rules",) else shared).append(token)
    yield from ([token] for token in shared)
    for number in range(max((len(found) for found in by_rule.values()), default=0)):
        yield [found[number] for found in by_rule.values() if number < len(found)]


def misspelt(text: str) -> str:
    """The text with its last letter changed."""
    at = max(number for number, character in enumerate(text) if character.isalpha())
    return text[:at] + ("q" if text[at] != "q" else "x") + text[at + 1 :]


def changed(lines: tuple[str, ...], batch: list[Token]) -> str:
    new = list(lines)
    for token in batch:
        line, column = token.location.line - 1, token.location.column - 1
        before, after = new[line][:column], new[line][column:]
        assert token.text in after
        new[line] = before + after.replace(token.text, misspelt(token.text), 1)
    return "\n".join(new)


def files() -> list[Path]:
    rules = resources.bundled("rules")
    return [*(rules / name / "rules.yaml" for name in resources.packs()), FILES / "base.yaml", FILES / "full.yaml"]


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_word_misspelt_is_one_error_in_its_line(path: Path, tmp_path: Path) -> None:
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    document = read_document(path, path.name)
    target = tmp_path / path.name
    count = 0
    for batch in batches(document):
        target.write_text(changed(document.lines, batch), encoding="utf-8")
        problems = validate_rules(target)
        found = sorted(problem.location.line for problem in problems)
        assert found == sorted(token.location.line for token in batch), (changed(document.lines, batch), problems)
        count += len(batch)
    assert count > 50
