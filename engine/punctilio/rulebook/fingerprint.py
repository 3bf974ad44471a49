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
    canonical = json.dumps(_Canonical(aside).of(rulebook), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


class _Canonical:
    """What JSON can write, in which equal rulebooks are equal. Rules share patterns: each is looked at once."""

    def __init__(self, aside: frozenset[str]) -> None:
        self._aside = aside
        self._known: dict[int, Any] = {}

    def of(self, value: object) -> Any:
        if value is None or isinstance(value, str | int | float):
            return value
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._made(value)
        return known

    def _made(self, value: object) -> Any:
        if isinstance(value, Value):
            kept = {name: self.of(one) for name, one in fields_of(value) if name not in self._aside}
            return {"": type(value).__name__, **kept}
        if isinstance(value, tuple):
            return [self.of(one) for one in cast("tuple[object, ...]", value)]
        if isinstance(value, Mapping):
            return {str(key): self.of(one) for key, one in cast("Mapping[object, object]", value).items()}
        if isinstance(value, frozenset):
            return sorted(self.of(one) for one in cast("frozenset[object]", value))
        assert isinstance(value, date)
        return value.isoformat()
