"""``rules proofread``: check a message before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import PROBLEM_REPORTS, ReportFile, as_of_option, fail_option, rule_sources, rules_option


@click.command(short_help="Check a message of your own before you send it.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--log", "-l", "logs", multiple=True, metavar="LOG", help="What happened so far; may be repeated.")
@click.option("--case", metavar="CASE", help="The case that it belongs to. [default: the only one in the log]")
@click.option("--person", metavar="PERSON", help="Whom it is to. [default: by the addresses of an .eml file]")
@click.option("--purpose", metavar="PURPOSE", help="What it is for, such as thank-you or inquiry.")
@click.option("--channel", metavar="CHANNEL", help="How it goes. [default: email for an .eml file]")
@rules_option
@as_of_option("Judge it as if it went out then")
@click.option(
    "--format", "form", type=click.Choice(PROBLEM_REPORTS), default="text", show_default=True, help="The report."
)
@click.option("--output", "-o", "target", type=ReportFile(), help="Write the report here.")
@fail_option
@click.pass_context
def proofread(
    context: click.Context,
    file: Path,
    logs: tuple[str, ...],
    case: str | None,
    person: str | None,
    purpose: str | None,
    channel: str | None,
    sources: tuple[str, ...],
    as_of: datetime | None,
    form: str,
    target: Path | None,
    fail_on: str,
) -> None:
    """Check a message of your own before you send it: a text, or an .eml file.

    The rules judge it as if it went out now: with --purpose those for such messages too, and with --log by what came
    before, and by whether it may be sent at all. A gap that is left, in square brackets, counts as a warning.
    """
    rulebook = punctilio.load_rules(*rule_sources(sources))
    log = punctilio.read_log(*logs, rules=rulebook) if logs else None
    read = punctilio.proofread(
        file,
        rulebook,
        as_of=as_of or datetime.now(UTC),
        log=log,
        case=case,
        person=person,
        purpose=purpose,
        channel=channel,
    )

    from punctilio.drafting.report import proofreading_as_json, proofreading_as_text  # imports Polars
    from punctilio.model.decision import Level
    from punctilio.selection import has_level

    output.write(proofreading_as_json(read) if form == "json" else proofreading_as_text(read), target)
    levels = [*(slip.finding.level for slip in read.slips), *(Level.WARNING for _ in read.gaps)]
    context.exit(1 if has_level(levels, fail_on) else 0)
