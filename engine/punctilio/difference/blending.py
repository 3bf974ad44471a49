"""The old rules with one field of the new ones: what that field alone would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from punctilio.errors import InvalidRulesError
from punctilio.location import Location
from punctilio.model.rule import Rulebook
from punctilio.rulebook.load import Loaded, rebuilt
from punctilio.rulebook.merge import Merged, RuleNode
from punctilio.rulebook.parameters import Parameter
from punctilio.value import replaced
from punctilio.yaml_source import Entry, MapNode, Node

_T = TypeVar("_T")
Path = tuple[str, ...]
"""To a field of the effective rules, as in ``values.Change``."""


def blended(old: Loaded, new: Loaded, path: Path) -> Rulebook | None:
    """The old rulebook with what stands under the path in the new one; None where that does not hold together, or lies
    in the vocabulary, by which the log is read."""
    if path[0] == "vocabulary":
        return None
    files = (*old.files, *(file for file in new.files if file.name not in {one.name for one in old.files}))
    try:
        return rebuilt(old, _merged(old.merged, new.merged, path), _parameters(old, new, path), files)
    except InvalidRulesError:
        return None


def _parameters(old: Loaded, new: Loaded, path: Path) -> Mapping[str, Parameter]:
    """A parameter is put in as a whole. One that only the new rules have is there for the fields that read it."""
    known = {**new.parameters, **old.parameters}
    is_new = path[0] == "parameters" and path[1] in new.parameters
    return {**known, path[1]: new.parameters[path[1]]} if is_new else known


def _merged(old: Merged, new: Merged, path: Path) -> Merged:
    """The old rules with one field of the new ones, and neither of the two changed. What only the new ones define is
    there for the field that speaks of it."""
    whole = Merged(
        main=old.main,
        named={section: {**new.named[section], **entries} for section, entries in old.named.items()},
        calendar=dict(old.calendar),
        zone=old.zone,
        rules=dict(old.rules),
    )
    match path:
        case ("zone",):
            whole.zone = new.zone
        case ("calendar", key, *_):
            _put(whole.calendar, key, new.calendar.get(key))
        case ("define" | "parties" | "phrases" as section, key, *inner):
            entry = _entry(old.named[section].get(key), new.named[section].get(key), tuple(inner))
            _put(whole.named[section], key, entry)
        case ("rules", key, *inner):
            _put(whole.rules, key, _rule(old.rules.get(key), new.rules.get(key), tuple(inner)))
        case _:
            pass
    return whole


def _put(into: dict[str, _T], key: str, value: _T | None) -> None:
    if value is None:
        into.pop(key, None)
    else:
        into[key] = value


def _rule(old: RuleNode | None, new: RuleNode | None, path: Path) -> RuleNode | None:
    if old is None or new is None or not path:
        return new
    node = _node(old.node, new.node, path)
    assert isinstance(node, MapNode)
    keys = {entry.key: entry.value for entry in node.entries}
    return replaced(old, node=node, keys=keys)


def _entry(old: Entry | None, new: Entry | None, path: Path) -> Entry | None:
    if old is None or new is None or not path:
        return new
    node = _node(old.value, new.value, path)
    return new if node is None else old._replace(value=node)


def _node(old: Node | None, new: Node | None, path: Path) -> Node | None:
    """The old node with what stands under the path in the new one; None where nothing does."""
    if not path or not isinstance(old, MapNode) or not isinstance(new, MapNode):
        return new
    step, rest = path[0], path[1:]
    before, after = old.entry(step), new.entry(step)
    node = _node(before and before.value, after and after.value, rest)
    if node is None:
        return old._replace(entries=tuple(entry for entry in old.entries if entry.key != step))
    if before is None:
        return old._replace(entries=(*old.entries, Entry(step, after.location if after else Location(""), node)))
    entries = (entry._replace(value=node) if entry.key == step else entry for entry in old.entries)
    return old._replace(entries=tuple(entries))
