"""The schema of rule files, with the names that a file may use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from punctilio.logs.event_schema import pointer
from punctilio.manual.editing.names import Described, Names
from punctilio.manual.editing.patches import patch_of
from punctilio.manual.editing.pieces import (
    Schema,
    described,
    field_words,
    friendly,
    offered,
    one_of,
    uses,
    values_of,
    without,
)
from punctilio.model.vocabulary import PERSON_TYPES, Field
from punctilio.published import RULES, schema_of
from punctilio.rulebook.contradiction import EVERY_EVENT
from punctilio.rulebook.merge import KINDS, RuleNode
from punctilio.rulebook.parameters import Parameter
from punctilio.shape import written

_RENEW: Final = "If it is new, write the schema anew: `rules schema`."
_UNKNOWN_EVENT: Final = f"The vocabulary has no such event type. {_RENEW}"
_SKELETONS: Final[Mapping[str, Any]] = {
    "expect": {"when": "${1:event}", "until": "${2:event}", "window": {"due": "${3:24 hours}"}},
    "require": {"of": "${1:event}", "after": "${2:event}"},
    "limit": {"of": "${1:event}", "per": ["case"], "at_most": 1},
    "check": {"of": "${1:event}", "words": {"lte": 200}},
    "close": {"when": "${1:event}", "status": "${2:closed}"},
}
"""What is written when a kind is chosen, to be gone through with the tabulator."""


def rule_schema(names: Names) -> Schema:
    """The schema of a rule file that builds on these rules."""
    schema: Schema = friendly(schema_of(RULES))
    defs: Schema = schema["$defs"]
    _name_events(defs, names)
    _name_values(defs, names)
    _name_in_kinds(defs, names)
    properties: Schema = schema["properties"]
    properties["extends"]["items"] |= offered(names.packs)
    properties["zone"] |= {"examples": list(names.zones), "if": {"pattern": "^[^$]"}, "then": _zones(names)}
    properties["vocabulary"]["properties"]["extends"]["items"] |= offered(names.vocabularies)
    properties["parties"]["additionalProperties"]["items"] |= {
        "properties": {name: _condition(field, names) for name, field in names.attributes.items()},
        "additionalProperties": False,
    }
    properties["parameters"] |= _parameters(names)
    properties["overrides"] |= _overrides(defs, names)
    defs["vocabularyEvent"]["properties"]["like"] |= offered(names.events)
    return schema


def _zones(names: Names) -> Schema:
    return {"enum": list(names.zones), "errorMessage": "The time-zone data has no such zone."}


# ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name_events(defs: Schema, names: Names) -> None:
    """Event types and definitions wherever an event is asked for, and fields in patterns."""
    fields = {**names.fields(), **_BASE}
    conditions = {name: _condition(field, names) for name, field in fields.items()}
    event = defs["event"]
    event |= offered({**names.definitions, **names.events, **uses(names.parameters, ["string"])})
    event |= {"if": {"type": "string", "pattern": "^[^$].*\\."}, "then": _known_event(names)}
    event["properties"] = {**event["properties"], **conditions, "type": _type(event["properties"]["type"], names)}
    event["additionalProperties"] = False
    where = defs["check"]["properties"]["where"]
    same = {name: {"$ref": f"#/$defs/event/properties/{pointer(name)}"} for name in conditions}
    where["properties"] = {**where["properties"], **same}
    where["additionalProperties"] = False


_BASE: Final[Mapping[str, Field]] = {
    "case": Field(name="case", type="string", about="The case that the event belongs to."),
    "at": Field(name="at", type="instant", about="When it happened."),
    "id": Field(name="id", type="string", about="The event's own id."),
}
assert _BASE.keys() | {"type"} == EVERY_EVENT


def _known_event(names: Names) -> Schema:
    return {"title": "Event", "enum": list(names.events), "errorMessage": _UNKNOWN_EVENT}


def _type(schema: Schema, names: Names) -> Schema:
    known = one_of(names.events, "Type", _UNKNOWN_EVENT)
    return _over(_CONDITION, {**without(schema, "$ref"), **known, "items": known})


def _condition(field: Field, names: Names) -> Schema:
    """What can be asked of a field."""
    values = values_of(field)
    known = one_of(values, field.name, f"`{field.name}` is never this. {_RENEW}") if values else {}
    attributes = names.attributes if field.type in PERSON_TYPES else {}
    noted = {name: _condition(one, names) for name, one in attributes.items() if one.type not in PERSON_TYPES}
    own: Schema = {"title": field.name, **described(field_words(field)), **known}
    own |= {"items": known} if known else {}
    own |= {"properties": noted} if noted else {}
    own |= {"examples": [True, False]} if field.type == "boolean" else {}
    return _over(_CONDITION, own)


_CONDITION: Final[Schema] = {"$ref": "#/$defs/condition"}


def _over(schema: Schema, own: Schema) -> Schema:
    """Both; what is its own comes first, since editors explain a word by the first schema that says anything."""
    return {"allOf": [own, schema]}


# ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name_values(defs: Schema, names: Names) -> None:
    """Parameters, phrase lists and fields, wherever a value may be one of them."""
    durations = uses(names.parameters, ["duration"])
    numbers = uses(names.parameters, ["integer", "number"])
    defs["phrases"] |= offered({**names.phrases, **uses(names.parameters, ["string"])})
    defs["duration"] |= offered(durations)
    defs["bound"] |= offered({**names.instants, **durations})
    defs["range"] |= offered(numbers)
    defs["limit"]["properties"]["at_most"] |= offered(numbers)
    for kind in ("expect", "close"):
        defs[kind]["properties"]["nth"] |= offered(numbers)
    action = defs["action"]
    own = {name: _written(field) for name, field in names.fields().items() if name not in action["properties"]}
    action["properties"] = {**action["properties"], **own}
    action["additionalProperties"] = False


def _written(field: Field) -> Schema:
    """A field of an action that is proposed."""
    values = values_of(field)
    known = one_of(values, field.name, f"`{field.name}` is never this. {_RENEW}") if values else {}
    return {
        "title": field.name,
        **described(field_words(field)),
        "type": ["string", "number", "boolean", "array"],
        **known,
    }


def _name_in_kinds(defs: Schema, names: Names) -> None:
    """Names that one key asks for."""
    action, window, check = (defs[name]["properties"] for name in ("action", "window", "check"))
    action["type"] |= one_of(names.events, "Type", _UNKNOWN_EVENT)
    action["template"] |= offered(names.templates)
    for place in (action["to"], action["through"], check["addressed_to"]):
        place |= offered(names.parties)
    window["from"] |= _a_field(names.instants)
    defs["require"]["properties"]["from"] |= _a_field(names.instants)
    defs["expect"]["properties"]["each"] |= _a_field(names.people)
    fields = {name: field.about for name, field in names.fields().items()}
    for kind in ("expect", "require", "limit", "close"):
        keys = {"case": "The case.", "person": "Each addressee.", **fields}
        defs[kind]["properties"]["per"]["items"] |= _a_field(keys)
    check["field"] |= _a_field(fields)
    check["cites"] |= one_of(_citable(names), "Cites", f"The vocabulary names nothing such to cite. {_RENEW}")
    check["passes"] |= offered(names.checks)
    for kind, body in _SKELETONS.items():
        defs["rule"]["properties"][kind]["defaultSnippets"] = [{"label": kind, "body": body}]


def _a_field(names: Described) -> Schema:
    return one_of(names, "Field", f"No event has such a field. {_RENEW}")


def _citable(names: Names) -> Described:
    return {name: f"What the latest `{one.event}` says." for name, one in names.vocabulary.parts.citable.items()}


# ── what is inherited ─────────────────────────────────────────────────────────────────────────────────────────────


def _parameters(names: Names) -> Schema:
    """The parameters that can be set; a new one is declared with a mapping."""
    declared = {"$ref": "#/$defs/parameter", "type": "object"}
    message = f"Nothing that is inherited has such a parameter. A new one is `{{type: …, default: …}}`. {_RENEW}"
    known = {one.name: _setting(one) for one in names.settable}
    return {"properties": known, "additionalProperties": {**declared, "errorMessage": message}}


def _setting(parameter: Parameter) -> Schema:
    value = parameter.value.value if parameter.value else None
    kinds = {"integer": "integer", "number": "number", "boolean": "boolean"}
    said = f"{parameter.about} ({parameter.type}, `{parameter.value.text if parameter.value else ''}` until it is set)"
    bounds = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    return {
        **described(said),
        "type": kinds.get(parameter.type, "string"),
        **({"enum": list(parameter.values)} if parameter.values else {"examples": [value]}),
        **{key: bound for key, bound in bounds.items() if bound is not None},
    }


def _overrides(defs: Schema, names: Names) -> Schema:
    """The rules that can be changed, each by the keys of its own kind."""
    for kind in _SKELETONS:
        defs[f"override-{kind}"] = _override_of(kind, defs)
    known = {rule_id: _changes(rule) for rule_id, rule in names.inherited.items()}
    return {"properties": known, "additionalProperties": False} if known else {}


def _override_of(kind: str, defs: Schema) -> Schema:
    base = defs["override"]
    shared = {key: one for key, one in base["properties"].items() if key not in _SKELETONS}
    own = patch_of(defs["rule"]["properties"][kind], defs)
    off = offered({"off": "Switches the rule off."})
    return {**without(base, "description", "markdownDescription"), **off, "properties": {**shared, kind: own}}


def _changes(rule: RuleNode) -> Schema:
    title, force, about = (written(rule.keys[key]) if key in rule.keys else "" for key in ("title", "force", "about"))
    kind = next(key for key in KINDS if key in rule.keys)
    said = f"{title or rule.id} ({force or kind}). {about}".strip()
    return {**described(said), "$ref": f"#/$defs/override-{kind}"}
