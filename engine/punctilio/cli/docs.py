"""``rules docs``: the rules in force in plain language, or what a word means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from punctilio.atomic import is_stream
from punctilio.cli import output
from punctilio.cli.options import ReportFile, rule_sources, rules_option
from punctilio.errors import UsageError


@click.command(short_help="Explain the rules in force, or a word of the language.")
@click.argument("names", nargs=-1, metavar="[FILE|PACK|WORD]...")
@rules_option
@click.option(
    "--format",
    "form",
    type=click.Choice(("markdown", "html")),
    help="The form of the page. [default: html for a FILE.html, else markdown]",
)
@click.option("--output", "-o", "file", type=ReportFile(), help="Write it here.")
def docs(names: tuple[str, ...], sources: tuple[str, ...], form: str | None, file: Path | None) -> None:
    """Write a page of the rules in force in plain language, each with its window drawn as a line of time, or say what
    a WORD means.

    A FILE is a rule file, a PACK one by its name. [default: ./punctilio.yaml if there, else after-interview] A WORD is
    a key (expect, expect.window.due), an event type or field (message.sent.purpose), an error code, or a rule or
    another name of --rules. With -o PAGE.md the drawings are put into a folder beside it.
    """
    from punctilio.api import DEFAULT_PACK  # `--help` does without it
    from punctilio.manual import asking

    words = [name for name in names if not asking.is_source(name)]
    if words and (len(words) < len(names) or form == "html"):
        raise UsageError(f"`{words[0]}` is a word, and a page is made of files and packs. Ask for it alone, as text.")
    named = rule_sources(sources if words or not names else names) or (DEFAULT_PACK,)
    output.require_places({"--output": file}, named)
    if words:
        output.write(asking.answers(words, named), file)
        return
    page = asking.load_page(named)
    is_html = form == "html" or (form is None and file is not None and file.suffix.lower() in (".html", ".htm"))
    if is_html or file is None or is_stream(file):
        output.write(asking.page(page, "html" if is_html else "markdown"), file)
        return
    folder = file.parent / f"{file.stem}-images"
    text, pictures = asking.with_pictures(page, quote(folder.name))
    _write_pictures(folder, pictures)
    output.write(text, file)


def _write_pictures(folder: Path, pictures: dict[str, str]) -> None:
    try:
        if pictures:
            folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"Cannot make {folder}: {error.strerror or error}. Name another file with -o.") from None
    for name, picture in pictures.items():
        output.write(picture, folder / name)
