"""The code of every lint: how grave it is, and what it means. Each has a page in docs/lints."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from punctilio.model.decision import Level


class Meaning(NamedTuple):
    level: Level
    words: str


CODES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "ALWAYS-BLOCKED": Meaning(Level.ERROR, "An action that a `must` rule forbids whenever it could be taken."),
        "CANCEL-SETTLES": Meaning(Level.WARNING, "An event that cancels and also settles, so that it only settles."),
        "DUPLICATE-RULE": Meaning(Level.WARNING, "A rule that says the same as another one."),
        "NEVER-BROKEN": Meaning(Level.ERROR, "A rule that no event can break."),
        "NEVER-FIRED": Meaning(Level.ADVICE, "A rule that nothing in the log set off."),
        "NEVER-FIRES": Meaning(Level.ERROR, "A rule that no event can set off."),
        "NO-REASON": Meaning(Level.ADVICE, "A rule that does not say why it is there."),
        "NO-TEST": Meaning(Level.ADVICE, "A rule that no case file speaks of."),
        "NO-TITLE": Meaning(Level.ADVICE, "A rule without a title."),
        "OUTLIVES-CASE": Meaning(Level.WARNING, "A window that reaches beyond the end of the case."),
        "REDUNDANT-PHRASE": Meaning(Level.WARNING, "A phrase that another one of its list finds already."),
        "SAME-VALUE": Meaning(Level.WARNING, "An override that says what is so already."),
        "SHADOWED-RULE": Meaning(Level.WARNING, "A rule that another, stricter one makes superfluous."),
        "UNUSED": Meaning(Level.WARNING, "Something with a name that no rule uses."),
        "WINDOW-ORDER": Meaning(Level.WARNING, "A window whose ends come in the wrong order."),
    }
)
