"""``rules evaluate``: judge logs."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import (
    SHOWN_REPORTS,
    Report,
    Target,
    as_of_option,
    known_option,
    map_option,
    output_option,
    rule_sources,
    rules_option,
)
from punctilio.cli.small import spare
from punctilio.polars_thread import on_polars_thread

FORCES = ("must", "should", "never")


@click.command(short_help="Judge event logs, with the reasons.")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@rules_option
@as_of_option("Judge as things stood then")
@known_option
@click.option("--case", "cases", multiple=True, metavar="CASE", help="Show this case only; may be repeated.")
@click.option("--rule", "rule_ids", multiple=True, metavar="RULE", help="Show this rule only; may be repeated.")
@click.option("--format", "form", type=Report(), default="text", show_default=True, help="The report.")
@output_option
@click.option(
    "--fail-on",
    type=click.Choice(FORCES),
    default="must",
    show_default=True,
    help="Exit with 1 where a rule of this force, or a stronger one, is broken.",
)
@map_option
@click.option(
    "--quarantine",
    type=Target(),
    help="Set lines that cannot be read aside, into this file, and judge the other cases.",
)
@click.option("--memory", metavar="SIZE", help="Use no more, such as 2 GB. [default: half of what there is]")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Workers for large logs. [default: one a core]")
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where large logs are split. [default: the system's temporary folder]",
)
@click.option("--time", "is_timed", is_flag=True, help="Tell on standard error what each phase and rule takes.")
@click.pass_context
def evaluate(
    context: click.Context,
    logs: tuple[str, ...],
    sources: tuple[str, ...],
    as_of: datetime | None,
    known_at: datetime | None,
    cases: tuple[str, ...],
    rule_ids: tuple[str, ...],
    form: str,
    file: Path | None,
    fail_on: str,
    mapping: Path | None,
    quarantine: Path | None,
    memory: str | None,
    jobs: int | None,
    work: Path | None,
    is_timed: bool,
) -> None:
    """Judge event logs: what to do now, what waits, what is blocked, what is broken, and why.

    LOG is a file, a glob, or - for standard input. --case and --rule choose what is shown and what counts for the
    exit code; everything is judged.
    """
    output.require_reader(form, file)
    output.require_places(
        {"--output": file, "--quarantine": quarantine}, [*logs, *rule_sources(sources), *([mapping] if mapping else [])]
    )
    output.require_apart(file, quarantine)
    if quarantine or memory or jobs or work or is_timed or not spare(logs):
        from punctilio.cli import large  # a small log does without all that
        from punctilio.selection import Selection

        chosen = Selection(frozenset(cases), frozenset(rule_ids))
        asked = large.Asked(logs, sources, as_of, known_at, chosen, form, file, fail_on, quarantine, mapping)
        context.exit(large.evaluate(asked, large.Means(memory, jobs, work, is_timed)))
    rulebook = punctilio.load_rules(*rule_sources(sources))
    log = punctilio.read_log(*logs, rules=rulebook, mapping=mapping)
    judge = partial(punctilio.evaluate, rulebook, log, as_of=as_of or datetime.now(UTC), known_at=known_at)
    evaluation = on_polars_thread(judge)
    if file is None and form in SHOWN_REPORTS:
        colour = output.is_colourful()
        output.write(punctilio.report(evaluation, form, cases=cases, rules=rule_ids, colour=colour))
    else:
        output.write(partial(punctilio.write_report, evaluation, form, cases=cases, rules=rule_ids), file)
    context.exit(1 if punctilio.has_broken(evaluation, fail_on, cases=cases, rules=rule_ids) else 0)
