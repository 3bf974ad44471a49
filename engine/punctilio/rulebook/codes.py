"""The code of every mistake that a rule file can have, and what it means. Each has a page in docs/errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from punctilio.yaml_source import YAML_CODES

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **YAML_CODES,
        "BAD-DURATION": "A length of time that cannot be read.",
        "BAD-LANGUAGE": "The file is written for another version of the rule language.",
        "BAD-NAME": "A name that cannot be used, because it means something else or cannot be referred to.",
        "BAD-REGEX": "A regular expression that cannot be read.",
        "BAD-VALUE": "A value that is not one of those that can stand here.",
        "CLOSE-FORCE": "A close that has a force.",
        "DEFINITION-CYCLE": "A definition that refers to itself.",
        "DUPLICATE-ID": "Two rules with the same id.",
        "DUPLICATE-PARAMETER": "A parameter that is declared twice.",
        "EXTENDS-CYCLE": "Files that extend each other in a circle.",
        "FIELD-CONFLICT": "A field that has another type in another event.",
        "KIND-COUNT": "A rule that has no kind, or more than one.",
        "MISSING-KEY": "A key that is needed and not there.",
        "NEEDS-KEY": "A key that says nothing without another one.",
        "NEVER-ACTIVE": "A pattern that no event can fit.",
        "NO-RULES": "A rule file in which no rule is in force.",
        "SCHEMA": "Something that the JSON Schema of rule files does not allow.",
        "UNKNOWN-CHECK": "A check that no installed plugin has.",
        "UNKNOWN-CITABLE": "Something to cite that the vocabulary does not name.",
        "UNKNOWN-DEFINITION": "A name that `define` does not have.",
        "UNKNOWN-FIELD": "A field that the events in question do not have.",
        "UNKNOWN-KEY": "A key that cannot stand here.",
        "UNKNOWN-PACK": "Neither a pack nor a file.",
        "UNKNOWN-PARAMETER": "A parameter that nothing declares.",
        "UNKNOWN-PARTY": "A party that `parties` does not have.",
        "UNKNOWN-PHRASES": "A phrase list that `phrases` does not have.",
        "UNKNOWN-RULE": "An override of a rule that is not inherited.",
        "UNKNOWN-TEMPLATE": "A message template that is not there.",
        "UNKNOWN-TYPE": "An event type that the vocabulary does not have.",
        "UNKNOWN-VOCABULARY": "Neither a vocabulary nor a file.",
        "UNKNOWN-ZONE": "A time zone that the time-zone data does not have.",
        "UNUSED-NAME": "A name that nothing refers to, and that is almost an inherited one.",
        "WRONG-TYPE": "A value of another type than is wanted here.",
    }
)
