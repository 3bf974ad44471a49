"""Texts with half of a character (a lone surrogate), which JSON can write and no file can hold."""

from __future__ import annotations

import json
import re
from typing import Final, cast

from punctilio.logs import codes
from punctilio.logs.records import Mistake

_OF_BYTE: Final = re.compile("[\udc80-\udcff]")


def half_character(event: object) -> Mistake | None:
    """The first key or value of the event that has one."""
    pairs = cast("dict[str, object]", event).items() if isinstance(event, dict) else ((None, event),)
    for key, value in pairs:
        if key is not None and _has_half(key):
            message = f"The key `{whole(key)}` holds half of a character: write it anew."
            return Mistake(codes.BAD_TEXT, message, key, at_key=True)
        if _has_half(value):
            return Mistake(codes.BAD_TEXT, "This holds half of a character (a lone surrogate): write it anew.", key)
    return None


def byte_in(text: str) -> tuple[int, int] | None:
    """The first byte that is no UTF-8, for which half of a character stands in the text, and where (from 0)."""
    half = _OF_BYTE.search(text)
    return (half[0].encode("utf-8", "surrogateescape")[0], half.start()) if half else None


def whole(text: str) -> str:
    """The text with a question mark for each half."""
    return text.encode("utf-8", "replace").decode()


def _has_half(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
