"""Texts with half of a character (a lone surrogate), which JSON can write and no file can hold."""

from __future__ import annotations

import json
from typing import cast

from punctilio.logs import codes
from punctilio.logs.records import Mistake


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


def whole(text: str) -> str:
    """The text with a question mark for each half."""
    return text.encode("utf-8", "replace").decode()


def _has_half(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
