"""What a check says: the conditions on the content of an event, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from punctilio.model.rule import (
    AddressedTo,
    Avoids,
    Bullets,
    Check,
    Cites,
    Condition,
    Content,
    Distinct,
    EventPattern,
    Passes,
    Pattern,
    Range,
    Recent,
    Separate,
)
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES
from punctilio.problems import closest
from punctilio.rulebook.activation import possible
from punctilio.rulebook.conditions import OPERATORS, range_of, together
from punctilio.rulebook.kinds import NOTHING
from punctilio.rulebook.scope import Keys, Scope
from punctilio.rulebook.values import Subject
from punctilio.shape import (
    boolean,
    duration,
    entries_of,
    is_put_in,
    keys_of,
    listing,
    shortened,
    text,
    written,
)
from punctilio.value import replaced
from punctilio.yaml_source import ListNode, MapNode, Node

ON_THE_FIELD = ("avoids", "bullets", "distinct", "cites", "recent", "passes")
ON_THE_EVENT = ("where", "separate", "addressed_to")
CHECK_KEYS = ("of", "field", *OPERATORS, *ON_THE_FIELD, *ON_THE_EVENT)
BULLET_KEYS = ("count", "each")
BULLET = Subject("bullet", "text")


def check(node: Node, scope: Scope) -> Check | None:
    keys = keys_of(node, CHECK_KEYS, scope.report, "`check`", ("of",))
    if keys is None:
        return None
    before = len(scope.report.problems)
    of = scope.event(keys, "of") or replaced(NOTHING, types=frozenset(scope.vocabulary.types))
    if keys.keys() <= {"of", "field"}:
        scope.report.add("MISSING-KEY", "`check` asks for nothing. Write at least one condition.", node)
        return None
    if "field" in keys and not keys.keys() & {*OPERATORS, *ON_THE_FIELD}:
        message = "`field` says where conditions look, and none of these looks into a field. Take it out."
        scope.report.add("NEEDS-KEY", message, keys["field"])
    reader = _Reader(of, _field(keys, of, node, scope), scope)
    conditions = [c for key, value in keys.items() for c in reader.conditions(key, value)]
    if not conditions and len(scope.report.problems) == before and not any(map(is_put_in, keys.values())):
        scope.report.add("BAD-VALUE", "`check` asks for nothing: what is `false` is not asked. Take it out.", node)
    return Check(of=of, conditions=tuple(conditions))


def _field(keys: Keys, of: EventPattern, node: Node, scope: Scope) -> Subject | None:
    """The field that the conditions are about."""
    if "field" in keys:
        name = text(keys["field"], scope.report, "`field`")
        return scope.events.field(name, keys["field"], of.types) if name else None
    if not keys.keys() & {*OPERATORS, *ON_THE_FIELD}:
        return None
    name = scope.vocabulary.parts.text
    if name is None:
        message = "`check` needs a `field`: the vocabulary does not say which field holds the text."
        scope.report.add("MISSING-KEY", message, node)
        return None
    return scope.events.field(name, keys.get("of", node), of.types)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the conditions of one check, on ``subject`` unless they say otherwise."""

    of: EventPattern
    subject: Subject | None
    scope: Scope

    def conditions(self, key: str, node: Node) -> Iterator[Condition]:
        """The conditions under one key: several under `where` and `passes`, else one; none where a mistake was
        reported."""
        if key == "where":
            yield from self._where(node)
        elif key == "separate":
            if boolean(node, self.scope.report, "`separate`") and self._has_addressees(key, node):
                yield Separate()
        elif key == "addressed_to":
            party = self.scope.party({key: node}, key)
            if party and self._has_addressees(key, node):
                yield AddressedTo(party)
        elif key == "passes" and self.subject is not None:
            yield from self._passes(node, self.subject)
        elif key in CHECK_KEYS and self.subject is not None:
            found = self._on_field(key, node, self.subject)
            if found:
                yield found

    def _has_addressees(self, key: str, node: Node) -> bool:
        """Whether an event that the check is about can have any."""
        fields = {name for group in self.scope.vocabulary.parts.addressees for name in group}
        if any(fields & self.scope.vocabulary.types[t].fields.keys() for t in self.of.types):
            return True
        message = f"`{key}` is about whom an event concerns; {listing(sorted(self.of.types), most=3)} has no addressee."
        self.scope.report.add("NEVER-ACTIVE", message, node)
        return False

    def _where(self, node: Node) -> Iterator[Condition]:
        """A condition for each key, so that a finding can name the one that is broken."""
        for entry in entries_of(node, self.scope.report, "`where`") or ():
            alone = MapNode((entry,), entry.location)
            pattern = self.scope.events.pattern(alone, self.of.types)
            if pattern is None:
                continue
            if not possible(pattern, self.scope.vocabulary) & self.of.types:
                message = "No event that this check is about can satisfy this."
                self.scope.report.add("NEVER-ACTIVE", message, entry.location)
            yield Content(pattern, f"{entry.key}: {written(entry.value)}")

    def _on_field(self, key: str, node: Node, subject: Subject) -> Condition | None:
        if key in OPERATORS:
            pattern = self.scope.events.conditions.operator(subject, key, node)
            return Content(pattern, f"{key}: {written(node)}") if pattern else None
        readers: Mapping[str, Callable[[Node, Subject], Condition | None]] = {
            "avoids": self._avoids,
            "bullets": self._bullets,
            "distinct": self._distinct,
            "cites": self._cites,
            "recent": self._recent,
        }
        return readers[key](node, subject) if key in readers and self._suits(key, node, subject) else None

    def _suits(self, key: str, node: Node, subject: Subject) -> bool:
        if key == "recent" and subject.type not in INSTANT_TYPES:
            message = f"`recent` needs a date; `{subject.name}` is none. Name one with `field`."
        elif key != "recent" and (not subject.holds_text or subject.type in LIST_TYPES):
            message = f"`{key}` looks into a text; `{subject.name}` is none. Name one with `field`."
        else:
            return True
        self.scope.report.add("WRONG-TYPE", message, node)
        return False

    def _avoids(self, node: Node, subject: Subject) -> Condition | None:
        found = self.scope.events.conditions.phrases.read(node, self.scope.report, "`avoids`")
        return Avoids(subject.name, *found) if found else None

    def _bullets(self, node: Node, subject: Subject) -> Condition | None:
        if not isinstance(node, MapNode) or not {entry.key for entry in node.entries} & set(BULLET_KEYS):
            count = range_of(node, self.scope.report, "`bullets`")
            return Bullets(subject.name, count) if count else None
        keys = keys_of(node, BULLET_KEYS, self.scope.report, "`bullets`") or {}
        count = range_of(keys["count"], self.scope.report, "`count`") if "count" in keys else Range()
        each = self._each_bullet(keys["each"]) if "each" in keys else None
        return Bullets(subject.name, count, each) if count else None

    def _each_bullet(self, node: Node) -> Pattern | None:
        keys = keys_of(node, OPERATORS, self.scope.report, "A condition on each bullet")
        if keys is not None and not keys:
            self.scope.report.add("BAD-VALUE", "The condition on each bullet is empty.", node)
        read = self.scope.events.conditions.operator
        parts = [read(BULLET, key, value) for key, value in (keys or {}).items() if key in OPERATORS]
        return together(parts) if parts else None

    def _distinct(self, node: Node, subject: Subject) -> Condition | None:
        return Distinct(subject.name) if boolean(node, self.scope.report, "`distinct`") else None

    def _cites(self, node: Node, subject: Subject) -> Condition | None:
        name = text(node, self.scope.report, "`cites`")
        known = self.scope.vocabulary.parts.citable
        if name is None or name in known:
            return Cites(subject.name, name) if name else None
        message = f"The vocabulary names nothing to cite that is called `{shortened(name)}`."
        self.scope.report.add("UNKNOWN-CITABLE", message, node, closest(name, known))
        return None

    def _passes(self, node: Node, subject: Subject) -> Iterator[Condition]:
        if not self._suits("passes", node, subject):
            return
        items = node.items if isinstance(node, ListNode) else (node,)
        if not items:
            self.scope.report.add("BAD-VALUE", "`passes` names no check. Name one, or take it out.", node)
        for item in items:
            name = text(item, self.scope.report, "`passes`")
            if name is None:
                continue
            known = self.scope.plugins().checks
            if name in known:
                yield Passes(subject.name, name, known[name].origin)
            else:
                message = f"No plugin that is installed has a check called `{shortened(name)}`."
                told = self.scope.plugins().failures
                self.scope.report.add("UNKNOWN-CHECK", message + told, item, closest(name, known))

    def _recent(self, node: Node, subject: Subject) -> Condition | None:
        within = duration(node, self.scope.report, "`recent`")
        return Recent(subject.name, within) if within else None
