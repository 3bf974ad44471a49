"""``rules explain``: why, and why not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import (
    PROBLEM_REPORTS,
    as_of_option,
    known_option,
    map_option,
    output_option,
    rule_sources,
    rules_option,
)
from punctilio.cli.small import spare
from punctilio.polars_thread import on_polars_thread

if TYPE_CHECKING:
    from punctilio.forecasting import Accounts

LATEST: Final = 10
"""Decisions, and findings, of a rule that people read; a case has seldom more."""


@click.command(short_help="Say of every rule why, and why not, in one case.")
@click.argument("case")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@rules_option
@as_of_option("As things stood then")
@known_option
@click.option("--rule", "rule_ids", multiple=True, metavar="RULE", help="Of this rule only; may be repeated.")
@click.option("--person", "people", multiple=True, metavar="PERSON", help="For this person only; may be repeated.")
@click.option(
    "--all",
    "is_whole",
    is_flag=True,
    help=f"Tell all decisions and findings, not the latest {LATEST} of each rule alone; JSON tells all always.",
)
@map_option
@click.option(
    "--format", "form", type=click.Choice(PROBLEM_REPORTS), default="text", show_default=True, help="The report."
)
@output_option
def explain(
    case: str,
    logs: tuple[str, ...],
    sources: tuple[str, ...],
    as_of: datetime | None,
    known_at: datetime | None,
    rule_ids: tuple[str, ...],
    people: tuple[str, ...],
    is_whole: bool,
    mapping: Path | None,
    form: str,
    file: Path | None,
) -> None:
    """Say of every rule why, and why not, in CASE: what it decided and by which events, or the first condition that
    failed; which event would change that, and when it changes by itself.

    LOG is a file, a glob, or - for standard input.
    """
    output.require_places({"--output": file}, [*logs, *rule_sources(sources), *([mapping] if mapping else [])])
    small = spare(logs)
    rulebook = punctilio.load_rules(*rule_sources(sources))
    log = punctilio.read_log(*logs, rules=rulebook, mapping=mapping)

    def told() -> Accounts:
        evaluation = punctilio.evaluate(rulebook, log, as_of=as_of or datetime.now(UTC), known_at=known_at)
        latest = None if is_whole or form == "json" else LATEST
        return punctilio.explain(evaluation, case, rules=rule_ids, people=people, latest=latest)

    accounts = on_polars_thread(told) if small else told()

    from punctilio.reporters.accounts_json import accounts_as_json  # imports Polars
    from punctilio.reporters.accounts_text import accounts_as_text

    colour = file is None and output.is_colourful()
    output.write(accounts_as_json(accounts) if form == "json" else accounts_as_text(accounts, colour=colour), file)
