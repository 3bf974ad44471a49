"""``rules schema``: JSON Schemas for editors and programs, with the names of one's own rules."""

from __future__ import annotations

from pathlib import Path

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import rule_sources, rules_option


@click.command(short_help="Print the JSON Schema of rule files, events, case files or reports.")
@click.argument("name", type=click.Choice(("rules", "event", "case", "evaluation")), default="rules")
@rules_option
@click.option("--output", "-o", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write it here.")
def schema(name: str, sources: tuple[str, ...], file: Path | None) -> None:
    """Print a JSON Schema: of rule files, of an event of a log, of case files, or of an evaluation as JSON.

    It holds the names that the rules know (event types, fields, values, definitions, parties, parameters, checks of
    plugins), so that an editor completes and explains them. [default: rules]
    """
    named = rule_sources(sources)
    output.require_places({"--output": file}, named)
    output.write(punctilio.schema(name, *named), file)
