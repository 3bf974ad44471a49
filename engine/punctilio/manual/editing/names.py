"""The names that rule files can use: of the vocabulary, of what they extend, of their own and of plugins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources as package_resources

from punctilio import resources
from punctilio.model.rule import Rule
from punctilio.model.vocabulary import INSTANT_TYPES, PERSON_TYPES, Field, Vocabulary
from punctilio.plugins.registry import Plugins
from punctilio.rulebook.files import in_line
from punctilio.rulebook.load import Loaded
from punctilio.rulebook.merge import RuleNode, merged
from punctilio.rulebook.parameters import Parameter
from punctilio.shape import Report, written
from punctilio.value import Value

Described = Mapping[str, str]
"""Names, each with what there is to say of it."""


class Names(Value, kw_only=True):
    """Everything that can be named, with a description. ``inherited`` are the rules, and ``settable`` the parameters,
    that a file can change: those which come with what it extends."""

    vocabulary: Vocabulary
    events: Described
    definitions: Described
    parties: Described
    phrases: Described
    parameters: tuple[Parameter, ...]
    settable: tuple[Parameter, ...]
    rules: Mapping[str, Rule]
    inherited: Mapping[str, RuleNode]
    templates: Described
    checks: Described
    packs: Described
    vocabularies: Described
    zones: tuple[str, ...]
    files: tuple[str, ...]

    def fields(self, types: Iterable[str] | None = None) -> dict[str, Field]:
        """The fields of all event types, by name, of some types only; the values of an enum are those of all events."""
        wanted = frozenset(types) if types is not None else None
        found: dict[str, Field] = {}
        for event in self.vocabulary.types.values():
            for field in event.fields.values():
                if wanted is None or field.type in wanted:
                    found[field.name] = _joined(found.get(field.name), field)
        return dict(sorted(found.items()))

    @property
    def attributes(self) -> dict[str, Field]:
        """What is noted of people."""
        people = self.vocabulary.parts.people
        if people is None or people.event not in self.vocabulary.types:
            return {}
        fields = self.vocabulary.types[people.event].fields
        return {name: fields[name] for name in people.attributes if name in fields}

    @property
    def instants(self) -> Described:
        """The fields that hold a date or an instant."""
        return {"at": "When it happened.", **_told(self.fields(INSTANT_TYPES))}

    @property
    def people(self) -> Described:
        """The fields that hold people."""
        return _told(self.fields(PERSON_TYPES))


def names_of(loaded: Loaded, plugins: Plugins) -> Names:
    """The names of a rulebook, and of what is installed."""
    book = loaded.rulebook
    own = _own(loaded)
    rules = {rule.id: rule for rule in book.rules}
    below = in_line(one for file in loaded.files if file.name in own for one in file.extends)
    parameters = tuple(loaded.parameters[name] for name in sorted(loaded.parameters))
    return Names(
        vocabulary=book.vocabulary,
        events={name: kind.about for name, kind in book.vocabulary.types.items()},
        definitions=_written(loaded, "define"),
        parties=_written(loaded, "parties"),
        phrases=_written(loaded, "phrases"),
        parameters=parameters,
        settable=tuple(one for one in parameters if one.file not in own),
        rules=rules,
        inherited=merged(below if own else loaded.files, Report()).rules,  # what this very file switches off, too
        templates=dict.fromkeys(sorted({name for file in loaded.files for name in file.templates()}), ""),
        checks={name: str(one.origin) for name, one in sorted(plugins.checks.items())},
        packs={**dict.fromkeys(resources.packs(), "Bundled."), **_origins(plugins.packs)},
        vocabularies={**dict.fromkeys(resources.vocabularies(), "Bundled."), **_origins(plugins.vocabularies)},
        zones=tuple(package_resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()),
        files=tuple(sorted({file.path.name for file in loaded.files if not file.is_bundled})),
    )


def _own(loaded: Loaded) -> frozenset[str]:
    """The files that nothing extends: what they declare is theirs, and no other file has changed it."""
    extended = {one.name for file in loaded.files for one in in_line(file.extends)}
    return frozenset(file.name for file in loaded.files if not file.is_bundled and file.name not in extended)


def _written(loaded: Loaded, section: str) -> Described:
    return {entry.key: written(entry.value) for entry in loaded.merged.named[section].values()}


def _origins(registered: Mapping[str, object]) -> Described:
    return {name: str(getattr(one, "origin", "")) for name, one in sorted(registered.items())}


def _told(fields: Mapping[str, Field]) -> Described:
    return {name: field.about for name, field in fields.items()}


def _joined(known: Field | None, field: Field) -> Field:
    if known is None:
        return field
    values = tuple(dict.fromkeys((*known.values, *field.values)))
    return Field(name=field.name, type=field.type, values=values, about=known.about or field.about)
