"""Reports: one form, one module. A reporter returns text and prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from punctilio.reporters import json, text
from punctilio.selection import Selection
from punctilio.tables.tables import Evaluation


class Reporter(Protocol):
    """Makes a report of what is selected; ``colour`` asks for terminal colours where the form has any."""

    def __call__(self, evaluation: Evaluation, selection: Selection, *, colour: bool) -> str: ...


REPORTERS: Final[Mapping[str, Reporter]] = MappingProxyType({"json": json.render, "text": text.render})
