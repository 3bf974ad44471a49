"""Every schema that an editor or a program may want, by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from punctilio.errors import UsageError
from punctilio.logs.event_schema import event_schema
from punctilio.manual.editing.cases import case_schema
from punctilio.manual.editing.evaluations import evaluation_schema
from punctilio.manual.editing.names import Names, names_of
from punctilio.manual.editing.pieces import Schema
from punctilio.manual.editing.rules import rule_schema
from punctilio.plugins.registry import Plugins
from punctilio.published import Published, schema_of
from punctilio.rulebook.load import Loaded

REPORTS: Final = ("row", "explanation", "difference", "problems", "lint", "tests", "mutants", "effective")
"""What the other commands report as JSON; these hold no names of anybody's rules."""


def _published(name: str, _: Names) -> Schema:
    return schema_of(Published(f"{name}.schema.json", f"the report {name}"))


SCHEMAS: Final[Mapping[str, Callable[[Names], Schema]]] = MappingProxyType(
    {
        "rules": rule_schema,
        "event": lambda names: event_schema(names.vocabulary),
        "case": case_schema,
        "evaluation": evaluation_schema,
        **{name: partial(_published, name) for name in REPORTS},
    }
)


def schema_text(name: str, loaded: Loaded, plugins: Plugins) -> str:
    """The schema as JSON. Raises UsageError for a name that is not there."""
    if name not in SCHEMAS:
        raise UsageError(f"There is no schema `{name}`. Write {', '.join(SCHEMAS)}.")
    return json.dumps(SCHEMAS[name](names_of(loaded, plugins)), indent=2, ensure_ascii=False) + "\n"
