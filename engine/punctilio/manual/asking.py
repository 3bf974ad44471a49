"""``rules docs``: a page of rules, or the answer to what a word means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from punctilio.errors import UsageError
from punctilio.manual.reference.answers import of_language, of_rules, unknown
from punctilio.manual.telling.drawing import svg
from punctilio.manual.telling.html import as_html
from punctilio.manual.telling.markdown import as_markdown
from punctilio.manual.telling.page import Page, page_of
from punctilio.plugins.loading import installed
from punctilio.resources import packs
from punctilio.rulebook.files import is_path
from punctilio.rulebook.load import load_written

FORMS: Final = ("markdown", "html")


def is_source(name: str) -> bool:
    """Whether this names rules, and not a word: a file, or a pack."""
    if is_path(name) or Path(name).is_file() or name in packs():
        return True
    return of_language(name) is None and name in installed().packs


def answers(topics: Sequence[str], sources: Sequence[str | Path]) -> str:
    """What the words mean, by the rules where the language does not say. Raises UsageError for an unknown one, and
    InvalidRulesError."""
    return "\n".join(_answer(topic, sources) for topic in topics)


def _answer(topic: str, sources: Sequence[str | Path]) -> str:
    told = of_language(topic)
    if told is not None:
        return told
    loaded = load_written(*sources)
    whole = page_of(loaded)
    told = of_rules(topic, whole, loaded.rulebook.vocabulary)
    if told is None:
        raise unknown(topic, whole, loaded.rulebook.vocabulary)
    return told


def load_page(sources: Sequence[str | Path]) -> Page:
    """What is to be said of the effective rules. Raises InvalidRulesError."""
    return page_of(load_written(*sources))


def page(told: Page, form: str) -> str:
    """The page as text. Raises UsageError for a form that is not there."""
    if form not in FORMS:
        raise UsageError(f"There is no form `{form}`. Write {' or '.join(FORMS)}.")
    return as_html(told) if form == "html" else as_markdown(told)


def with_pictures(told: Page, folder: str) -> tuple[str, dict[str, str]]:
    """The page as Markdown whose time lines are pictures in a folder beside it, and these, by their file names."""
    drawn = {card.anchor: svg(card.line, is_alone=True) for card in told.rules if card.line}
    text = as_markdown(told, {anchor: f"{folder}/{anchor}.svg" for anchor in drawn})
    return text, {f"{anchor}.svg": picture for anchor, picture in drawn.items()}
