"""Whether a note is the person's own: not empty, and not the text that LinkedIn puts there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_QUOTES: Final = str.maketrans("’‘ʼ＇", "''''")
_WISH: Final = (
    r"(?:i(?:'d| would)? (?:like|love|want) to|i'd be (?:glad|happy|pleased) to|let's|let us|can we|may i|please)"
)
_STOCK: Final = (
    re.compile(r"\badd (?:you|me) to (?:my|your) (?:professional |linkedin )*network\b"),
    re.compile(r"\bjoin (?:my|your) (?:professional |linkedin )*network\b"),
    re.compile(r"\bsince you are a person i trust\b"),
    re.compile(r"\bhave indicated you are a person\b"),
)
"""What LinkedIn proposes, or has proposed, wherever it stands."""
_GREETING: Final = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b"
    r"(?: (?:dr|mr|mrs|ms|prof)\.)?(?: [^\s,.!:;]+){0,4}(?:[,.!:;]|$)"
)
_HOLLOW: Final = re.compile(
    rf"\b{_WISH} (?:connect|link up)(?: with you)?(?: (?:here|on linkedin|here on linkedin))?\b"
    r"|\bplease (?:accept|add me)\b[^.!\n]*"
    r"|\b(?:thank you|thanks|best regards|kind regards|regards|best|sincerely|cheers)\b"
)
"""What says nothing where nothing else is said."""
_WORD: Final = re.compile(r"\w")


class PersonalInvitation:
    """A check for rules: ``check: {of: connect, passes: personal-invitation}``."""

    name = "personal-invitation"

    def judge(self, texts: Sequence[str]) -> list[str | None]:
        """What is wrong with each note; None where it is the person's own."""
        return [complaint(text) for text in texts]


def complaint(text: str) -> str | None:
    """The half of a sentence that says why a note is none of one's own; None where it is."""
    return stock(text) or hollow(text)


def stock(text: str) -> str | None:
    """Why it is LinkedIn's own text, and no other."""
    folded = _folded(text)
    for pattern in _STOCK:
        found = pattern.search(folded)
        if found:
            return f"has LinkedIn's own words (“{found[0]}”). Write your own"
    return None


def hollow(text: str) -> str | None:
    """Why nothing is said to this person alone."""
    rest = _HOLLOW.sub(" ", _GREETING.sub("", _folded(text)))
    return None if _WORD.search(rest) else "says nothing to this person alone. Say where you met, or what about"


def _folded(text: str) -> str:
    return " ".join(text.translate(_QUOTES).casefold().split())
