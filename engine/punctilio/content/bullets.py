"""Bullet points: "-", "*", "•", numbers, and the items of HTML lists."""

from __future__ import annotations

from typing import Final

import polars as pl

_LINE: Final = r"(?m)^[ \t]*(?:[-*•‣◦·–—]|\d{1,3}[.)])[ \t]+\S[^\n]*"
_ITEM: Final = r"(?is)<li(?:\s[^>]*)?>.*?(?:</li>|$)"
_MARK: Final = r"^[ \t]*(?:[-*•‣◦·–—]|\d{1,3}[.)])[ \t]+"
_TAG: Final = r"<[^>]*>"


def bullets(text: pl.Expr) -> pl.Expr:
    """The bullets of a text, without their marks (List of String); those of an HTML list where it has one."""
    items = text.str.extract_all(_ITEM)
    lines = text.str.extract_all(_LINE)
    found = pl.when(items.list.len() > 0).then(items).otherwise(lines)
    return found.list.eval(pl.element().str.replace(_MARK, "").str.replace_all(_TAG, " ").str.strip_chars())
