"""Gaps: what stands in square brackets in a template is for the person to write.

Brackets that come from a log are none. While a text is made they stand as characters that nothing else can be: facts
hold them only after `facts.harmless`, which writes any such character of the log as an escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_COVER: Final = str.maketrans("[]", "\ufdd0\ufdd1")
_UNCOVER: Final = str.maketrans("\ufdd0\ufdd1", "[]")
_GAP: Final = re.compile(r"\[[^\[\]]*[^\[\]\s][^\[\]]*\]")
_LEFT_OUT: Final = "…"


def covered(text: str) -> str:
    """The text with brackets that mark no gap."""
    return text.translate(_COVER)


def uncovered(text: str) -> str:
    """The text as it is to be read."""
    return text.translate(_UNCOVER)


def gaps_in(text: str) -> tuple[str, ...]:
    """The gaps of a covered text, each once, in order, as they are to be read."""
    return tuple(dict.fromkeys(uncovered(gap) for gap in _GAP.findall(text)))


def places_of_gaps(text: str) -> list[tuple[int, str]]:
    """Where the gaps of a text that nobody covered begin."""
    return [(found.start(), found[0]) for found in _GAP.finditer(text)]


def without(gaps: Iterable[str], text: str) -> str:
    """The text with its gaps left out, so that what stands in them counts for nothing; blank where nothing is left."""
    for gap in gaps:
        text = text.replace(gap, _LEFT_OUT)
    return text if re.search(r"\w", text) else ""
