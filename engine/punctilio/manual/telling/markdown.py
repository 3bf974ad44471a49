"""The page as Markdown, which reads well as it stands; time lines in letters, or as pictures beside the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from punctilio.manual.telling.drawing import letters
from punctilio.manual.telling.inline import inline, words_inline
from punctilio.manual.telling.page import Card, Figure, Named, Page
from punctilio.manual.telling.words import Words, code


def as_markdown(page: Page, pictures: Mapping[str, str] | None = None) -> str:
    """The whole page; ``pictures`` are the paths of the time lines by anchor, where they were drawn."""
    parts = [
        *_head(page),
        *_overview(page.rules),
        "## The rules",
        *(part for card in page.rules for part in (_heading(card), *_card(card, pictures))),
        *_off(page.off),
        *_figures(page.figures),
        *_names("Named events", page.definitions, "."),
        *_names("People by their part", page.parties, "."),
        *_names("Lists of phrases", page.phrases, "."),
        *_names("What can be logged", page.events, ""),
    ]
    return "\n\n".join(parts) + "\n"


def card_markdown(card: Card) -> str:
    """One rule alone."""
    return "\n\n".join([f"# {inline(card.title)}", *_card(card, None)]) + "\n"


def _head(page: Page) -> Iterator[str]:
    yield f"# {inline(page.title)}"
    if page.about:
        yield inline(page.about)
    files = ", ".join(words_inline((code(file),)) for file in page.files)
    count = f"{len(page.rules)} rule" if len(page.rules) == 1 else f"{len(page.rules)} rules"
    holidays = f" and {page.holidays}" if page.holidays else ""
    name = words_inline((code(page.name),))
    days = f"days off are {page.weekend or 'none of the week'}{holidays}"
    times = f"Times without a zone are in {page.zone}"
    yield f"{count} of {name}, version `{page.hash[:12]}`, from {files}. {times}; {days}."


def _overview(cards: tuple[Card, ...]) -> Iterator[str]:
    if len(cards) > 1:
        rows = (f"| {card.force or '–'} | {card.kind} | [{inline(card.title)}](#{card.anchor}) |" for card in cards)
        yield "\n".join(["| force | kind | rule |", "|---|---|---|", *rows])


def _heading(card: Card) -> str:
    return f'### <a id="{card.anchor}"></a>{inline(card.title)}'


def _card(card: Card, pictures: Mapping[str, str] | None) -> Iterator[str]:
    if card.about:
        yield f"*{inline(card.about)}*"
    first, *others = card.sentences
    yield f"**{card.force.upper() or 'END OF A CASE'}.** {words_inline(first)}"
    if others:
        yield "\n".join(f"- {words_inline(one)}" for one in others)
    if card.line and pictures:
        yield f"![{inline(card.line.words)}]({pictures[card.anchor]})"
    elif card.line:
        yield "\n".join(["```text", letters(card.line), "```"])
    if card.figures:
        yield "; ".join(_said(figure) for figure in card.figures) + "."
    cite = f", after {inline(card.cite)}" if card.cite else ""
    yield f"{words_inline((code(card.id),))}{cite}, {inline(card.place)}"


def _said(figure: Figure) -> str:
    origin = "the default" if figure.is_default else f"set in {inline(figure.place)}"
    return f"`{figure.name}` is **{inline(figure.value)}** ({origin})"


def _off(off: tuple[Named, ...]) -> Iterator[str]:
    if off:
        yield "Switched off: " + ", ".join(f"{words_inline((code(o.name),))} ({inline(o.place)})" for o in off) + "."


def _figures(figures: Iterable[Figure]) -> Iterator[str]:
    rows = [
        f"| `{one.name}` | {inline(one.value)} | {inline(one.about)} | "
        f"{'the default' if one.is_default else inline(one.place)} |"
        for one in figures
    ]
    if rows:
        yield "## Figures that can be set"
        yield "\n".join(["| parameter | value | decides | from |", "|---|---|---|---|", *rows])


def _names(heading: str, names: tuple[Named, ...], end: str) -> Iterator[str]:
    if names:
        yield f"## {heading}"
        yield "\n".join(f"- {_definition(one)}{end}" for one in names)


def _definition(one: Named) -> str:
    name: Words = (code(one.name),)
    return f"{words_inline(name)}: {words_inline(one.words)}"
