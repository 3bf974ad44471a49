"""What a person reads in a message that was written as HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_UNSEEN: Final = frozenset({"head", "script", "style", "template", "title"})
_QUOTED: Final = frozenset({"blockquote"})
_QUOTE_CLASSES: Final = frozenset({"gmail_quote", "moz-cite-prefix", "yahoo_quoted"})
_QUOTE_TO_THE_END: Final = frozenset({"appendonsend", "divRplyFwdMsg"})
"""By which mail programs mark what they answer to."""
_LINES: Final = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    | {"p", "pre", "section", "table", "tr", "ul"}
)
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


def read_as_text(html: str) -> str:
    """The text in lines, with the items of lists as bullets, and without what is quoted of others."""
    page = _Page()
    page.feed(html)
    page.close()
    lines = (" ".join(line.split()) for line in "".join(page.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Page(HTMLParser):
    """Collects what is seen. ``hidden`` are the open elements from the first one on whose content is not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden: list[str] = []
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.is_over = self.is_over or said.get("id") in _QUOTE_TO_THE_END
        is_quote = tag in _QUOTED or not _QUOTE_CLASSES.isdisjoint(said.get("class", "").split())
        if is_quote:
            self._show("\n")
        if tag not in _VOID and (self.hidden or is_quote or tag in _UNSEEN):
            self.hidden.append(tag)
        elif tag == "li":
            self._show("\n- ")
        elif tag in _LINES:
            self._show("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:  # with what was left open in it
            del self.hidden[len(self.hidden) - 1 - self.hidden[::-1].index(tag) :]
        elif tag in _LINES:
            self._show("\n")

    def handle_data(self, data: str) -> None:
        self._show(data.replace("\n", " "))

    def _show(self, text: str) -> None:
        if not (self.hidden or self.is_over):
            self.parts.append(text)
