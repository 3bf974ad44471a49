"""Everything that rule files make together, as one tree that could have been written as one file.

A value that is left from an inherited file stands where it was written there; an override where the override is; a
parameter's value where the parameter was set, or else where its default is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from punctilio.duration_text import parse_duration
from punctilio.errors import UsageError
from punctilio.location import Location
from punctilio.manual.vocabularies import vocabulary_entry
from punctilio.problems import closest
from punctilio.rulebook.load import Loaded
from punctilio.rulebook.merge import OFF, RuleNode
from punctilio.rulebook.parameters import Parameter, put_in
from punctilio.shape import Report
from punctilio.value import Value
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

NAMED = ("define", "parties", "phrases")
_ONE_FOR_ALL = ("title", "about")


class Effective(Value, kw_only=True):
    """The tree, the parameters that are in force, and the rules that were switched off, with where."""

    loaded: Loaded
    root: MapNode
    parameters: tuple[Parameter, ...]
    off: Mapping[str, Location]


def effective(loaded: Loaded, rules: Collection[str] = ()) -> Effective:
    """What is in force. With ``rules``, those alone and the names that they refer to.

    Raises UsageError for a rule that is not there.
    """
    _require_known(rules, loaded)
    known = loaded.parameters
    chosen = [rule for rule in loaded.merged.rules.values() if not rules or rule.id in rules]
    kept = ListNode(tuple(_filled(_rule_node(rule), known) for rule in chosen), Location(loaded.files[-1].name))
    named = {name: _named(name, loaded) for name in NAMED}
    if rules:
        named = _referred_to(kept, named)
    entries = [
        *_head(loaded),
        *vocabulary_entry(loaded),
        *_unwritten_parameters([*named.values(), kept], known),
        *(_entry(name, node) for name, node in named.items() if node.entries),
        *([_entry("rules", kept)] if chosen else []),
    ]
    return Effective(
        loaded=loaded,
        root=MapNode(tuple(entries), Location(loaded.files[-1].name)),
        parameters=tuple(known[name] for name in sorted(known)),
        off=switched_off(loaded),
    )


def switched_off(loaded: Loaded) -> dict[str, Location]:
    """The inherited rules that a file switched off, and where."""
    overrides = (file.sections.get("overrides") for file in loaded.files)
    entries = (entry for node in overrides if isinstance(node, MapNode) for entry in node.entries)
    return {e.key: e.location for e in entries if isinstance(e.value, ScalarNode) and e.value.value == OFF}


def place(location: Location) -> str:
    """``file:line``, as in reports."""
    return str(location._replace(column=0))


# ── sections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _head(loaded: Loaded) -> Iterator[Entry]:
    book, whole, file = loaded.rulebook, loaded.merged, Location(loaded.files[-1].name)
    yield _entry("language", whole.main["language"])
    yield _entry("pack", whole.main.get("pack", _scalar(book.name, file)))
    yield from (_entry(key, whole.main[key]) for key in _ONE_FOR_ALL if key in whole.main)
    if whole.zone is not None:
        yield _entry("zone", _filled(whole.zone, loaded.parameters))
    if whole.calendar:
        days = tuple(_entry(key, _filled(node, loaded.parameters)) for key, node in whole.calendar.items())
        yield _entry("calendar", MapNode(days, days[0].location))


def _named(name: str, loaded: Loaded) -> MapNode:
    entries = loaded.merged.named[name].values()
    filled = tuple(entry._replace(value=_filled(entry.value, loaded.parameters)) for entry in entries)
    return MapNode(filled, Location(loaded.files[-1].name))


def _rule_node(rule: RuleNode) -> MapNode:
    """The rule, its `id` first."""
    entries = sorted(rule.node.entries, key=lambda entry: entry.key != "id")
    return MapNode(tuple(entries), rule.node.location)


def _entry(key: str, node: Node) -> Entry:
    return Entry(key, node.location, node)


def _scalar(text: str, location: Location) -> ScalarNode:
    return ScalarNode(text, text, location)


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _require_known(rules: Collection[str], loaded: Loaded) -> None:
    known = loaded.merged.rules
    for name in rules:
        if name not in known:
            near = closest(name, known)
            off = switched_off(loaded).get(name)
            hint = f" Did you mean `{near}`?" if near else ""
            hint = f" It was switched off at {place(off)}." if off else hint
            raise UsageError(f"There is no rule `{name}` in force.{hint}")


def _referred_to(rules: Node, named: Mapping[str, MapNode]) -> dict[str, MapNode]:
    """The names that the rules use, and those that these use: whatever stands anywhere as a text may be one."""
    words = set(_words(rules))
    while True:
        used = {name: [entry for entry in node.entries if entry.key in words] for name, node in named.items()}
        more = words.union(*(_words(entry.value) for entries in used.values() for entry in entries))
        if more == words:
            return {name: named[name]._replace(entries=tuple(entries)) for name, entries in used.items()}
        words = more


def _words(node: Node) -> Iterator[str]:
    match node:
        case ScalarNode():
            yield node.text
        case ListNode():
            yield from (word for item in node.items for word in _words(item))
        case MapNode():
            yield from (word for entry in node.entries for word in _words(entry.value))


# ── parameters ────────────────────────────────────────────────────────────────────────────────────────────────────


def _filled(node: Node, parameters: Mapping[str, Parameter]) -> Node:
    """The node with the values of parameters, each where it was set or is declared.

    What switches something off is no value that can be written there, so its `$name` is left.
    """
    return _told_where(node, put_in(node, parameters, Report()), parameters)


def _told_where(written: Node, filled: Node, parameters: Mapping[str, Parameter], key: str = "") -> Node:
    match written, filled:
        case ScalarNode(), ScalarNode(parameter=str() as name):
            value = parameters[name].value
            location = value.location if value is not None else filled.location
            kept = written if _is_off(filled, key) else filled
            return kept._replace(location=location, parameter=name)
        case ListNode(items), ListNode(filled_items):
            pairs = zip(items, filled_items, strict=True)
            return filled._replace(items=tuple(_told_where(a, b, parameters) for a, b in pairs))
        case MapNode(entries), MapNode(filled_entries):
            both = zip(entries, filled_entries, strict=True)
            told = (b._replace(value=_told_where(a.value, b.value, parameters, a.key)) for a, b in both)
            return filled._replace(entries=tuple(told))
        case _:
            return filled


def _is_off(node: ScalarNode, key: str) -> bool:
    return node.value is False or (key == "gap" and not parse_duration(node.text).is_anything)


def _unwritten_parameters(nodes: Iterable[Node], parameters: Mapping[str, Parameter]) -> Iterator[Entry]:
    """The declarations of the parameters whose `$name` is left."""
    left = {word for node in nodes for word in _words(node) if word.startswith("$")}
    kept = [one for name, one in parameters.items() if f"${name}" in left]
    if kept:
        entries = tuple(_declaration(one) for one in kept)
        yield _entry("parameters", MapNode(entries, entries[0].location))


def _declaration(parameter: Parameter) -> Entry:
    value = parameter.value
    assert value is not None  # else the rules would have been refused
    parts = [("type", _scalar(parameter.type, value.location)), ("default", value)]
    if parameter.about:
        parts.append(("about", _scalar(parameter.about, value.location)))
    return _entry(parameter.name, MapNode(tuple(_entry(key, node) for key, node in parts), value.location))
