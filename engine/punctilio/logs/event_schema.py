"""The JSON Schema of an event, made from the vocabulary, so that the two cannot disagree.

One closed object for each type, chosen by ``type`` alone: an editor then blames what is wrong, and not a neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from punctilio.model.vocabulary import EventType, Field, FieldOf, FieldType, Vocabulary
from punctilio.tables import columns as c

Schema = dict[str, Any]

_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT: Final = (
    f"{_DATE}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{{1,9}})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_AN_INSTANT: Final = "2026-03-03T16:00:00-05:00"
_TEXT: Final[Schema] = {"type": "string", "examples": ["…"]}
_TEXTS: Final[Schema] = {"type": "array", "items": {"type": "string"}}

_BY_TYPE: Final[Mapping[FieldType, Schema]] = {
    "string": _TEXT,
    "text": _TEXT,
    "person": {"type": "string", "examples": ["sam"]},
    "instant": {"type": "string", "pattern": f"^{_INSTANT}$", "examples": [_AN_INSTANT]},
    "deadline": {"type": "string", "pattern": f"^({_DATE}|{_INSTANT})$", "examples": ["2026-03-06", _AN_INSTANT]},
    "integer": {"type": "integer", "examples": [2]},
    "number": {"type": "number", "examples": [1.5]},
    "boolean": {"type": "boolean", "examples": [True]},
    "people": {**_TEXTS, "items": {"type": "string", "minLength": 1}, "examples": [["sam", "kim"]]},
    "strings": {**_TEXTS, "examples": [["…", "…"]]},
}


def event_schema(vocabulary: Vocabulary) -> Schema:
    """The JSON Schema (draft 2020-12) of one line of a log."""
    types = [vocabulary.types[name] for name in sorted(vocabulary.types)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"An event of the vocabulary {vocabulary.name}",
        "description": "One line of an event log: what happened, in which case, and when.",
        "type": "object",
        "required": [c.CASE, c.TYPE, c.AT],
        "properties": {
            c.TYPE: {
                "description": "What happened: an event type of the vocabulary.",
                "enum": [kind.name for kind in types],
                "examples": [types[0].name],
            }
        },
        "allOf": [_if_type(kind) for kind in types],
        "$defs": {kind.name: _type_schema(kind, vocabulary) for kind in types},
    }


def _if_type(kind: EventType) -> Schema:
    chosen = {"required": [c.TYPE], "properties": {c.TYPE: {"const": kind.name}}}
    return {"if": chosen, "then": {"$ref": f"#/$defs/{pointer(kind.name)}"}}


def pointer(name: str) -> str:
    """A name as a part of a JSON pointer in a URI."""
    escaped = name.replace("~", "~0").replace("/", "~1")
    return "".join(x if x.isascii() and (x.isalnum() or x in "-._~") else _percent(x) for x in escaped)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _type_schema(kind: EventType, vocabulary: Vocabulary) -> Schema:
    own = {field.name: _field_schema(field, kind, vocabulary) for field in kind.fields.values()}
    properties = {**_base(kind), **dict(sorted(own.items()))}
    return {
        "description": kind.about,
        "type": "object",
        "required": [c.CASE, c.TYPE, c.AT, *sorted(field.name for field in kind.fields.values() if field.required)],
        "properties": properties,
        "additionalProperties": False,
    }


def _base(kind: EventType) -> Schema:
    """What every event may say."""
    ends = f" It is the end; `{kind.begins}` is the beginning." if kind.begins else ""
    name = {"type": "string", "minLength": 1}
    return {
        c.CASE: {**name, "description": "The case that the event belongs to.", "examples": ["acme-analyst"]},
        c.TYPE: {"const": kind.name, "description": kind.about, "examples": [kind.name]},
        c.AT: {**_BY_TYPE["instant"], "description": f"When it happened, with an offset from UTC or Z.{ends}"},
        c.ID: {
            **name,
            "description": "The event's own id. The same id with the same content counts once.",
            "examples": ["m1"],
        },
        c.RECORDED_AT: {
            **_BY_TYPE["instant"],
            "description": "When it was written down: from then on it is known, which `--known-at` asks for.",
        },
    }


def _field_schema(field: Field, kind: EventType, vocabulary: Vocabulary) -> Schema:
    zones = (vocabulary.parts.case_zone, vocabulary.parts.deadline_zone)
    known: Schema = {"enum": list(field.values), "examples": [field.values[0]]} if field.values else {}
    if FieldOf(event=kind.name, field=field.name) in zones:
        known = {"examples": ["America/New_York"]}
    shape = {} if field.type == "enum" else dict(_BY_TYPE[field.type])
    needed: Schema = {"minLength": 1} if field.required and shape.get("type") == "string" else {}
    default: Schema = {"default": field.default} if field.default is not None else {}
    return {"description": field.about, **shape, **needed, **known, **default}
