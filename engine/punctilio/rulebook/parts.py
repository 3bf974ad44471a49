"""Which event types and fields play the engine's parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from punctilio.model.vocabulary import (
    INSTANT_TYPES,
    PERSON_TYPES,
    Citable,
    Drafts,
    EventType,
    Facts,
    FieldOf,
    Parts,
    People,
    TakesBack,
)
from punctilio.problems import closest
from punctilio.rulebook.conditions import OPERATORS
from punctilio.rulebook.values import known_type
from punctilio.shape import Report, items_of, keys_of, listing, section, shortened, text, texts
from punctilio.value import replaced
from punctilio.yaml_source import Entry, Node

KEYS = (
    "case_zone", "deadline_zone", "people", "addressees", "takes_back", "drafts", "citable", "facts", "text",
    "identity", "stop_words",
)  # fmt: skip
PEOPLE_KEYS = ("event", "key", "attributes", "exclusive", "name")
TAKES_BACK_KEYS = ("event", "of", "key", "by")
DRAFT_KEYS = ("event", "of", "same")
CITABLE_KEYS = ("event", "quote", "date", "words", "each")
FACTS_KEYS = ("event", "each")
_OTHER_FACTS = frozenset({"people", "person", "rule", "through", "trigger"})
"""What templates call by these names does not come from one event."""
_WORD = re.compile("[a-z][a-z0-9_]*")
_TEXTS = frozenset({"string", "text"})
_WORDY = frozenset({"string", "text", "strings"})


@dataclass(frozen=True, slots=True)
class PartsReader:
    """Reads `parts` over the event types they speak of."""

    types: Mapping[str, EventType]
    report: Report

    def over(self, base: Parts, node: Node) -> Parts:
        """The parts of ``base``, replaced by those that ``node`` names."""
        keys = keys_of(node, KEYS, self.report, "`parts`") or {}
        changes: dict[str, Any] = {key: self._part(key, value) for key, value in keys.items() if key in KEYS}
        for key, known in (("citable", base.citable), ("facts", base.facts)):
            if key in changes:
                changes[key] = MappingProxyType({**known, **changes[key]})
        return replaced(base, **changes)

    def _part(self, key: str, node: Node) -> object:
        match key:
            case "case_zone" | "deadline_zone":
                return self._field_of(node, key)
            case "people":
                return self._people(node)
            case "addressees":
                return self._addressees(node)
            case "takes_back":
                return self._takes_back(node)
            case "drafts":
                return self._drafts(node)
            case "citable":
                entries = section(node, self.report, "`citable`")
                return {entry.key: citable for entry in entries if (citable := self._citable(entry))}
            case "facts":
                entries = section(node, self.report, "`facts`")
                return {entry.key: facts for entry in entries if (facts := self._facts(entry))}
            case "text" | "identity":
                return self._name(node, self._all_fields(_TEXTS), f"`{key}`")
            case _:
                return frozenset(word.lower() for word in texts(node, self.report, "`stop_words`") or ())

    def _field_of(self, node: Node, what: str) -> FieldOf | None:
        keys, event = self._keys(node, ("event", "field"), ("event", "field"), f"`{what}`")
        field = self._field(keys.get("field"), event, _TEXTS)
        return FieldOf(event=event, field=field) if event and field else None

    def _people(self, node: Node) -> People | None:
        keys, event = self._keys(node, PEOPLE_KEYS, ("event", "key", "attributes"), "`people`")
        key = self._field(keys.get("key"), event, frozenset({"person"}))
        usable = [name for name in self._fields_of(event) if name not in OPERATORS] if event else None
        attributes = self._names(keys.get("attributes"), usable, "`attributes`")
        flags = self._fields_of(event, frozenset({"boolean"}))
        alone = [name for name in attributes if name in flags] if attributes else None
        exclusive = self._names(keys.get("exclusive"), alone, "`exclusive`")
        name = self._name(keys["name"], attributes, "`name`") if "name" in keys else None
        if not event or not key:
            return None
        return People(event=event, key=key, attributes=attributes, exclusive=exclusive, name=name)

    def _addressees(self, node: Node) -> tuple[tuple[str, ...], ...]:
        known = self._all_fields(PERSON_TYPES)
        groups = items_of(node, self.report, "`addressees`") or ()
        return tuple(self._names(group, known, "A group of `addressees`") for group in groups)

    def _takes_back(self, node: Node) -> TakesBack | None:
        keys, event = self._keys(node, TAKES_BACK_KEYS, TAKES_BACK_KEYS, "`takes_back`")
        of = self._type(keys.get("of"))
        key = self._field(keys.get("key"), of, _TEXTS)
        by = self._names(keys.get("by"), self._fields_of(event, _TEXTS) if event else None, "`by`")
        return TakesBack(event=event, of=of, key=key, by=by) if event and of and key else None

    def _drafts(self, node: Node) -> Drafts | None:
        keys, event = self._keys(node, DRAFT_KEYS, DRAFT_KEYS, "`drafts`")
        of = self._type(keys.get("of"))
        known = [name for name in self._fields_of(event) if name in self._fields_of(of)] if event and of else None
        groups = items_of(keys["same"], self.report, "`same`") if "same" in keys else None
        same = tuple(self._names(group, known, "A list of `same`") for group in groups or ())
        return Drafts(event=event, of=of, same=same) if event and of else None

    def _citable(self, entry: Entry) -> Citable | None:
        keys, event = self._keys(entry.value, CITABLE_KEYS, ("event",), f"`{entry.key}`")
        if not event:
            return None
        wanted = {"quote": _TEXTS, "date": INSTANT_TYPES, "words": _WORDY, "each": PERSON_TYPES}
        ways = {way: self._field(keys.get(way), event, types) for way, types in wanted.items()}
        if not keys.keys() & {"quote", "date", "words"}:
            message = f"`{entry.key}` says no way to cite it. Name a field for `quote`, `date` or `words`."
            self.report.add("MISSING-KEY", message, entry.location)
        return Citable(name=entry.key, event=event, **ways)

    def _facts(self, entry: Entry) -> Facts | None:
        if not _WORD.fullmatch(entry.key) or entry.key in _OTHER_FACTS:
            why = "means something else in templates" if entry.key in _OTHER_FACTS else "is no word of small letters"
            message = f"No facts can be called `{shortened(entry.key)}`: that {why}."
            self.report.add("BAD-NAME", message, entry.location)
            return None
        keys, event = self._keys(entry.value, FACTS_KEYS, ("event",), f"`{entry.key}`")
        each = self._field(keys.get("each"), event, PERSON_TYPES)
        return Facts(name=entry.key, event=event, each=each) if event else None

    # ── names ──

    def _keys(
        self, node: Node, known: Collection[str], required: Collection[str], what: str
    ) -> tuple[dict[str, Node], str | None]:
        """The values by key, and the event type under `event`."""
        keys = keys_of(node, known, self.report, what, required) or {}
        return keys, self._type(keys.get("event"))

    def _type(self, node: Node | None) -> str | None:
        return known_type(node, self.types, self.report) if node is not None else None

    def _field(self, node: Node | None, event: str | None, types: Collection[str]) -> str | None:
        """A field of the event, of one of the types. Of an unknown event nothing more is said."""
        if node is None or event is None:
            return None
        return self._name(node, self._fields_of(event, types), f"A field of `{event}`")

    def _names(self, node: Node | None, known: Collection[str] | None, what: str) -> tuple[str, ...]:
        """Names out of those that are known; where these are not (None), nothing is said."""
        items = items_of(node, self.report, what) if node is not None else None
        names = (self._name(item, known, f"An entry of {what}") for item in items or ()) if known is not None else ()
        return tuple(name for name in names if name is not None)

    def _name(self, node: Node, known: Collection[str], what: str) -> str | None:
        name = text(node, self.report, what)
        if name is None or name in known:
            return name
        meant = closest(name, known)
        hint = f" It can be {listing(known)}." if known and not meant else ""
        self.report.add("UNKNOWN-FIELD", f"`{shortened(name)}` is no field that can stand here.{hint}", node, meant)
        return meant

    def _fields_of(self, event: str | None, types: Collection[str] | None = None) -> list[str]:
        fields = self.types[event].fields.values() if event is not None and event in self.types else ()
        return [f.name for f in fields if types is None or f.type in types]

    def _all_fields(self, types: Collection[str]) -> list[str]:
        return sorted({name for event in self.types for name in self._fields_of(event, types)})
