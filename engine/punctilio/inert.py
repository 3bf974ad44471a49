"""Text from a log, made harmless: it can neither begin a line, nor move a cursor, nor turn the reading direction."""

from __future__ import annotations

from typing import Final

_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINERS: Final = "\u200c\u200d"
"""Invisible, and part of how names are spelt in several scripts; they change nothing around them."""


def inert(text: str) -> str:
    """The text on one line; what would do something instead of showing something is written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _JOINERS else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}")
