"""Sentences whose names and values stay apart from the words around them, so that each page shows them its own way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from punctilio.inert import inert


class Code(NamedTuple):
    """A name or a value, as it stands in a rule file."""

    text: str


Words = tuple[str | Code, ...]


def say(*parts: str | Code | Words) -> Words:
    """The parts as one sentence."""
    return tuple(piece for part in parts for piece in _pieces(part))


def _pieces(part: str | Code | Words) -> Words:
    return (part,) if isinstance(part, str | Code) else part


def code(text: str) -> Code:
    return Code(inert(text))


def joined(parts: Sequence[Words], last: str = "or") -> Words:
    """``a``, ``a or b``, ``a, b or c``."""
    if not parts:
        return ()
    *others, end = parts
    if not others:
        return end
    head = say(*(piece for number, part in enumerate(others) for piece in ((", ",) if number else (), part)))
    return say(head, f" {last} ", end)


def plain(words: Iterable[str | Code]) -> str:
    """The words as text alone."""
    return "".join(piece.text if isinstance(piece, Code) else piece for piece in words)


def sentence(*parts: str | Code | Words) -> Words:
    """The parts, beginning with a capital where they begin with a word, and ended by a full stop."""
    words = say(*parts)
    first = words[0] if words else ""
    if isinstance(first, str):
        words = (first[:1].upper() + first[1:], *words[1:])
    return (*words, ".")
