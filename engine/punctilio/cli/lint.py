"""``rules lint``: find what is valid in rule files and hardly meant so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import CHECK_REPORTS, output_option, rule_sources

LEVELS: Final = ("error", "warning", "advice", "never")


@click.command(short_help="Find rules that are valid and hardly meant so.")
@click.argument("sources", nargs=-1, metavar="[FILE|PACK]...")
@click.option("--log", "-l", "logs", multiple=True, metavar="LOG", help="Tell what it leaves idle; may be repeated.")
@click.option(
    "--tests", "-t", multiple=True, metavar="PATH", help="Case files, or folders of them; tell what none speaks of."
)
@click.option(
    "--ignore", multiple=True, metavar="CODE[:NAME]", help="Leave a lint out, or for one rule; may be repeated."
)
@click.option(
    "--format", "form", type=click.Choice(CHECK_REPORTS), default="text", show_default=True, help="The report."
)
@output_option
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="advice",
    show_default=True,
    help="Exit with 1 where something of this level, or a graver one, is found.",
)
@click.pass_context
def lint(
    context: click.Context,
    sources: tuple[str, ...],
    logs: tuple[str, ...],
    tests: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    file: Path | None,
    fail_on: str,
) -> None:
    """Find rules that are valid and hardly meant so: that never fire, that say nothing beside others, that ask for what
    others forbid; names that nothing uses; and what has no title, reason or test.

    A FILE is a rule file, a PACK one by its name. [default: ./punctilio.yaml if there, else after-interview]
    """
    from punctilio.api import DEFAULT_PACK  # `--help` does without it

    named = rule_sources(sources) or (DEFAULT_PACK,)
    output.require_places({"--output": file}, (*named, *logs))
    found = punctilio.lint(*named, logs=logs, tests=tests, ignore=ignore)

    from punctilio.linting import report  # imports Polars

    if form == "text":
        said = report.as_text(named, found)
    elif form == "json":
        said = report.as_json(named, found)
    else:
        from punctilio import results  # only for a form that has it

        codes = report.asked(has_log=bool(logs), has_tests=bool(tests), ignored=ignore)
        said = results.render(form, report.outcome(named, found, codes))
    output.write(said, file)
    context.exit(1 if report.is_at_least(found, fail_on) else 0)
