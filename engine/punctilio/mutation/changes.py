"""What a mutant changes of a rulebook: which rules become others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from punctilio.errors import InvalidRulesError
from punctilio.model.rule import Rule, Rulebook
from punctilio.mutation.operators import NOTHING, Mutant
from punctilio.mutation.trees import at, replaced_at
from punctilio.rulebook.load import load_written
from punctilio.value import Value, replaced
from punctilio.yaml_source import Document, ListNode, Node, ScalarNode


class Change(Value, kw_only=True):
    """A mutant that loads. ``rules`` are those that differ, None where one is gone; ``is_wider`` says that something
    else differs too: who is a party, the zone, the calendar."""

    mutant: Mutant
    rulebook: Rulebook
    rules: Mapping[str, Rule | None]
    is_wider: bool
    words: frozenset[str] = frozenset()
    """Those of a phrase that was left out: without all of them, no text is read otherwise."""

    @property
    def is_any(self) -> bool:
        return bool(self.rules) or self.is_wider


class Original(Value, kw_only=True):
    """The rules that are mutated: ``file`` is the one that changes, and ``given`` are all files as they were read."""

    sources: tuple[str, ...]
    rulebook: Rulebook
    file: Document
    path: Path
    given: Mapping[Path, Document]

    @property
    def root(self) -> Node:
        """The file that changes, which was read without a mistake."""
        assert self.file.root is not None
        return self.file.root

    def with_root(self, mutant: Mutant) -> Mapping[Path, Document]:
        """The files, with the mutant in the place of the one that changes."""
        return {**self.given, self.path: self.file._replace(root=mutant.root)}


def original(*sources: str) -> Original:
    """The rules of these sources, of which the last is mutated. Raises InvalidRulesError."""
    loaded = load_written(*sources)
    changing = loaded.files[-1]
    read = (*loaded.files, *(file for file, _ in loaded.layers))
    given = {file.path: file.document for file in read}
    return Original(sources=sources, rulebook=loaded.rulebook, file=changing.document, path=changing.path, given=given)


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
    words = words_of(_phrase(origin, mutant))
    return Change(mutant=mutant, rulebook=rulebook, rules=rules, is_wider=wider, words=words)


def words_of(text: str) -> frozenset[str]:
    """The words of a text, without what phrases do not mind: case, spacing, the shape of quotation marks."""
    return frozenset(re.findall(r"\w+", text.lower()))


def _phrase(origin: Original, mutant: Mutant) -> str:
    """The phrase that was left out of a list of them; nothing where something else changed."""
    if mutant.way[0] != "phrases" or len(mutant.way) < 3 or mutant.change != NOTHING:
        return ""
    node = at(origin.root, mutant.way)
    return node.text if isinstance(node, ScalarNode) else ""


def _differ(old: Rule | None, new: Rule | None) -> bool:
    return old is None or new is None or old.kind != new.kind or old.force != new.force


def _rulebook(origin: Original, mutant: Mutant) -> Rulebook:
    """The mutated rulebook. Of a mutant within a rule that one alone is built: the others are as they were."""
    if mutant.way[0] != "rules" or len(mutant.way) < 3:
        return load_written(*origin.sources, given=origin.with_root(mutant)).rulebook
    items = at(mutant.root, ("rules",))
    assert isinstance(items, ListNode)
    alone = replaced_at(mutant.root, ("rules",), items._replace(items=(items.items[int(mutant.way[1])],)))
    given = {**origin.given, origin.path: origin.file._replace(root=alone)}
    [rule] = load_written(*origin.sources, given=given).rulebook.rules
    rules = tuple(rule if one.id == rule.id else one for one in origin.rulebook.rules)
    return replaced(origin.rulebook, rules=rules)
