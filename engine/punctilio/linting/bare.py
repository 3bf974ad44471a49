"""What a rule says, without how it is written: names, texts and the order of what has none are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from punctilio.model.rule import All, AnyOf, Check, OneOf, StartsWith
from punctilio.value import Value, fields_of

_WRITING: Final = frozenset({"name", "text", "list_name", "types", "origin"})


def bare(value: object) -> object:
    """Equal for two values that mean the same, as far as their form tells."""
    match value:
        case OneOf(field, values):
            return ("OneOf", field, tuple(sorted({(type(one).__name__, str(one)) for one in values})))
        case All(parts) | AnyOf(parts):
            found = {repr(said): said for said in map(bare, _flat(type(value), parts))}
            return next(iter(found.values())) if len(found) == 1 else (type(value).__name__, *sorted(found))
        case StartsWith(field, text):
            return ("StartsWith", field, text)
        case Check(of=of, conditions=conditions):
            return ("Check", bare(of), *sorted({repr(bare(condition)) for condition in conditions}))
        case Value():
            kept = ((name, bare(inner)) for name, inner in fields_of(value) if name not in _WRITING)
            return (type(value).__name__, *kept)
        case tuple():
            return tuple(bare(one) for one in cast("tuple[object, ...]", value))
        case Mapping():
            entries = cast("Mapping[str, object]", value)
            return tuple((key, bare(entries[key])) for key in sorted(entries))
        case _:
            return repr(value)


def _flat(kind: type[All | AnyOf], parts: tuple[object, ...]) -> tuple[object, ...]:
    """Parts of parts that are joined in the same way."""
    found: list[object] = []
    for part in parts:
        if isinstance(part, All | AnyOf) and isinstance(part, kind):
            found.extend(_flat(kind, part.parts))
        else:
            found.append(part)
    return tuple(found)
