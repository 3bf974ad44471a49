"""What may stand in an override: any key of what it changes, and null, which takes a key out."""

from __future__ import annotations

from typing import Any, Final

from punctilio.manual.editing.pieces import Schema, without

_MERGED: Final = ("expect", "require", "limit", "check", "close", "window", "while", "action")
"""Mappings that are merged key by key; of all else a new value replaces the old one."""


def patch_of(schema: Schema, defs: Schema) -> Schema:
    """The schema for changing what a schema describes."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name in _MERGED:
        whole = {**defs[name], **without(schema, "$ref", "defaultSnippets")}
        keys = {key: patch_of(one, defs) for key, one in defs[name]["properties"].items()}
        return {**without(whole, "required", "minProperties"), "type": ["object", "null"], "properties": keys}
    return {**_words(schema), "if": {"not": {"type": "null"}}, "then": schema}


def _words(schema: Schema) -> dict[str, Any]:
    kept = ("title", "description", "markdownDescription", "examples", "defaultSnippets", "enumDescriptions")
    return {key: schema[key] for key in kept if key in schema}
