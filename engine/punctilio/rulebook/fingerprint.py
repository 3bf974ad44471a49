"""What identifies a rulebook: a hash of all that can change a verdict, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from punctilio.model.rule import Rulebook

_ASIDE = frozenset({"location", "files", "hash", "title", "about", "cite"})
"""What is only for people: where a rule stands, and words about it."""


def fingerprint(rulebook: Rulebook) -> str:
    """SHA-256, hexadecimal, of the canonical content."""
    canonical = json.dumps(_canonical(rulebook), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _canonical(value: object) -> Any:
    match value:
        case Mapping():
            return {str(key): _canonical(one) for key, one in value.items()}
        case tuple() | list():
            return [_canonical(one) for one in value]
        case frozenset():
            return sorted(_canonical(one) for one in value)
        case date():
            return value.isoformat()
        case _ if is_dataclass(value) and not isinstance(value, type):
            found = {f.name: _canonical(getattr(value, f.name)) for f in fields(value) if f.name not in _ASIDE}
            return {"": type(value).__name__, **found}
        case _:
            return value
