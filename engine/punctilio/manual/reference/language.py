"""The words of the rule language: each key by its path, such as ``expect.window.due``, as the schema explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from punctilio.published import CASES, RULES, schema_of
from punctilio.rulebook.merge import KINDS
from punctilio.value import Value

Schema = dict[str, Any]

_DEEPEST: Final = 5
_SHARED: Final = (
    "event",
    "condition",
    "duration",
    "bound",
    "range",
    "phrases",
    "parameter",
    "field",
    "vocabularyEvent",
)
"""Definitions that have a name of their own in the language; the others are reached by the keys that hold them."""
_TYPES: Final[Mapping[str, str]] = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


class Word(Value, kw_only=True):
    """A key of the language. ``values`` are all it can be, with what each means; ``keys`` what can stand below it."""

    path: str
    about: str
    more: str
    types: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    examples: tuple[Any, ...]
    keys: tuple[tuple[str, str], ...]
    required: tuple[str, ...]


def words() -> dict[str, Word]:
    """Every key of rule files by its path from where it is written, kinds and shared values by their names."""
    schema = schema_of(RULES)
    rule = schema["$defs"]["rule"]
    found = dict(_below("", schema, schema, 1))
    found.update({path: word for path, word in _below("rule.", rule, schema, 2) if path.split(".")[1] not in KINDS})
    for kind in KINDS:
        found[kind] = _word(kind, rule["properties"][kind], schema)
        found.update(_below(f"{kind}.", rule["properties"][kind], schema, 1))
    for name in _SHARED:
        found[name] = _word(name, schema["$defs"][name], schema)
        found.update(_below(f"{name}.", schema["$defs"][name], schema, _DEEPEST - 1))
    return found


def case_words() -> dict[str, Word]:
    """Every key of case files, by its path."""
    schema = schema_of(CASES)
    return dict(_below("", schema, schema, _DEEPEST - 2))


def _below(prefix: str, node: Schema, root: Schema, depth: int) -> Iterator[tuple[str, Word]]:
    """The keys of a mapping, each followed by those below it."""
    if depth > _DEEPEST:
        return
    for key, one in _properties(node, root).items():
        yield f"{prefix}{key}", _word(f"{prefix}{key}", one, root)
        if not _is_shared(one):
            yield from _below(f"{prefix}{key}.", one, root, depth + 1)


def _is_shared(node: Schema) -> bool:
    name = str(node.get("$ref", "")).rpartition("/")[2]
    return name in (*_SHARED, *KINDS, "events", "rule", "override")


def _properties(node: Schema, root: Schema) -> Mapping[str, Schema]:
    """The keys of a mapping, of the items of a list, or of each of many mappings."""
    for one in (node, _target(node, root)):
        if "properties" in one:
            found: Schema = one["properties"]
            return found
        inner: Schema | bool | None = one.get("items") or one.get("additionalProperties")
        if inner and inner is not True:
            return _properties(inner, root) if not _is_shared(inner) else {}
    return {}


def _target(node: Schema, root: Schema) -> Schema:
    name = str(node.get("$ref", "")).rpartition("/")[2]
    found: Schema = root["$defs"][name] if name else {}
    return found


def _word(path: str, node: Schema, root: Schema) -> Word:
    target = _target(node, root)
    whole: Schema = {**target, **node}
    about, more = str(node.get("description", "")), str(target.get("description", ""))
    return Word(
        path=path,
        about=about or more,
        more=more if about and more != about else "",
        types=tuple(_TYPES[name] for name in _listed(whole.get("type", ())) if name in _TYPES),
        values=tuple(_values(whole)),
        examples=_distinct((*node.get("examples", ()), *target.get("examples", ()))),
        keys=tuple((key, str(one.get("description", ""))) for key, one in _properties(node, root).items()),
        required=tuple(whole.get("required", ())),
    )


def _values(node: Schema) -> Iterator[tuple[str, str]]:
    values = node.get("enum", ())
    meanings = node.get("enumDescriptions", [""] * len(values))
    yield from ((str(value), meaning) for value, meaning in zip(values, meanings, strict=True) if value is not None)


def _listed(types: str | Iterable[str]) -> Iterable[str]:
    return (types,) if isinstance(types, str) else types


def _distinct(examples: Iterable[Any]) -> tuple[Any, ...]:
    found: list[Any] = []
    for one in examples:
        if one not in found:
            found.append(one)
    return tuple(found)
