"""Texts as parts of a line of Markdown, where they mean themselves and nothing else.

CommonMark lets a backslash stand before any sign of punctuation, and makes spans of code with as many backticks as it
takes. https://spec.commonmark.org/0.31.2/#backslash-escapes, #code-spans
"""

from __future__ import annotations

import re
from typing import Final

from punctilio.manual.telling.words import Code, Words

_SIGNS: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>&|~#$@"})
_BEGINNING: Final = re.compile(r"([0-9]*)([-+=:.)])")
_ADDRESS: Final = re.compile(r"(?i)(https?|ftp)(:)|(www)(\.)")


def inline(text: str) -> str:
    """The text, on one line that begins no heading, list or table, and links nowhere."""
    line = _part(" ".join(text.split()))
    begins = _BEGINNING.match(line)
    return f"{begins[1]}\\{line[begins.end(1) :]}" if begins else line


def words_inline(words: Words) -> str:
    """Words, with names and values as code."""
    return "".join(_span(piece.text) if isinstance(piece, Code) else _part(piece) for piece in words)


def _part(text: str) -> str:
    signs = text.translate(_SIGNS)
    return _ADDRESS.sub(lambda found: "\\".join(part for part in found.groups() if part), signs)


def _span(text: str) -> str:
    """A span of code."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    is_padded = text.strip(" ") and (text[:1] in ("`", " ") or text[-1:] in ("`", " "))  # one of blanks alone is kept
    pad = " " if is_padded else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""
