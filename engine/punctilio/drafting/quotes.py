"""What of a message is the person's own, and what it quotes of others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_QUOTED: Final = re.compile(r"\s{0,3}>")
_ATTRIBUTION: Final = re.compile(r".*\d.*:\s*", re.DOTALL)
"""Such as `On 3 March 2026, Ann Lee wrote:`, in any language, over some lines."""
_LONGEST_ATTRIBUTION: Final = 3
_DIVIDER: Final = re.compile(r"\s*(-{3,}\s*\w[\w\s'’-]*\w\s*-{3,}|_{10,})\s*")
"""Such as `-----Original Message-----`."""
_HEADER: Final = re.compile(r"\s*\*?[\w-]{2,15}\*?:\*?\s+\S.*")
"""A line such as `From: Ann Lee`, as mail programs put them above what they quote whole."""
_FIRST_HEADER: Final = re.compile(
    r"\s*\*?(from|von|de|da|van|från|fra|od|lähettäjä|发件人|差出人)\*?:.*", re.IGNORECASE
)
_HEADERS: Final = 3


def own_words(text: str) -> str:
    """The text with blank lines in the place of what it quotes, so that each line stays where it is."""
    lines = text.split("\n")
    end = next((at for at in range(len(lines)) if _begins_a_quoted_message(lines, at)), len(lines))
    quoted = {at for at in range(end) if _QUOTED.match(lines[at])}
    begins = [at for at in sorted(quoted) if at - 1 not in quoted]
    quoted |= {line for at in begins for line in _attribution(lines, at)}
    return "\n".join("" if at in quoted else line for at, line in enumerate(lines[:end])).rstrip()


def _begins_a_quoted_message(lines: Sequence[str], at: int) -> bool:
    """Whether all from here on is another message: a divider with its headers below it, or three headers in a row."""
    if _DIVIDER.fullmatch(lines[at]):
        below = next((line for line in lines[at + 1 :] if line.strip()), "")
        return bool(_HEADER.fullmatch(below))
    following = lines[at : at + _HEADERS]
    are_headers = len(following) == _HEADERS and all(map(_HEADER.fullmatch, following))
    return are_headers and bool(_FIRST_HEADER.fullmatch(lines[at])) and at > 0 and not lines[at - 1].strip()


def _attribution(lines: Sequence[str], at: int) -> range:
    """The lines that say whose words are quoted from ``at`` on."""
    end = at
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    begin = end
    while begin > 0 and lines[begin - 1].strip():
        begin -= 1
    is_one = end - begin <= _LONGEST_ATTRIBUTION and _ATTRIBUTION.fullmatch("\n".join(lines[begin:end]))
    return range(begin, end) if is_one else range(0)
