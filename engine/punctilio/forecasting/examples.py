"""Events that would fit a pattern, as lines of a log. Whether they do is for the engine to say (``supposing``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from types import MappingProxyType
from typing import Final

from punctilio.forecasting.nearness import scalar
from punctilio.inert import inert
from punctilio.model.rule import (
    All,
    AnyOf,
    Compare,
    EventPattern,
    Exists,
    Mentions,
    Not,
    OneOf,
    Pattern,
    Scalar,
    Size,
    StartsWith,
)
from punctilio.model.vocabulary import LIST_TYPES, PERSON_TYPES, EventType, Field, Vocabulary
from punctilio.tables import columns as c
from punctilio.value import Value

_WAYS: Final = 6
"""Ways to fit one pattern that are tried."""
_TYPES: Final = 3
_WORD: Final = "something"
_FILLING: Final = "word"
Leaf = tuple[Pattern, bool]
"""A condition, and whether it is to hold."""
Line = Mapping[str, object]


class Example(Value):
    """An event as a line of a log, and in words that leave out what does not matter."""

    line: Line
    words: str


class Wanted(Value, kw_only=True):
    """An event that is wanted in a case at an instant (UTC, without a zone): of whom it is to be (``person``), who else
    is to stand in a field (``people``), what fields of a key or a bound have to hold (``fields``), and what others may
    hold (``unsaid``, for it does not matter what)."""

    case: str
    at: datetime
    pattern: EventPattern
    person: str | None = None
    people: Mapping[str, Sequence[str]] = MappingProxyType({})
    fields: Mapping[str, object] = MappingProxyType({})
    unsaid: Mapping[str, object] = MappingProxyType({})


def examples(wanted: Wanted, vocabulary: Vocabulary) -> Iterator[Example]:
    """Some events that may be what is wanted, the plainest first."""
    for ways in islice(_ways(wanted.pattern.pattern, holds=True), _WAYS):
        by_field: dict[str, list[Leaf]] = {}
        for leaf, holds in ways:
            by_field.setdefault(_field(leaf), []).append((leaf, holds))
        for name in _types(by_field.pop(c.TYPE, []), wanted.pattern):
            kind = vocabulary.types[name]
            if all(field.partition(".")[0] in kind.fields or field in (c.AT, c.CASE, c.ID) for field in by_field):
                yield _example(wanted, kind, by_field, vocabulary)


# ── ways to fit ──


def _ways(pattern: Pattern, *, holds: bool) -> Iterator[tuple[Leaf, ...]]:
    """Sets of conditions that make the pattern hold, or not."""
    match pattern:
        case Not(part):
            yield from _ways(part, holds=not holds)
        case All(parts) | AnyOf(parts) if isinstance(pattern, All) == holds:
            every = [list(islice(_ways(part, holds=holds), _WAYS)) for part in parts]
            for chosen in islice(product(*every), _WAYS):
                yield tuple(leaf for way in chosen for leaf in way)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _ways(part, holds=holds)
        case _:
            yield ((pattern, holds),)


def _field(pattern: Pattern) -> str:
    assert not isinstance(pattern, All | AnyOf | Not)
    return pattern.field


def _types(leaves: Sequence[Leaf], pattern: EventPattern) -> list[str]:
    kinds = sorted(pattern.types)
    for leaf, holds in leaves:
        values = leaf.values if isinstance(leaf, OneOf) else ()
        kinds = [kind for kind in kinds if (kind in values) == holds]
    return kinds[:_TYPES]


# ── one event ──


def _example(
    wanted: Wanted, kind: EventType, by_field: Mapping[str, Sequence[Leaf]], vocabulary: Vocabulary
) -> Example:
    said: dict[str, object] = {}
    for name, leaves in by_field.items():
        if name in kind.fields and (value := _value(kind.fields[name], leaves, wanted.at)) is not None:
            said[name] = value
    said |= {name: value for name, value in wanted.fields.items() if name in kind.fields}
    for name, people in wanted.people.items():
        if name in kind.fields and name not in said:
            said[name] = list(people) if vocabulary.field_type(name) in LIST_TYPES else people[0]
    if wanted.person is not None and not any(wanted.person in _listed(said.get(name)) for name in kind.fields):
        said |= _addressed(kind, wanted.person, vocabulary)
    words = _words(kind, said, vocabulary)
    said |= {name: value for name, value in wanted.unsaid.items() if name in kind.fields and name not in said}
    filled = {f.name: _filler(f, wanted.at) for f in kind.fields.values() if f.required and f.name not in said}
    line = {c.CASE: wanted.case, c.TYPE: kind.name, c.AT: written(wanted.at), **filled, **said}
    return Example(line, words)


def written(at: datetime) -> str:
    return f"{at.isoformat()}Z"


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else (value,)  # pyright: ignore[reportUnknownVariableType]  # of texts


def _addressed(kind: EventType, person: str, vocabulary: Vocabulary) -> dict[str, object]:
    """The field that says whom the event concerns."""
    groups = [[name for name in group if name in kind.fields] for group in vocabulary.parts.addressees]
    named = [f.name for f in kind.fields.values() if f.type in PERSON_TYPES]
    group = next((each for each in reversed(groups) if each), named)
    single = [name for name in group if kind.fields[name].type == "person"]
    if single:
        return {single[0]: person}
    return {group[0]: [person]} if group else {}


def _words(kind: EventType, said: Mapping[str, object], vocabulary: Vocabulary) -> str:
    """Such as ``a message.sent with purpose thank-you to ann``."""
    people = [n for n in said if vocabulary.field_type(n) in PERSON_TYPES]
    fields = [f"{inert(name)} {_shown(said[name])}" for name in sorted(said) if name not in people]
    whom = [str(person) for name in people for person in _listed(said[name])]
    article = "an" if kind.name[:1].lower() in "aeiou" else "a"
    told = f" with {', '.join(fields)}" if fields else ""
    drafts = vocabulary.parts.drafts
    to = "to" if drafts and kind.name == drafts.of else "for"
    return f"{article} {inert(kind.name)}{told}{f' {to} {inert(_and(whom))}' if whom else ''}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(dict.fromkeys(names))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return inert(" and ".join(map(str, value)))  # pyright: ignore[reportUnknownArgumentType]  # of texts
    text = scalar(value) if isinstance(value, str | int | float | bool | datetime) else str(value)
    return f"“{text}”" if " " in text else text


# ── values ──


def _value(field: Field, leaves: Sequence[Leaf], at: datetime) -> object:
    """A value for which conditions hold, as far as that is easily had; None for nothing."""
    if field.type in ("text", "string", "person") and not field.values:
        return _text(field, leaves)
    good = [one for leaf, holds in leaves if holds for one in _fitting(leaf, field, at)]
    bad = {value for leaf, holds in leaves if not holds and isinstance(leaf, OneOf) for value in leaf.values}
    if good:
        value = next((one for one in good if one not in bad), good[0])
        return [value] if field.type in LIST_TYPES else _written(value)
    others = [one for one in field.values if one not in bad]
    if field.required and others:
        return others[0]
    beyond = [value for leaf, holds in leaves if not holds for value in _beyond(leaf)]
    return _written(beyond[0]) if beyond else None


def _written(value: object) -> object:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _fitting(leaf: Pattern, field: Field, at: datetime) -> Iterator[object]:
    match leaf:
        case OneOf(_, values):
            yield from values
        case Compare(_, operator, value):
            yield _moved(value, {"lt": -1, "gt": 1}.get(operator, 0))
        case Exists(_, True):
            yield _some(field, at)
        case Mentions(_, phrases):
            yield from phrases[:1]
        case StartsWith(_, text):
            yield text
        case _:
            pass


def _beyond(leaf: Pattern) -> Iterator[object]:
    """A value on the other side of a bound."""
    if isinstance(leaf, Compare):
        yield _moved(leaf.value, {"lt": 0, "lte": 1, "gt": 0, "gte": -1}[leaf.operator])


def _moved(value: float | datetime, step: int) -> object:
    return value + timedelta(seconds=step) if isinstance(value, datetime) else value + step


def _text(field: Field, leaves: Sequence[Leaf]) -> object:
    """A text of all that has to stand in it, what it begins with first, and as long as it has to be."""
    exact = [value for leaf, holds in leaves if holds and isinstance(leaf, OneOf) for value in leaf.values]
    if exact:
        return exact[0]
    begins = [leaf.text for leaf, holds in leaves if holds and isinstance(leaf, StartsWith)]
    holding = [leaf.phrases[0] for leaf, holds in leaves if holds and isinstance(leaf, Mentions) and leaf.phrases]
    sizes = [leaf for leaf, holds in leaves if holds and isinstance(leaf, Size)]
    is_there = any(holds == leaf.wanted for leaf, holds in leaves if isinstance(leaf, Exists))
    words = " ".join([*begins, *holding])
    for size in sizes:
        words = _lengthened(words, size)
    if words or not (is_there or field.required):
        return words or None
    return _WORD


def _lengthened(text: str, size: Size) -> str:
    least = size.range.at_least if size.range.at_least is not None else 1
    if size.unit == "words":
        return " ".join([*text.split(), *[_FILLING] * max(0, least - len(text.split()))])
    return text + "o" * max(0, least - len(text))


def _some(field: Field, at: datetime) -> Scalar | str:
    match field.type:
        case "integer":
            return 1
        case "number":
            return 1.0
        case "boolean":
            return True
        case "instant" | "deadline":
            return written(at)
        case _:
            return field.values[0] if field.values else _WORD


def _filler(field: Field, at: datetime) -> object:
    value = field.default if field.default is not None else _some(field, at)
    return [value] if field.type in LIST_TYPES else value
