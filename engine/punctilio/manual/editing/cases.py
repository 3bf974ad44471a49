"""The schema of case files, with the rules, statuses and events of a rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from punctilio.logs.event_schema import event_schema
from punctilio.manual.editing.names import Described, Names
from punctilio.manual.editing.pieces import Schema, described, friendly, offered, without
from punctilio.model.decision import OPEN_STATUS
from punctilio.model.rule import Close
from punctilio.published import CASES, schema_of

_RENEW: Final = "If it is new, write the schema anew: `rules schema case`."
_ITS_OWN: Final = ("case", "id", "type", "at", "recorded_at")


def case_schema(names: Names) -> Schema:
    """The schema of a case file for these rules."""
    schema: Schema = friendly(schema_of(CASES))
    rules = rule_names(names)
    for place in _rule_places(schema):
        place |= offered(rules)
    schema["properties"]["rules"] |= offered({**names.packs, **_paths(names)})
    schema["$defs"]["status"]["properties"]["status"] |= offered(status_names(names))
    schema["$defs"]["known_event"] = _known_event(schema["$defs"]["event"], names)
    judged_by_others = {"properties": {"rules": _other_rules(names)}, "required": ["rules"]}
    known = {"properties": {"log": {"items": {"$ref": "#/$defs/known_event"}}}}
    return {**schema, "if": judged_by_others, "else": known}


def rule_names(names: Names) -> Described:
    """The rules, by id, each with its title."""
    return {rule_id: rule.title for rule_id, rule in names.rules.items()}


def status_names(names: Names) -> Described:
    """What a case can be."""
    closing = [rule for rule in names.rules.values() if isinstance(rule.kind, Close)]
    return {OPEN_STATUS: "Not closed."} | {r.kind.status: r.title for r in closing if isinstance(r.kind, Close)}


def _rule_places(schema: Any) -> Iterator[Schema]:
    """Wherever a rule is named."""
    yield schema["properties"]["only"]["items"]
    for definition in schema["$defs"].values():
        if isinstance(definition.get("properties"), dict) and "rule" in definition["properties"]:
            yield definition["properties"]["rule"]


def _paths(names: Names) -> Described:
    return {f"../{name}": "The rule file in the folder above." for name in names.files}


def _other_rules(names: Names) -> Schema:
    """Rules of which nothing is known here: another file, or a vocabulary in place."""
    ours = "|".join(["".join(c if c.isalnum() else "." for c in name) for name in (*names.files, *names.packs)])
    return {
        "if": {"type": "string"},
        "then": {"not": {"pattern": f"(^|/)({ours})$"}},
        "else": {"required": ["vocabulary"]},
    }


def _known_event(event: Schema, names: Names) -> Schema:
    """An event of the vocabulary: each type with its own fields."""
    types = event_schema(names.vocabulary)["$defs"]
    return {
        **without(event, "additionalProperties"),
        "properties": {
            **event["properties"],
            "type": {
                **event["properties"]["type"],
                "enum": list(names.events),
                "enumDescriptions": list(names.events.values()),
                "errorMessage": f"The vocabulary has no such event type. {_RENEW}",
            },
        },
        "allOf": [_if_type(name, kind, event) for name, kind in types.items()],
    }


def _if_type(name: str, kind: Schema, event: Schema) -> Schema:
    fields = {key: _field(one) for key, one in kind["properties"].items() if key not in _ITS_OWN}
    return {
        "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
        "then": {
            "properties": {
                **{key: {} for key in event["properties"]},
                "recorded_at": {"$ref": "#/$defs/time"},
                **fields,
            },
            "required": [key for key in kind["required"] if key not in _ITS_OWN],
            "additionalProperties": False,
        },
    }


def _field(field: Schema) -> Schema:
    """A field as it is written in a case file: an instant on the clock of the file, where a log wants its offset."""
    return {**friendly(without(field, "pattern")), **described(field.get("description", ""))}
