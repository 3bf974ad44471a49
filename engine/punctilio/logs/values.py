"""From a value as written to a value in the table, by the type of its field."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection
from functools import cache, lru_cache
from importlib import resources
from typing import Final, cast

from punctilio.logs import codes
from punctilio.logs.instants import InstantError, parse_deadline, parse_instant
from punctilio.model.vocabulary import Field, FieldType
from punctilio.problems import closest

Value = str | int | float | bool | list[str]
"""Instants are integers (microseconds since 1970 in UTC); a deadline is an instant, or a date as its text."""
Converter = Callable[[object], Value]

_SHOWN: Final = 60

_LARGEST: Final = 2**63 - 1


class RefusalError(ValueError):
    """A value that its field cannot take. ``sentence`` goes on from the field's name."""

    def __init__(self, code: str, sentence: str, suggestion: str | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.suggestion = suggestion


def converter(field: Field) -> Converter:
    """The function that reads a value of this field, and refuses what is none."""
    if field.type == "enum":
        return one_of(field.values)
    return name if field.required and field.type in _TEXTS else _BY_TYPE[field.type]


def text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise _wrong_type("a text", value, json.dumps(str(value)) if _is_number(value) else None)


def name(value: object) -> str:
    """A text that has to say something."""
    if isinstance(value, str) and value and not value.isspace():
        return value
    if isinstance(value, str):
        raise RefusalError(codes.EMPTY_VALUE, "is empty: fill it in, as every such event needs it.")
    return text(value)


def instant(value: object) -> int:
    if not isinstance(value, str):
        raise _wrong_type("an instant, written as a text such as 2026-03-03T16:00:00-05:00", value)
    try:
        return parse_instant(value)
    except InstantError as slip:
        raise RefusalError(codes.BAD_INSTANT, str(slip), slip.suggestion) from None


def deadline(value: object) -> int | str:
    if not isinstance(value, str):
        raise _wrong_type("a date (2026-03-06) or an instant, written as a text", value)
    try:
        return parse_deadline(value)
    except InstantError as slip:
        raise RefusalError(codes.BAD_INSTANT, str(slip), slip.suggestion) from None


def integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type("a whole number", value, _as_number(value))
    if not -_LARGEST <= value <= _LARGEST:
        raise RefusalError(codes.BAD_VALUE, f"is a number beyond {_LARGEST}, the largest that can be counted with.")
    return value


def number(value: object) -> float:
    if not _is_number(value):
        raise _wrong_type("a number", value, _as_number(value))
    try:
        read = float(cast("int | float", value))
    except OverflowError:
        read = math.inf
    if not math.isfinite(read):
        raise RefusalError(codes.BAD_VALUE, "is no finite number.")
    return read


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong_type("true or false", value, _as_boolean(value))


def texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise _wrong_type("a list of texts", value, f"[{quoted(value)}]" if isinstance(value, str) else None)
    items = cast("list[object]", value)
    for item in items:
        if not isinstance(item, str):
            raise _wrong_type("a list of texts", item, within=True)
    return cast("list[str]", items)


def people(value: object) -> list[str]:
    """Everybody by name: nobody is called nothing."""
    named = texts(value)
    if any(not one.strip() for one in named):
        raise RefusalError(codes.EMPTY_VALUE, "names somebody by nothing: fill it in, or take that entry out.")
    return named


def one_of(values: Collection[str], *, code: str = codes.BAD_VALUE, what: str = "") -> Converter:
    """A text out of these. ``what`` says what the values are, where there are too many to list."""
    known = frozenset(values)
    wanted = what or f"one of {', '.join(values)}"

    def choice(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        word = text(value)
        raise RefusalError(code, f"must be {wanted}, and this is {quoted(word)}.", nearest(word, known))

    return choice


def zone(value: object) -> str:
    """The name of a time zone of the pinned data."""
    word = text(value)
    if word in zones():
        return word
    sentence = f"must be the name of a time zone, such as America/New_York, and this is {quoted(word)}."
    raise RefusalError(codes.BAD_ZONE, sentence, nearest(word, zones()))


@lru_cache(maxsize=1024)
def nearest(word: str, known: frozenset[str]) -> str | None:
    """The known name that was meant perhaps. A log repeats its slips, so that the answer is kept."""
    return closest(word, known) if len(word) <= _SHOWN else None


def short(text: str) -> str:
    """A text as a message shows it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def quoted(text: str) -> str:
    return json.dumps(short(text), ensure_ascii=False)


@cache
def zones() -> frozenset[str]:
    """The names of the time zones of the pinned data."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_number(value: object) -> str | None:
    """The number that a text consists of, if it does."""
    word = value.strip() if isinstance(value, str) else ""
    return word if word.isascii() and word.replace(".", "", 1).lstrip("-").isdecimal() else None


def _as_boolean(value: object) -> str | None:
    meant = {"true": "true", "yes": "true", "false": "false", "no": "false"}
    return meant.get(value.strip().lower()) if isinstance(value, str) else None


def _wrong_type(wanted: str, value: object, suggestion: str | None = None, *, within: bool = False) -> RefusalError:
    there = "it holds" if within else "this is"
    return RefusalError(codes.WRONG_TYPE, f"must be {wanted}, and {there} {kind_of(value)}.", suggestion)


def kind_of(value: object) -> str:
    """What a person calls a value of this sort."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "a mapping"


_TEXTS: Final = frozenset[FieldType]({"string", "text", "person"})
_BY_TYPE: Final[dict[FieldType, Converter]] = {
    "string": text,
    "text": text,
    "person": text,
    "instant": instant,
    "deadline": deadline,
    "integer": integer,
    "number": number,
    "boolean": boolean,
    "people": people,
    "strings": texts,
}
