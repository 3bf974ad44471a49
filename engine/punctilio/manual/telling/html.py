"""The page as one HTML file: nothing is fetched, nothing runs, and what rules say is escaped by the template engine."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from punctilio.manual.telling.drawing import STYLE, svg
from punctilio.manual.telling.page import Page
from punctilio.resources import bundled


def as_html(page: Page) -> str:
    """The whole file."""
    environment = Environment(
        loader=FileSystemLoader(bundled("pages")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    # Both are ours: the style is fixed, and a picture is written by the XML library.
    pictures = {card.anchor: Markup(svg(card.line, is_alone=False)) for card in page.rules if card.line}
    return environment.get_template("rules.html").render(page=page, style=Markup(STYLE), pictures=pictures)
