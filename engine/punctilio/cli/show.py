"""``rules show``: the rules in force, each value with the place that it comes from."""

from __future__ import annotations

from pathlib import Path

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import ReportFile, rule_sources


@click.command(short_help="Show the rules in force, and where each value comes from.")
@click.argument("sources", nargs=-1, metavar="[FILE|PACK]...")
@click.option("--rule", "rule_ids", multiple=True, metavar="RULE", help="Show this rule only; may be repeated.")
@click.option(
    "--format", "form", type=click.Choice(("yaml", "json")), default="yaml", show_default=True, help="The form."
)
@click.option("--output", "-o", "file", type=ReportFile(), help="Write it here.")
def show(sources: tuple[str, ...], rule_ids: tuple[str, ...], form: str, file: Path | None) -> None:
    """Show the rules in force, after `extends`, `overrides` and parameters, each value with its file and line.

    A FILE is a rule file, a PACK one by its name. [default: ./punctilio.yaml if there, else after-interview]
    As YAML it is a rule file again, with the places as comments.
    """
    named = rule_sources(sources)
    output.require_places({"--output": file}, named)
    output.write(punctilio.show_rules(*named, form=form, rules=rule_ids), file)
