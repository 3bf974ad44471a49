"""What a mutant changes of a rulebook: which rules become others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from punctilio.errors import InvalidRulesError
from punctilio.model.rule import Rule, Rulebook
from punctilio.mutation.naming import NAMED, rule_ids, trimmed, users
from punctilio.mutation.operators import NOTHING, Mutant
from punctilio.mutation.trees import at
from punctilio.rulebook.load import load_written
from punctilio.value import Value, replaced
from punctilio.yaml_source import Document, MapNode, Node, ScalarNode


class Change(Value, kw_only=True):
    """A mutant that loads. ``rules`` are those that differ, None where one is gone; ``is_wider`` says that something
    else differs too: who is a party, the zone, the calendar."""

    mutant: Mutant
    rulebook: Rulebook
    rules: Mapping[str, Rule | None]
    is_wider: bool
    words: frozenset[str] = frozenset()
    """Those that a log has where it matters that something was left out: a phrase, or a line of a party."""

    @property
    def is_any(self) -> bool:
        return bool(self.rules) or self.is_wider


class Original(Value, kw_only=True):
    """The rules that are mutated: ``file`` is the one that changes, and ``given`` are all files as they were read.
    ``ids`` are those of its rules, and ``users`` the places of those that may look at a name, where it stands alone:
    it extends nothing, and there is no other file."""

    sources: tuple[str, ...]
    rulebook: Rulebook
    file: Document
    path: Path
    given: Mapping[Path, Document]
    ids: tuple[str, ...]
    users: Mapping[str, frozenset[int]]

    @property
    def root(self) -> Node:
        """The file that changes, which was read without a mistake."""
        assert self.file.root is not None
        return self.file.root

    def with_root(self, root: Node) -> Mapping[Path, Document]:
        """The files, with another root of the one that changes."""
        return {**self.given, self.path: self.file._replace(root=root)}


def original(*sources: str) -> Original:
    """The rules of these sources, of which the last is mutated. Raises InvalidRulesError."""
    loaded = load_written(*sources)
    changing = loaded.files[-1]
    root = changing.document.root
    assert root is not None
    read = (*loaded.files, *(file for file, _ in loaded.layers))
    is_alone = len(loaded.files) == 1
    return Original(
        sources=sources,
        rulebook=loaded.rulebook,
        file=changing.document,
        path=changing.path,
        given={file.path: file.document for file in read},
        ids=rule_ids(root) if is_alone else (),
        users=users(root) if is_alone else {},
    )


def change_of(origin: Original, mutant: Mutant) -> Change | None:
    """What the mutant changes; None where it does not load."""
    try:
        rulebook = _rulebook(origin, mutant)
    except InvalidRulesError:
        return None
    old, new = origin.rulebook, rulebook
    before, after = ({rule.id: rule for rule in book.rules} for book in (old, new))
    names = {*before, *after}
    rules = {name: after.get(name) for name in sorted(names) if _differ(before.get(name), after.get(name))}
    wider = any(getattr(old, part) != getattr(new, part) for part in ("parties", "zone", "calendar", "vocabulary"))
    words = _needed(origin, mutant)
    return Change(mutant=mutant, rulebook=rulebook, rules=rules, is_wider=wider, words=words)


def words_of(text: str) -> frozenset[str]:
    """The words of a text, without what phrases do not mind: case, spacing, the shape of quotation marks."""
    return frozenset(re.findall(r"\w+", text.lower()))


def _needed(origin: Original, mutant: Mutant) -> frozenset[str]:
    """The words of what was left out of a list where one entry is enough: a phrase, or a line of a party."""
    if mutant.way[0] not in ("phrases", "parties") or len(mutant.way) != 3 or mutant.change != NOTHING:
        return frozenset()
    node = at(origin.root, mutant.way)
    values = [entry.value for entry in node.entries] if isinstance(node, MapNode) else [node]
    texts = (one.value for one in values if isinstance(one, ScalarNode) and isinstance(one.value, str))
    return frozenset(word for text in texts for word in words_of(text))


def _differ(old: Rule | None, new: Rule | None) -> bool:
    return old is None or new is None or old.kind != new.kind or old.force != new.force


def _rulebook(origin: Original, mutant: Mutant) -> Rulebook:
    """The mutated rulebook; rules that are as they were are the same objects. Of a file that extends nothing those
    rules alone are built that may look at what changed. Raises InvalidRulesError."""
    kept = _built(origin, mutant)
    name = str(mutant.way[1]) if mutant.way[0] in NAMED else None
    given = origin.with_root(mutant.root if kept is None else trimmed(mutant.root, kept, name))
    rulebook = load_written(*origin.sources, given=given).rulebook
    old = {rule.id: rule for rule in origin.rulebook.rules}
    new = {rule.id: old[rule.id] if rule == old.get(rule.id) else rule for rule in rulebook.rules}
    if kept is not None:
        gone = {origin.ids[place] for place in kept}
        new |= {name: rule for name, rule in old.items() if name not in gone}
    return replaced(rulebook, rules=tuple(new[name] for name in sorted(new)))


def _built(origin: Original, mutant: Mutant) -> frozenset[int] | None:
    """The places of the rules that are built; None for all of them."""
    section, name, *_ = mutant.way
    if origin.ids and section == "rules" and len(mutant.way) > 2:
        return frozenset({int(name)})
    return origin.users[str(name)] or None if origin.ids and section in NAMED else None
