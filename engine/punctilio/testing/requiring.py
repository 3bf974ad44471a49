"""Assertions that hold under ``python -O`` too, and the texts that tests of every contract try."""

from __future__ import annotations

import re
from typing import Final

HOSTILE: Final = (
    "",
    " ",
    "\x00",
    "a\r\nBcc: everybody@example.com",
    "\x1b[2J\x1b]0;owned\x07",
    "\u202eesrever\u2066",
    '=HYPERLINK("http://example.com")',
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raise %} %s {0}",
    "END:VEVENT\nBEGIN:VALARM",
    "Zoë 🕊️ 王さん " * 50,
    "x" * 20_000,
)
"""What a log may hold."""

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def require(holds: bool, sentence: str) -> None:
    """Raises AssertionError with the sentence."""
    if not holds:
        raise AssertionError(sentence)


def require_is(value: object, wanted: type) -> None:
    require(isinstance(value, wanted), f"It gave {value!r}, which is no {wanted.__name__}.")


def require_name(name: object) -> None:
    is_name = isinstance(name, str) and _NAME.fullmatch(name) is not None
    require(is_name, f"The name {name!r} is not made of lower-case words joined by hyphens.")
