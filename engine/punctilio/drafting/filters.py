"""What templates can do with a fact beside showing it. Nothing here makes more of a text than it takes, but `join`,
which counts before it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from jinja2 import filters, tests

from punctilio.drafting.facts import Facts, Lack, Moment
from punctilio.drafting.folders import LONGEST


class RenderingError(Exception):
    """What a template asks for cannot be done with these facts; the text is a sentence."""


class TooLargeError(RenderingError):
    """What a template makes of these facts is too long."""


def written(value: object) -> str:
    """A value as it stands in a message."""
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float() | Moment() | Lack():
            return str(value)
        case list() | tuple():
            return join(value, ", ")  # pyright: ignore[reportUnknownArgumentType]  # of whatever values
        case Facts():
            named = ", ".join(sorted(value.known))
            raise RenderingError(f"Facts are no text. Name a part of them: {named}.")
        case _:
            raise RenderingError("This gives no text. Name a fact, or take one of several with `first`.")


def join(values: Iterable[object], between: str = "") -> str:
    """The values one after the other."""
    texts = [written(value) for value in values]
    if sum(map(len, texts)) + len(texts) * len(between) > LONGEST:
        raise TooLargeError(f"The message would be longer than {LONGEST:,} characters.")
    return between.join(texts)


def default(value: object, other: object = "") -> object:
    """The other where the log lacks the value."""
    return other if isinstance(value, Lack) else value


def reply(subject: str) -> str:
    """The subject of an answer."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _first(values: Iterable[object]) -> object:
    return next(iter(values), values if isinstance(values, Lack) else Lack("…"))


def _last(values: Iterable[object]) -> object:
    return values if isinstance(values, Lack) else _first(_reversed(values))


def _listed(values: Iterable[object]) -> list[object]:
    return list(values)


def _reversed(values: Iterable[object]) -> list[object]:
    return list(values)[::-1]


def _of_text(change: Callable[[str], str]) -> Callable[[object], object]:
    """A change of texts; a gap stays what it is."""
    return lambda value: value if isinstance(value, Lack) else change(written(value))


_JINJA: Final = cast(Mapping[str, Callable[..., Any]], filters.FILTERS)
_TRIED: Final = cast(Mapping[str, Callable[..., Any]], tests.TESTS)

FILTERS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "capitalize": _of_text(lambda text: text[:1].upper() + text[1:]),
        "default": default,
        "first": _first,
        "join": join,
        "last": _last,
        "length": _JINJA["length"],
        "list": _listed,
        "lower": _of_text(str.lower),
        "map": _JINJA["map"],
        "rejectattr": _JINJA["rejectattr"],
        "reply": _of_text(reply),
        "reverse": _reversed,
        "selectattr": _JINJA["selectattr"],
        "sort": _JINJA["sort"],
        "title": _of_text(str.title),
        "trim": _of_text(str.strip),
        "unique": _JINJA["unique"],
        "upper": _of_text(str.upper),
    }
)
TESTS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {name: _TRIED[name] for name in ("eq", "equalto", "false", "in", "ne", "true")}
)
