"""Which events a rule speaks of: event types, definitions, patterns in place, and lists of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from punctilio.location import Location
from punctilio.model.rule import EventPattern, Not, OneOf, Pattern
from punctilio.model.vocabulary import Field, Vocabulary
from punctilio.problems import closest
from punctilio.rulebook.activation import declaring, possible
from punctilio.rulebook.conditions import Conditions, either, together
from punctilio.rulebook.parameters import Ledger, used_in
from punctilio.rulebook.values import Subject, known_type, subject_of
from punctilio.shape import Report, items_of, listing, shortened, text, written
from punctilio.value import Value
from punctilio.yaml_source import Entry, ListNode, MapNode, Node, ScalarNode

JOINTS = ("all", "any", "not")
_BASE: Mapping[str, Subject] = {
    "at": Subject("at", "instant"),
    "case": Subject("case", "string"),
    "id": Subject("id", "string"),
}

Types = frozenset[str]


class Definition(Value):
    """A named pattern as built; None where a mistake in it was reported. ``parameters`` are those that went into it."""

    event: EventPattern | None
    parameters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Events:
    """Reads patterns. Definitions are built when they are first asked for."""

    vocabulary: Vocabulary
    define: Mapping[str, Entry]
    conditions: Conditions
    report: Report
    ledger: Ledger
    _built: dict[str, Definition] = field(default_factory=dict[str, Definition])
    _chain: list[str] = field(default_factory=list[str])

    def event(self, node: Node, what: str) -> EventPattern | None:
        """What stands in the place of an event."""
        pattern = self.pattern(node, frozenset(self.vocabulary.types))
        if pattern is None:
            return None
        types = possible(pattern, self.vocabulary)
        if not types:
            message = f"No event of this vocabulary can fit {what}, so it can never become active."
            self.report.add("NEVER-ACTIVE", message, node)
            return None
        return EventPattern(pattern, types, named(node))

    def pattern(self, node: Node, among: Types) -> Pattern | None:
        """A pattern that has to do with events of the types ``among``."""
        match node:
            case ScalarNode():
                return self._name(node)
            case ListNode():
                return self._any(node, among, "A list of events")
            case MapNode():
                return self._mapping(node, among)

    def definition(self, name: str) -> Definition:
        """The definition of that name, which is there."""
        if name not in self._built:
            node = self.define[name].value
            self._chain.append(name)
            with self.ledger.page() as used:
                event = self.event(node, f"`{name}`")
            self._chain.pop()
            self._built[name] = Definition(event, frozenset({*used_in(node), *used}))
        return self._built[name]

    # ── the forms ──

    def _name(self, node: ScalarNode) -> Pattern | None:
        name = text(node, self.report, "An event")
        if name is None:
            return None
        if "." in name:
            known = known_type(node, self.vocabulary.types, self.report)
            return OneOf("type", (known,)) if known else None
        if name not in self.define:
            self._unknown_definition(name, node)
            return None
        if name in self._chain:
            message = f"`{name}` refers to itself: {' → '.join((*self._chain, name))}."
            self.report.add("DEFINITION-CYCLE", message, node)
            return None
        found = self.definition(name)
        self.ledger.note(found.parameters)
        return found.event.pattern if found.event else None

    def _unknown_definition(self, name: str, node: Node) -> None:
        if name in self.vocabulary.types:
            message = "An event type without a dot in its name is written as a pattern."
            self.report.add("UNKNOWN-DEFINITION", message, node, f"{{type: {name}}}")
            return
        meant = closest(name, (*self.define, *self.vocabulary.types))
        message = f"`define` has no `{shortened(name)}`"
        message += "." if meant else ", and an event type is written with its dot."
        self.report.add("UNKNOWN-DEFINITION", message, node, meant)

    def _any(self, node: Node, among: Types, what: str) -> Pattern | None:
        parts = self._parts(node, among, what)
        if not parts or not isinstance(node, ListNode):
            return None
        dead = [item for part, item in zip(parts, node.items, strict=True) if part and not self._fits(part, among)]
        if 0 < len(dead) < len(parts):  # where all are, the whole is told
            for item in dead:
                message = "No event in question can fit this, so it adds nothing. Take it out."
                self.report.add("NEVER-ACTIVE", message, item)
        return either(parts)

    def _fits(self, part: Pattern, among: Types) -> bool:
        return bool(possible(part, self.vocabulary) & among)

    def _parts(self, node: Node, among: Types, what: str) -> list[Pattern | None] | None:
        items = items_of(node, self.report, what)
        if items is not None and not items:
            self.report.add("BAD-VALUE", f"{what} is empty, so nothing fits. Name at least one.", node)
        return [self.pattern(item, among) for item in items] if items else None

    def _mapping(self, node: MapNode, among: Types) -> Pattern | None:
        if not node.entries:
            self.report.add("BAD-VALUE", "This pattern is empty. Say at least what `type` fits.", node)
            return None
        parts: list[Pattern | None] = []
        written_type = node.get("type")
        if written_type is not None:
            of_type = self._type(written_type)
            parts.append(of_type)
            among = among & possible(of_type, self.vocabulary) if of_type else among
        parts.extend(self._entry(entry, among) for entry in node.entries if entry.key != "type")
        return together(parts)

    def _type(self, node: Node) -> Pattern | None:
        subject = Subject("type", "type", tuple(self.vocabulary.types))
        return self.conditions.on(subject, node)

    def _entry(self, entry: Entry, among: Types) -> Pattern | None:
        match entry.key:
            case "any":
                return self._any(entry.value, among, "`any`")
            case "all":
                parts = self._parts(entry.value, among, "`all`")
                return together(parts) if parts else None
            case "not":
                part = self.pattern(entry.value, among)
                return Not(part) if part else None
            case _:
                subject = self.subject(entry, among)
                return self.conditions.on(subject, entry.value) if subject else None

    # ── fields ──

    def subject(self, entry: Entry, among: Types) -> Subject | None:
        """The field that an entry is about, as events of these types have it."""
        return self.field(entry.key, entry.location, among, extra=("type", *JOINTS))

    def field(self, name: str, at: Node | Location, among: Types, extra: tuple[str, ...] = ()) -> Subject | None:
        """The field of that name in events of these types."""
        if name in _BASE:
            return _BASE[name]
        found = self._fields(among).get(name)
        if found is None:
            self._unknown_field(name, at, among, extra)
            return None
        values = [v for t in sorted(among) if name in self._of(t) for v in self._of(t)[name].values]
        return subject_of(found, self.vocabulary, tuple(dict.fromkeys(values)))

    def _of(self, event_type: str) -> Mapping[str, Field]:
        return self.vocabulary.types[event_type].fields

    def _fields(self, among: Types) -> dict[str, Field]:
        return {f.name: f for t in sorted(among) for f in self._of(t).values()}

    def _unknown_field(self, name: str, at: Node | Location, among: Types, extra: tuple[str, ...]) -> None:
        meant = closest(name, (*self._fields(among), *_BASE, *extra))
        subject = listing(sorted(among), most=3) if 0 < len(among) < len(self.vocabulary.types) else "no event"
        owners = sorted(declaring(name, self.vocabulary))
        hint = f" {listing(owners, most=3)} has it." if owners and not meant else ""
        verb = "has a" if subject == "no event" else "has no"
        message = f"{subject[0].upper()}{subject[1:]} {verb} field `{shortened(name)}`.{hint}"
        self.report.add("UNKNOWN-FIELD", message, at, meant)


def named(node: Node) -> str:
    """What a rule calls the events that a node stands for."""
    match node:
        case ScalarNode():
            return node.text
        case ListNode():
            return " or ".join(named(item) for item in node.items)
        case MapNode() if [entry.key for entry in node.entries] == ["type"]:
            return written(node.entries[0].value)
        case MapNode():
            return written(node)
