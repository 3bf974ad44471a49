"""The schema of an evaluation as JSON, with the rules, statuses and event types of a rulebook."""

from __future__ import annotations

from punctilio.manual.editing.cases import rule_names, status_names
from punctilio.manual.editing.names import Names
from punctilio.manual.editing.pieces import Schema
from punctilio.published import EVALUATIONS, schema_of


def evaluation_schema(names: Names) -> Schema:
    """The schema of what ``rules evaluate --format json`` writes of these rules."""
    schema = schema_of(EVALUATIONS)
    for definition in schema["$defs"].values():
        properties: Schema = definition.get("properties", {})
        for key, values in (("rule", rule_names(names)), ("type", names.events)):
            if properties.get(key, {}).get("type") == "string":
                properties[key]["enum"] = sorted(values)
    schema["$defs"]["status"]["properties"]["status"]["enum"] = sorted(status_names(names))
    return schema
