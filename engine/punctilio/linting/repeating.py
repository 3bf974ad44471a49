"""SAME-VALUE: an override, a parameter or a name that is set to what it is already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from punctilio.linting.values import Book, Slip, slip
from punctilio.rulebook.files import RuleFile
from punctilio.rulebook.merge import Merged, merged
from punctilio.rulebook.parameters import Parameter, parameters_of
from punctilio.shape import Report, written
from punctilio.yaml_source import Entry, MapNode, Node, ScalarNode

CODE = "SAME-VALUE"


def same_values(book: Book) -> Iterator[Slip]:
    """What an own file says over the files before it without saying anything else."""
    files = book.loaded.files
    for place, file in enumerate(files):
        if file in book.own and file.extends:
            before = merged(files[:place], Report())
            yield from _parameters(file, parameters_of(files[:place], {}, Report()))
            yield from _names(file, before)
            yield from _overrides(file, before)


def _parameters(file: RuleFile, before: Mapping[str, Parameter]) -> Iterator[Slip]:
    for entry in _entries(file, "parameters"):
        known = before.get(entry.key)
        if known is not None and known.value is not None and _says_the_same(known.value, entry.value):
            yield _slip(f"The parameter `{entry.key}` is {known.value.text} already. Take this out.", entry, entry.key)


def _names(file: RuleFile, before: Merged) -> Iterator[Slip]:
    for section, known in before.named.items():
        for entry in _entries(file, section):
            if entry.key in known and written(known[entry.key].value) == written(entry.value):
                yield _slip(f"`{entry.key}` is inherited and says the same. Take this out.", entry, entry.key)


def _overrides(file: RuleFile, before: Merged) -> Iterator[Slip]:
    for entry in _entries(file, "overrides"):
        rule = before.rules.get(entry.key)
        if rule is not None and isinstance(entry.value, MapNode):
            for same in _same(rule.node, entry.value):
                message = f"`{same.key}` of `{rule.id}` says this already. Take it out of the override."
                yield _slip(message, same, rule.id)


def _same(base: MapNode, patch: MapNode) -> Iterator[Entry]:
    """The entries of a patch that change nothing."""
    for entry in patch.entries:
        known = base.get(entry.key)
        if isinstance(known, MapNode) and isinstance(entry.value, MapNode):
            yield from _same(known, entry.value)
        elif known is not None and _says_the_same(known, entry.value):
            yield entry


def _says_the_same(old: Node, new: Node) -> bool:
    if isinstance(old, ScalarNode) and isinstance(new, ScalarNode):
        return type(old.value) is type(new.value) and old.value == new.value
    return type(old) is type(new) and written(old) == written(new)


def _entries(file: RuleFile, section: str) -> tuple[Entry, ...]:
    node = file.sections.get(section)
    return node.entries if isinstance(node, MapNode) else ()


def _slip(message: str, entry: Entry, name: str) -> Slip:
    return slip(CODE, message, entry.location, name)
