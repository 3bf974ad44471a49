"""The closed vocabulary, from the `vocabulary` sections of the files, the later over the earlier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from punctilio.location import Location
from punctilio.model.vocabulary import FIELD_TYPES, EventType, Field, FieldType, Parts, Vocabulary, built_in_types
from punctilio.problems import closest
from punctilio.rulebook.contradiction import EVERY_EVENT
from punctilio.rulebook.events import JOINTS
from punctilio.rulebook.files import Reader, RuleFile, is_path
from punctilio.rulebook.parts import PartsReader
from punctilio.shape import (
    Report,
    boolean,
    choice,
    is_empty,
    items_of,
    keys_of,
    listing,
    section,
    shortened,
    text,
    texts,
)
from punctilio.value import replaced
from punctilio.yaml_source import Entry, MapNode, Node, ScalarNode

DEFAULT = "interviews"
KEYS = ("name", "about", "extends", "events", "parts")
EVENT_KEYS = ("about", "begins", "like", "fields")
FIELD_KEYS = ("type", "required", "values", "also", "default", "about")
RESERVED = frozenset({*EVERY_EVENT, *JOINTS, "recorded_at"})
_WITH_DEFAULT = ("string", "text", "enum", "person")


Layer = tuple[RuleFile, Node]
"""A `vocabulary` section, and the file that it stands in."""


def vocabulary_of(layers: Iterable[Layer], report: Report) -> Vocabulary:
    """The vocabulary that the sections (the inherited first) make together."""
    draft = _Draft(report)
    for file, section_of_file in layers:
        draft.add(section_of_file, file.name)
    return draft.vocabulary()


def layers_of(files: Iterable[RuleFile], reader: Reader) -> tuple[Layer, ...]:
    """The vocabulary sections of the files (the inherited first), each once. A file that neither has nor inherits any
    speaks of interviews."""
    found: dict[str, Layer] = {}
    for file in files:
        own = file.sections.get("vocabulary")
        if own is not None and not is_empty(own):
            _collect(file, own, found, reader)
        elif not file.extends and DEFAULT not in found:
            default = reader.vocabulary(DEFAULT, Location(file.name))
            if default is not None:
                _collect(default, default.sections["vocabulary"], found, reader)
    return tuple(found.values())


def _collect(file: RuleFile, own: Node, found: dict[str, Layer], reader: Reader) -> None:
    extends = own.get("extends") if isinstance(own, MapNode) else None
    for item in () if extends is None or is_empty(extends) else items_of(extends, reader.report, "`extends`") or ():
        reference = text(item, reader.report, "An entry of `extends`")
        if reference is None:
            continue
        by_path = is_path(reference)
        base = reader.beside(reference, file.path, file.name, item) if by_path else reader.vocabulary(reference, item)
        if base is not None and base.name != file.name and base.name not in found:
            section_of_base = base.sections.get("vocabulary")
            if section_of_base is None:
                reader.report.add("UNKNOWN-VOCABULARY", f"`{reference}` has no `vocabulary`.", item)
            else:
                _collect(base, section_of_base, found, reader)
    found.setdefault(file.name, (file, own))


@dataclass(slots=True)
class _Draft:
    """A vocabulary that is being put together."""

    report: Report
    name: str = ""
    types: dict[str, EventType] = field(default_factory=built_in_types)
    fields: dict[str, Field] = field(default_factory=dict[str, Field])
    parts: list[Node] = field(default_factory=list[Node])

    def __post_init__(self) -> None:
        self.fields = {f.name: f for t in self.types.values() for f in t.fields.values()}

    def vocabulary(self) -> Vocabulary:
        reader = PartsReader(MappingProxyType(dict(self.types)), self.report)
        parts = Parts()
        for node in self.parts:
            parts = reader.over(parts, node)
        return Vocabulary(name=self.name, types=reader.types, parts=parts)

    def add(self, layer: Node, file: str) -> None:
        keys = keys_of(layer, KEYS, self.report, "A vocabulary") or {}
        if "name" in keys:
            self.name = text(keys["name"], self.report, "The name of a vocabulary") or self.name
        self.name = self.name or file
        for entry in section(keys.get("events"), self.report, "`events`"):
            self.event(entry)
        if "parts" in keys and not is_empty(keys["parts"]):
            self.parts.append(keys["parts"])

    def event(self, entry: Entry) -> None:
        name = entry.key
        what = f"The event type `{shortened(name)}`"
        if name in built_in_types():
            self.report.add("BAD-NAME", f"{what} is the engine's own and cannot be changed.", entry.location)
            return
        keys = {} if is_empty(entry.value) else keys_of(entry.value, EVENT_KEYS, self.report, what) or {}
        known = self.types.get(name, EventType(name=name, fields=MappingProxyType({})))
        fields = {**known.fields, **self.borrowed(keys.get("like"))}
        for one in section(keys.get("fields"), self.report, "`fields`"):
            found = self.field(one, fields.get(one.key))
            if found is not None:
                fields[found.name] = found
        about = text(keys["about"], self.report, f"The `about` of `{name}`") if "about" in keys else None
        begins = self.begins(keys["begins"], fields) if "begins" in keys else known.begins
        self.types[name] = EventType(
            name=name, fields=MappingProxyType(fields), begins=begins, about=about or known.about
        )

    def borrowed(self, node: Node | None) -> Mapping[str, Field]:
        """The fields of the event type that this one is like."""
        name = choice(node, self.report, "`like`", tuple(self.types)) if node is not None else None
        return self.types[name].fields if name in self.types else {}

    def begins(self, node: Node, fields: Mapping[str, Field]) -> str | None:
        instants = tuple(f.name for f in fields.values() if f.type == "instant")
        name = text(node, self.report, "`begins`")
        if name is None or name in instants:
            return name
        message = f"`begins` names an instant field of its event; `{shortened(name)}` is none."
        self.report.add("UNKNOWN-FIELD", message, node, closest(name, instants))
        return None

    def field(self, entry: Entry, before: Field | None) -> Field | None:
        """A field of an event, which has it ``before`` where what it inherits does."""
        name = entry.key
        if name in RESERVED or "." in name:
            reason = "has a dot" if "." in name else "means something else in patterns"
            self.report.add("BAD-NAME", f"No field can be called `{shortened(name)}`: that {reason}.", entry.location)
            return None
        found = self.described(entry, before)
        if found is None:
            return None
        known = self.fields.setdefault(name, found)
        if known.type != found.type:
            message = f"`{name}` is {known.type} in another event. A name has one type everywhere; choose another name."
            self.report.add("FIELD-CONFLICT", message, entry.location)
            return replaced(found, type=known.type, values=known.values)
        return found

    def described(self, entry: Entry, before: Field | None) -> Field | None:
        name, node = entry.key, entry.value
        if not isinstance(node, MapNode):
            kind = self.type(node, name)
            if kind == "enum":
                self.report.add("MISSING-KEY", "An enum needs its values: `{type: enum, values: […]}`.", node)
            return Field(name=name, type=kind) if kind else None
        keys = keys_of(node, FIELD_KEYS, self.report, f"The field `{name}`", ("type",)) or {}
        kind = self.type(keys["type"], name) if "type" in keys else None
        if kind is None:
            return None
        if kind == "enum" and "also" in keys:
            return self.extended(name, keys, before)
        if "also" in keys:
            self.report.add("NEEDS-KEY", "Only a field of type `enum` has `also`.", keys["also"])
        found = Field(
            name=name,
            type=kind,
            required=bool("required" in keys and boolean(keys["required"], self.report, "`required`")),
            values=self.values(keys.get("values"), kind, node),
            about=(text(keys["about"], self.report, f"The `about` of `{name}`") if "about" in keys else None) or "",
        )
        return replaced(found, default=self.default(keys["default"], found)) if "default" in keys else found

    def extended(self, name: str, keys: Mapping[str, Node], before: Field | None) -> Field | None:
        """An enum that can be more than it could before, and is otherwise as it was."""
        more = texts(keys["also"], self.report, "`also`") or ()
        for key in ("values", "required", "default"):
            if key in keys:
                self.report.add(
                    "NEEDS-KEY", f"With `also`, a field keeps its `{key}`. Leave one of them out.", keys[key]
                )
        if before is None or before.type != "enum":
            message = (
                f"`also` adds to what an enum can be already, and this event has no such field `{shortened(name)}`."
            )
            self.report.add("UNKNOWN-FIELD", message, keys["also"])
            return Field(name=name, type="enum", values=more)
        about = text(keys["about"], self.report, f"The `about` of `{name}`") if "about" in keys else None
        return replaced(before, values=tuple(dict.fromkeys((*before.values, *more))), about=about or before.about)

    def type(self, node: Node, name: str) -> FieldType | None:
        found = text(node, self.report, f"The type of `{name}`")
        if found is None:
            return None
        for known in FIELD_TYPES:
            if known == found:
                return known
        meant = closest(found, FIELD_TYPES)
        listed = "" if meant else f" Write {listing(FIELD_TYPES)}."
        self.report.add("BAD-VALUE", f"There is no field type `{shortened(found)}`.{listed}", node, meant)
        return next((t for t in FIELD_TYPES if t == meant), None)

    def values(self, node: Node | None, kind: FieldType, field_node: Node) -> tuple[str, ...]:
        if kind != "enum":
            if node is not None:
                self.report.add("NEEDS-KEY", "Only a field of type `enum` has `values`.", node)
            return ()
        if node is None:
            self.report.add("MISSING-KEY", "An enum needs its `values`.", field_node)
            return ()
        return texts(node, self.report, "`values`") or ()

    def default(self, node: Node, found: Field) -> str | None:
        if found.type not in _WITH_DEFAULT or not isinstance(node, ScalarNode):
            self.report.add("BAD-VALUE", f"A field of type {found.type} cannot have this default.", node)
            return None
        if found.type == "enum":
            return choice(node, self.report, "The default", found.values)
        return text(node, self.report, "The default")
