"""What identifies a rulebook: a hash of all that can change a verdict, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, cast

from punctilio.model.rule import Rulebook

_ASIDE = frozenset({"location", "files", "hash", "title", "about", "cite"})
"""What is only for people: where a rule stands, and words about it."""


def fingerprint(rulebook: Rulebook) -> str:
    """SHA-256, hexadecimal, of the canonical content."""
    canonical = json.dumps(_canonical(rulebook), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _canonical(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: _canonical(getattr(value, f.name)) for f in fields(value) if f.name not in _ASIDE}
        return {"": type(value).__name__, **found}
    if isinstance(value, Mapping):
        return {str(key): _canonical(one) for key, one in cast("Mapping[object, object]", value).items()}
    if isinstance(value, tuple):
        return [_canonical(one) for one in cast("tuple[object, ...]", value)]
    if isinstance(value, frozenset):
        return sorted(_canonical(one) for one in cast("frozenset[object]", value))
    return value.isoformat() if isinstance(value, date) else value
