"""The line of a rule file in which a rule stands."""

from __future__ import annotations

from pathlib import Path

from punctilio.inert import inert
from punctilio.model.rule import Rule, Rulebook


def source_line(rulebook: Rulebook, rule: Rule) -> str | None:
    """The line of the rule's id as it stands there now; None where the file is gone, or shorter."""
    places = dict(zip(rulebook.files, rulebook.folders, strict=False))
    folder = places.get(rule.location.file)
    if folder is None:
        return None
    try:
        lines = (Path(folder) / Path(rule.location.file).name).read_text(encoding="utf-8").split("\n")
        return inert(lines[rule.location.line - 1].strip())
    except (OSError, ValueError, IndexError):
        return None
