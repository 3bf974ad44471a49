"""The merged files become a Rulebook: parameters are put in, names are looked up, every value gets its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from punctilio.model.rule import Calendar, Force, Kind, Party, Pattern, Reading, Rule, Rulebook
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import closest
from punctilio.rulebook.conditions import Conditions, Phrases, phrase_list, together
from punctilio.rulebook.content import check
from punctilio.rulebook.events import Events
from punctilio.rulebook.files import RuleFile
from punctilio.rulebook.fingerprint import fingerprint
from punctilio.rulebook.kinds import close, expect, limit, require
from punctilio.rulebook.merge import KINDS, Merged, RuleNode
from punctilio.rulebook.parameters import Ledger, Parameter, put_in, used_in
from punctilio.rulebook.scope import Keys, Scope
from punctilio.rulebook.values import Subject, attributes_of
from punctilio.shape import (
    Report,
    choice,
    is_empty,
    items_of,
    keys_of,
    listing,
    one_line,
    shortened,
    text,
)
from punctilio.value import Value, replaced
from punctilio.yaml_source import Entry, MapNode, Node

if TYPE_CHECKING:
    from punctilio.plugins.registry import Plugins

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_BUILDERS: Mapping[str, Callable[[Node, Scope], Kind | None]] = MappingProxyType(
    {"expect": expect, "require": require, "limit": limit, "check": check, "close": close}
)


class Builder(Value):
    """Builds a rulebook from merged files, and reports what is wrong with them."""

    merged: Merged
    files: tuple[RuleFile, ...]
    parameters: Mapping[str, Parameter]
    vocabulary: Vocabulary
    plugins: Callable[[], Plugins]
    report: Report

    def rulebook(self, name: str) -> Rulebook:
        parties = {entry.key: self._filled(entry) for entry in self.merged.named["parties"].values()}
        scope = self._scope(parties)
        for defined in sorted(scope.events.define):
            self._define(defined, scope)
        built_parties = {key: self._party(entry, scope) for key, entry in sorted(parties.items())}
        rules = [self._rule(rule, scope) for rule in (*self.merged.rules.values(), *self.merged.unnamed)]
        book = Rulebook(
            name=name,
            title=self._words("title", self.merged.main) or name,
            rules=tuple(sorted((rule for rule in rules if rule), key=lambda rule: rule.id)),
            vocabulary=self.vocabulary,
            parties=MappingProxyType({key: party for key, party in built_parties.items() if party}),
            calendar=self._calendar(),
            zone=self._zone(),
            files=tuple(file.name for file in self.files),
            folders=tuple(str(file.path.parent) for file in self.files),
        )
        self._words("about", self.merged.main)
        if "pack" in self.merged.main:
            one_line(self.merged.main["pack"], self.report, "`pack`")
        return replaced(book, hash=fingerprint(book)) if not self.report.problems else book

    # ── names ──

    def _scope(self, parties: Mapping[str, Entry]) -> Scope:
        ledger = Ledger()
        define = {key: self._filled(entry) for key, entry in self.merged.named["define"].items()}
        conditions = Conditions(self._phrases(ledger), self.report)
        return Scope(
            vocabulary=self.vocabulary,
            events=Events(self.vocabulary, define, conditions, self.report, ledger),
            parties={key: frozenset(used_in(entry.value)) for key, entry in parties.items()},
            templates={file.name: file.templates() for file in self.files},
            ledger=ledger,
            plugins=self.plugins,
            report=self.report,
        )

    def _filled(self, entry: Entry) -> Entry:
        return entry._replace(value=put_in(entry.value, self.parameters, self.report))

    def _phrases(self, ledger: Ledger) -> Phrases:
        filled = [self._filled(entry) for entry in self.merged.named["phrases"].values()]
        lists = {e.key: phrase_list(e.value, self.report, f"The phrase list `{e.key}`") for e in filled}
        return Phrases(lists, {e.key: frozenset(used_in(e.value)) for e in filled}, ledger)

    def _define(self, name: str, scope: Scope) -> None:
        entry = scope.events.define[name]
        if "." in name:
            message = f"`{shortened(name)}` has a dot, so it would be read as an event type. Choose a name without one."
            self.report.add("BAD-NAME", message, entry.location)
        scope.events.definition(name)

    def _party(self, entry: Entry, scope: Scope) -> Party | None:
        items = items_of(entry.value, self.report, f"The party `{entry.key}`")
        if items is not None and not items:
            self.report.add("BAD-VALUE", f"The party `{entry.key}` has no line, so nobody fits.", entry.value)
        attributes = {attribute.name: attribute for attribute in attributes_of(self.vocabulary)}
        lines = [self._line(item, attributes, scope) for item in items or ()]
        return Party(name=entry.key, lines=tuple(line for line in lines if line))

    def _line(self, node: Node, attributes: Mapping[str, Subject], scope: Scope) -> Pattern | None:
        """Conditions on the attributes of a person."""
        if not isinstance(node, MapNode) or not node.entries:
            keys_of(node, attributes, self.report, "A line of a party")
            if isinstance(node, MapNode):
                self.report.add("BAD-VALUE", "This line of a party is empty. Say what is noted of the person.", node)
            return None
        parts: list[Pattern | None] = []
        for entry in node.entries:
            if entry.key in attributes:
                parts.append(scope.events.conditions.on(attributes[entry.key], entry.value))
            else:
                meant = closest(entry.key, attributes)
                hint = "" if meant or not attributes else f" What is noted is {listing(attributes)}."
                message = f"Nothing called `{shortened(entry.key)}` is noted of people.{hint}"
                self.report.add("UNKNOWN-FIELD", message, entry.location, meant)
        return together(parts) if parts else None

    # ── rules ──

    def _rule(self, rule: RuleNode, scope: Scope) -> Rule | None:
        keys = {key: put_in(node, self.parameters, self.report) for key, node in rule.keys.items()}
        named = [key for key in KINDS if key in keys]
        if len(named) != 1:
            self._report_kinds(rule, named, keys)
        with scope.ledger.page() as used:
            kinds = [_BUILDERS[key](keys[key], scope) for key in named]
        kind = kinds[0] if kinds else None
        force = self._force(rule, keys, named)
        words = {key: self._words(key, keys) for key in ("title", "cite", "about")}
        if kind is None:
            return None
        used.update(name for node in keys.values() for name in used_in(node))
        readings = self._readings(used)
        return Rule(id=rule.id, kind=kind, location=rule.location, force=force, readings=readings, **words)

    def _report_kinds(self, rule: RuleNode, named: list[str], keys: Keys) -> None:
        if not named:
            message = f"This rule has no kind. Give it one: {listing(KINDS)}."
            self.report.add("KIND-COUNT", message, rule.changed or rule.location)
            return
        both = listing(named).replace(" or ", " and ")
        message = f"A rule has one kind; this one has {both}. Make two rules of it."
        entry = rule.node.entry(named[1])
        self.report.add("KIND-COUNT", message, entry.location if entry else keys[named[1]])

    def _force(self, rule: RuleNode, keys: Keys, named: list[str]) -> Force | None:
        if named == ["close"]:
            if "force" in keys:
                entry = rule.node.entry("force")
                message = "A close has no `force`: it says when a case is over. Take it out."
                self.report.add("CLOSE-FORCE", message, entry.location if entry else keys["force"])
            return None
        if "force" not in keys:
            if named:
                message = f"This rule needs the key `force`: {listing([*Force])}."
                self.report.add("MISSING-KEY", message, rule.changed or rule.location)
            return None
        word = choice(keys["force"], self.report, "`force`", [*Force])
        return next((force for force in Force if force == word), None)

    def _words(self, key: str, keys: Keys) -> str:
        return (text(keys[key], self.report, f"`{key}`") or "") if key in keys else ""

    def _readings(self, used: set[str]) -> tuple[Reading, ...]:
        found = (self.parameters[name] for name in sorted(used))
        return tuple(
            Reading(parameter=p.name, value=p.value.text, about=p.about, is_default=p.is_default)
            for p in found
            if p.value is not None
        )

    # ── zone and calendar ──

    def _zone(self) -> str | None:
        if self.merged.zone is None:
            return None
        node = put_in(self.merged.zone, self.parameters, self.report)
        name = text(node, self.report, "`zone`")
        if name is None:
            return None
        known = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
        if name not in known:
            meant = closest(name, known)
            hint = "" if meant else " Write one such as `America/New_York`."
            message = f"The time-zone data has no zone `{shortened(name)}`.{hint}"
            self.report.add("UNKNOWN-ZONE", message, node, meant)
        return name

    def _calendar(self) -> Calendar:
        keys = {key: put_in(node, self.parameters, self.report) for key, node in self.merged.calendar.items()}
        calendar = Calendar()
        if "weekend" in keys:
            days = items_of(keys["weekend"], self.report, "`weekend`") or ()
            named = [choice(day, self.report, "A day of the weekend", WEEKDAYS) for day in days]
            numbers = frozenset(WEEKDAYS.index(day) for day in named if day in WEEKDAYS)
            calendar = replaced(calendar, weekend=numbers)
            if len(numbers) == len(WEEKDAYS):
                message = "There is no business day left. Leave at least one day of the week out."
                self.report.add("BAD-VALUE", message, keys["weekend"])
        if "holidays" in keys and not is_empty(keys["holidays"]):
            items = items_of(keys["holidays"], self.report, "`holidays`") or ()
            dates = [self._date(item) for item in items]
            calendar = replaced(calendar, holidays=tuple(sorted({day for day in dates if day})))
        return calendar

    def _date(self, node: Node) -> date | None:
        written = text(node, self.report, "A holiday")
        if written is None:
            return None
        try:
            return datetime.strptime(written, "%Y-%m-%d").date()
        except ValueError:
            message = f"A holiday is a date such as `2026-12-25`; `{shortened(written)}` is none."
            self.report.add("BAD-VALUE", message, node)
            return None
