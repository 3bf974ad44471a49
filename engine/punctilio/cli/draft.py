"""``rules draft``: write what is due."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import (
    PROBLEM_REPORTS,
    ReportFile,
    as_of_option,
    fail_option,
    known_option,
    map_option,
    rule_sources,
    rules_option,
)
from punctilio.cli.small import spare
from punctilio.polars_thread import on_polars_thread

if TYPE_CHECKING:
    from punctilio.drafting.values import Drafts


@click.command(short_help="Write the messages that are due, and check them.")
@click.argument("case")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@rules_option
@as_of_option("Write what is due then")
@known_option
@click.option("--rule", "rule_ids", multiple=True, metavar="RULE", help="Only what this rule asks; may be repeated.")
@click.option("--person", "people", multiple=True, metavar="PERSON", help="Only to this person; may be repeated.")
@click.option(
    "--templates",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Take templates (NAME.txt) from this folder first; may be repeated.",
)
@map_option
@click.option(
    "--format", "form", type=click.Choice(PROBLEM_REPORTS), default="text", show_default=True, help="The report."
)
@click.option("--output", "-o", "file", type=ReportFile(), help="Write the drafts here.")
@fail_option
@click.pass_context
def draft(
    context: click.Context,
    case: str,
    logs: tuple[str, ...],
    sources: tuple[str, ...],
    as_of: datetime | None,
    known_at: datetime | None,
    rule_ids: tuple[str, ...],
    people: tuple[str, ...],
    templates: tuple[Path, ...],
    mapping: Path | None,
    form: str,
    file: Path | None,
    fail_on: str,
) -> None:
    """Write the messages that are due in CASE, from templates and from what the log says.

    What only you can write is a gap in square brackets. What the rules say of each draft stands beside it; what is
    blocked is not drafted. LOG is a file, a glob, or - for standard input.
    """
    from punctilio.plugins.loading import installed  # `--help` does without it

    small = spare(logs)
    rulebook = punctilio.load_rules(*rule_sources(sources))
    log = punctilio.read_log(*logs, rules=rulebook, mapping=mapping)

    def written() -> Drafts:
        evaluation = punctilio.evaluate(rulebook, log, as_of=as_of or datetime.now(UTC), known_at=known_at)
        return punctilio.draft(evaluation, case, rules=rule_ids, people=people, templates=templates)

    installed()  # a plugin that uses Polars as it is imported would wait for Polars' own thread
    drafts = on_polars_thread(written) if small else written()

    from punctilio.drafting.report import drafts_as_json, drafts_as_text  # imports Polars
    from punctilio.selection import has_level

    output.write(drafts_as_json(drafts) if form == "json" else drafts_as_text(drafts), file)
    levels = {finding.level for one in drafts.prepared for finding in one.findings}
    context.exit(1 if has_level(levels, fail_on) else 0)
