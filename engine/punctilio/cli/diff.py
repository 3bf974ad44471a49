"""``rules diff``: what other rules judge otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import as_of_option, map_option, output_option

FORMS: Final = ("text", "json", "markdown")


@click.command(short_help="Show what changed rules judge otherwise.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--log", "-l", "logs", multiple=True, required=True, metavar="LOG", help="What is judged; may be repeated."
)
@as_of_option("Judge as things stood then")
@map_option
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="Show so many cases of each kind; the rest is counted.",
)
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="The report.")
@output_option
@click.option("--exit-code", "tells", is_flag=True, help="Exit with 1 where there is any difference.")
@click.pass_context
def diff(
    context: click.Context,
    old: str,
    new: str,
    logs: tuple[str, ...],
    as_of: datetime | None,
    mapping: Path | None,
    samples: int,
    form: str,
    file: Path | None,
    tells: bool,
) -> None:
    """Show what the rules of NEW judge otherwise than those of OLD, by rule, and by which changed field.

    OLD and NEW are each a rule file, a pack, or a file as it stood in a revision of git, such as
    main:rules/mine.yaml.
    """
    from punctilio.cli.small import spare  # `--help` does without them
    from punctilio.polars_thread import on_polars_thread

    output.require_places({"--output": file}, (old, new, *logs, *((mapping,) if mapping else ())))
    judge = partial(
        punctilio.compare, old, new, *logs, as_of=as_of or datetime.now(UTC), mapping=mapping, samples=samples
    )
    found = on_polars_thread(judge) if spare(logs) else judge()

    from punctilio.difference.forms import RENDERERS  # imports Polars

    output.write(RENDERERS[form](found), file)
    context.exit(1 if tells and found.is_any else 0)
