"""The effective rules, in one form or the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

from punctilio.errors import UsageError
from punctilio.manual.annotated import annotated
from punctilio.manual.effective import Effective, effective
from punctilio.manual.sourced import sourced
from punctilio.rulebook.load import Loaded

FORMS: Final[Mapping[str, Callable[[Effective], str]]] = MappingProxyType({"yaml": annotated, "json": sourced})


def shown(loaded: Loaded, form: str, rules: Collection[str] = ()) -> str:
    """What is in force, as text. Raises UsageError for a form or a rule that is not there."""
    if form not in FORMS:
        raise UsageError(f"There is no form `{form}`. Write {' or '.join(FORMS)}.")
    return FORMS[form](effective(loaded, rules))
