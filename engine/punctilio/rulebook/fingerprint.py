"""What identifies a rulebook: a hash of all that can change a verdict, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from punctilio.model.rule import Rulebook
from punctilio.value import Value, fields_of

_ASIDE = frozenset({"location", "files", "hash", "title", "about", "cite", "facts"})
"""What is only for people: where a rule stands, words about it, and what texts are made of."""
_PLACES = frozenset({"folders"})
"""Where files are, which changes nothing that is said."""


def fingerprint(rulebook: Rulebook) -> str:
    """SHA-256, hexadecimal, of what can change a verdict."""
    return _hashed(rulebook, _ASIDE | _PLACES)


def exact_fingerprint(rulebook: Rulebook) -> str:
    """SHA-256, hexadecimal, of all that can change a report: the words for people too."""
    return _hashed(rulebook, _PLACES)


def _hashed(rulebook: Rulebook, aside: frozenset[str]) -> str:
    canonical = json.dumps(_canonical(rulebook, aside), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _canonical(value: object, aside: frozenset[str]) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _canonical(one, aside) for key, one in cast("Mapping[object, object]", value).items()}
    if isinstance(value, tuple):
        return [_canonical(one, aside) for one in cast("tuple[object, ...]", value)]
    if isinstance(value, frozenset):
        return sorted(_canonical(one, aside) for one in cast("frozenset[object]", value))
    if isinstance(value, date):
        return value.isoformat()
    assert isinstance(value, Value)
    kept = {name: _canonical(one, aside) for name, one in fields_of(value) if name not in aside}
    return {"": type(value).__name__, **kept}
