"""``rules schema``: JSON Schemas for editors and programs, with the names of one's own rules."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import ReportFile, rule_sources, rules_option

FILES: Final = ("rules", "event", "case")
REPORTS: Final = (
    "evaluation", "row", "explanation", "difference", "problems", "lint", "tests", "mutants", "effective",
)  # fmt: skip


@click.command(short_help="Print the JSON Schema of rule files, events, case files or reports.")
@click.argument("name", metavar="[NAME]", type=click.Choice((*FILES, *REPORTS)), default="rules")
@rules_option
@click.option("--output", "-o", "file", type=ReportFile(), help="Write it here.")
def schema(name: str, sources: tuple[str, ...], file: Path | None) -> None:
    """Print a JSON Schema: of rule files (rules), of an event of a log (event), or of case files (case); or of what
    a command writes as JSON: evaluation and row (evaluate), explanation (explain), difference (diff), problems
    (validate), lint, tests (test), mutants (mutate), effective (show).

    The schemas of files, and that of an evaluation, hold the names that the rules know (event types, fields, values,
    definitions, parties, parameters, checks of plugins), so that an editor completes and explains them. [default:
    rules]
    """
    named = rule_sources(sources)
    output.require_places({"--output": file}, named)
    output.write(punctilio.schema(name, *named), file)
