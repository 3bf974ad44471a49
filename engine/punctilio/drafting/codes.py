"""The code of every mistake that a message template can have, and what it means. Each has a page in docs/errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "TEMPLATE-FORBIDDEN": "Something that message templates cannot do.",
        "TEMPLATE-NAME": "A name that message templates do not know.",
        "TEMPLATE-SYNTAX": "A message template that cannot be read.",
        "TEMPLATE-TOO-LARGE": "A message template, or what is made of it, that is too long.",
    }
)
