"""What stands within a rule, however deep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from punctilio.model.rule import Rule
from punctilio.model.window import Duration
from punctilio.value import Value, fields_of


def values_in(value: object) -> Iterator[Value]:
    """The values within a value, itself first."""
    if isinstance(value, Value):
        yield value
        for _, inner in fields_of(value):
            yield from values_in(inner)
    elif isinstance(value, tuple):
        for inner in cast("tuple[object, ...]", value):
            yield from values_in(inner)


def counts_business_days(rule: Rule) -> bool:
    """Whether a calendar can change what the rule says."""
    return any(isinstance(value, Duration) and value.business_days for value in values_in(rule.kind))
