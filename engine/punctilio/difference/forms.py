"""The forms of the report, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from punctilio.difference.json import as_json
from punctilio.difference.markdown import as_markdown
from punctilio.difference.text import as_text
from punctilio.difference.values import Difference

RENDERERS: Final[Mapping[str, Callable[[Difference], str]]] = MappingProxyType(
    {"text": as_text, "json": as_json, "markdown": as_markdown}
)
