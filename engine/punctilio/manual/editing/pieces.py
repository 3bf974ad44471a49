"""Small pieces of schemas, in words that editors understand: no alternatives, whose messages blame a neighbour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from punctilio.manual.editing.names import Described
from punctilio.model.vocabulary import Field

Schema = dict[str, Any]

_MAPS: Final = ("properties", "$defs", "patternProperties")
_PLAIN: Final = ("enum", "const", "default", "required")
_A_VALUE: Final[Schema] = {"type": "string", "pattern": "^[^$]"}
"""A text that is not the name of a parameter."""


def friendly(schema: Any) -> Any:
    """A published schema for editors: descriptions as Markdown, and only examples that can be put in as they stand."""
    if isinstance(schema, list):
        return [friendly(item) for item in cast(Iterable[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    kept: Schema = {}
    for key, value in cast(Schema, schema).items():
        if key in _MAPS:
            kept[key] = {name: friendly(one) for name, one in value.items()}
        elif key == "examples":
            kept[key] = [one for one in value if not isinstance(one, list | dict)]
        elif key in _PLAIN:
            kept[key] = value
        elif key != "defaultSnippets":
            kept[key] = friendly(value)
    if isinstance(kept.get("description"), str):
        kept["markdownDescription"] = kept["description"]
    return kept


def described(words: str) -> Schema:
    return {"description": words, "markdownDescription": words} if words else {}


def offered(names: Described, known: Iterable[Any] = ()) -> Schema:
    """Names to be completed, each with its description; others may stand there too."""
    plain: list[Schema] = [{"label": name, "description": words, "body": name} for name, words in names.items()]
    return {"defaultSnippets": [*known, *plain]}


def one_of(names: Described, title: str, complaint: str) -> Schema:
    """Names to be completed, of which a text must be one, unless it names a parameter.

    Editors show the title that stands nearest to what they matched.
    """
    closed = {"if": _A_VALUE, "then": {"title": title, "enum": list(names), "errorMessage": complaint}}
    return {**offered(names), **(closed if names else {})}


def uses(parameters: Iterable[Any], types: Iterable[str]) -> Described:
    """``$name`` for each parameter of one of the types, with its value."""
    wanted = frozenset(types)
    return {
        f"${one.name}": f"{one.value.text if one.value else ''}: {one.about}"
        for one in parameters
        if one.type in wanted
    }


def field_words(field: Field) -> str:
    """What a field is, for people."""
    return f"{field.about} ({field.type})".strip()


def values_of(field: Field) -> Described:
    """What a field can be, where that is known."""
    if field.type == "boolean":
        return {}
    return dict.fromkeys(field.values, "")


def without(schema: Mapping[str, Any], *keys: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in keys}
