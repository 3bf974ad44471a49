"""What a rule can refer to, and the small readers that every kind shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from punctilio.model.rule import EventPattern, Key, While
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, PERSON_TYPES, Vocabulary
from punctilio.model.window import Bound, Duration, FieldBound
from punctilio.problems import closest
from punctilio.rulebook.events import Events
from punctilio.rulebook.parameters import Ledger
from punctilio.shape import Report, duration, integer, items_of, keys_of, listing, shortened, text
from punctilio.yaml_source import Node, ScalarNode

if TYPE_CHECKING:
    from punctilio.plugins.registry import Plugins

WHILE_KEYS = ("after", "until", "for")
Keys = Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that are known, and where problems go. ``parties`` gives the parameters that went into each party;
    ``templates`` the message templates that a file (by name) may use; ``plugins`` what is installed, loaded when it is
    first asked for."""

    vocabulary: Vocabulary
    events: Events
    parties: Mapping[str, frozenset[str]]
    templates: Mapping[str, tuple[str, ...]]
    ledger: Ledger
    plugins: Callable[[], Plugins]
    report: Report

    # ── optional keys, by name ──

    def event(self, keys: Keys, key: str) -> EventPattern | None:
        return self.events.event(keys[key], f"`{key}`") if key in keys else None

    def duration(self, keys: Keys, key: str) -> Duration | None:
        return duration(keys[key], self.report, f"`{key}`") if key in keys else None

    def integer(self, keys: Keys, key: str, minimum: int) -> int | None:
        return integer(keys[key], self.report, f"`{key}`", minimum) if key in keys else None

    def needs(self, keys: Keys, key: str, others: tuple[str, ...], says: str) -> None:
        """Reports a key that ``says`` something about another one of which none is there."""
        if key in keys and not any(other in keys for other in others):
            self.report.add("NEEDS-KEY", f"`{key}` says {says}. Write {listing(others)} too.", keys[key])

    def party(self, keys: Keys, key: str) -> str | None:
        """A party that `parties` defines."""
        name = text(keys[key], self.report, f"`{key}`") if key in keys else None
        if name is None:
            return None
        if name not in self.parties:
            meant = closest(name, self.parties)
            hint = "" if meant else " Define it there first."
            self.report.add("UNKNOWN-PARTY", f"`parties` has no `{shortened(name)}`.{hint}", keys[key], meant)
            return None
        self.ledger.note(self.parties[name])
        return name

    def instant_field(self, keys: Keys, key: str, of: EventPattern | None) -> str | None:
        """An instant or deadline field of every event in question."""
        name = text(keys[key], self.report, f"`{key}`") if key in keys else None
        return name if name is None or self._is_instant(name, keys[key], key, of) else None

    def bound(self, keys: Keys, key: str, of: EventPattern | None) -> Bound | None:
        """A length of time, or the name of an instant field of the trigger."""
        node = keys.get(key)
        if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
            return self.duration(keys, key)
        if not _is_name(node.value) and node.value not in self.vocabulary.fields():
            return self.duration(keys, key)
        return FieldBound(node.value) if self._is_instant(node.value, node, key, of) else None

    def during(self, keys: Keys) -> While | None:
        """The intervals under `while`."""
        if "while" not in keys:
            return None
        inner = keys_of(keys["while"], WHILE_KEYS, self.report, "`while`")
        if inner is None:
            return None
        after, until = self.event(inner, "after"), self.event(inner, "until")
        if "after" not in inner and "until" not in inner and "for" not in inner:
            self.report.add("MISSING-KEY", f"`while` says nothing. Write {listing(WHILE_KEYS)}.", keys["while"])
        self.needs(inner, "for", ("after",), "how long after an event")
        return While(after=after, until=until, lasts=self.bound(inner, "for", after))

    def key(self, keys: Keys, of: EventPattern | None, default: Key = ()) -> Key:
        """The fields under `per`, beside the case, sorted."""
        if "per" not in keys:
            return default
        items = items_of(keys["per"], self.report, "`per`") or ()
        return self._key([(text(item, self.report, "A field of `per`"), item) for item in items], of)

    def _key(self, names: list[tuple[str | None, Node]], of: EventPattern | None) -> Key:
        found: set[str] = set()
        for name, node in names:
            if name in found:
                self.report.add("BAD-VALUE", f"`per` names `{name}` twice. Take one out.", node)
            elif name is not None and name != "case" and self._is_key(name, node, of):
                found.add(name)
        return tuple(sorted(found))

    def _is_key(self, name: str, node: Node, of: EventPattern | None) -> bool:
        without = [t for t in sorted(of.types) if not self.vocabulary.declares(t, name)] if of else []
        if of is None:
            return True
        if not without:
            return self._is_single(name, node, of)
        known = ["case", *self.fields_of_all(of)]
        known += ["person"] if all(self.vocabulary.declares(t, "person") for t in of.types) else []
        message = f"`{shortened(name)}` is no field of {listing(without, most=3)}, so it cannot be in `per`."
        self.report.add("UNKNOWN-FIELD", message, node, closest(name, known))
        return False

    def _is_single(self, name: str, node: Node, of: EventPattern) -> bool:
        """Whether the field holds one value, by which events can be matched; the key `person` does always."""
        kind = self.vocabulary.field_type(name)
        if name == "person" or kind not in LIST_TYPES:
            return True
        message = f"`{shortened(name)}` is a list, so it cannot be in `per`, which matches events by one value."
        meant = "person" if kind == "people" and all(self.vocabulary.declares(t, "person") for t in of.types) else None
        self.report.add("WRONG-TYPE", message, node, meant)
        return False

    def each(self, keys: Keys, of: EventPattern | None) -> str | None:
        """A field of people that every trigger has."""
        name = text(keys["each"], self.report, "`each`") if "each" in keys else None
        if name is None or of is None:
            return name
        known = self.fields_of_all(of, PERSON_TYPES)
        if name in known:
            return name
        message = f"`each` needs a field of people that {_every(of)} has; `{shortened(name)}` is none."
        self.report.add("UNKNOWN-FIELD", message, keys["each"], closest(name, known))
        return None

    # ── fields of events ──

    def _is_instant(self, name: str, node: Node, key: str, of: EventPattern | None) -> bool:
        if of is None or name == "at":
            return True
        known = ["at", *self.fields_of_all(of, INSTANT_TYPES)]
        if name not in known:
            meant = closest(name, known)
            hint = "" if meant else f" Write {listing(known)}."
            message = f"`{key}` needs a date or instant field that {_every(of)} has; `{shortened(name)}` is none.{hint}"
            self.report.add("UNKNOWN-FIELD", message, node, meant)
        return name in known

    def fields_of_all(self, of: EventPattern, types: frozenset[str] | None = None) -> list[str]:
        """The fields that every one of the event types has."""
        each = [self.vocabulary.types[t].fields for t in sorted(of.types)]
        shared = set(each[0]).intersection(*each[1:])
        return sorted(name for name in shared if types is None or each[0][name].type in types)


def _is_name(written: str) -> bool:
    """Whether this is meant as the name of a field and not as a length of time."""
    return bool(written.strip()) and not any(c.isdigit() for c in written) and " " not in written.strip()


def _every(of: EventPattern) -> str:
    return listing(sorted(of.types), most=3).replace(" or ", " and ")
