"""``rules test``: try case files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from punctilio.cli import output
from punctilio.cli.options import output_option, rule_sources, rules_option
from punctilio.cli.small import one_thread
from punctilio.inert import inert
from punctilio.polars_thread import on_polars_thread

if TYPE_CHECKING:
    from punctilio.casefiles.judging import Rules
    from punctilio.casefiles.trying import TriedFile
    from punctilio.coverage.report import Covered

FORMS = ("text", "json", "sarif", "junit", "github")


@click.command(short_help="Try case files: logs with what must be true of them.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@rules_option
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="The report.")
@output_option
@click.option(
    "--coverage", "is_covered", is_flag=True, help="Tell what of the rules is tried, and which cases are missing."
)
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="N", help="Exit with 1 where less than N % is covered."
)
@click.option("--update", is_flag=True, help="Show, and after a yes write, what is there in place of what is expected.")
@click.option("--yes", is_flag=True, help="Do not ask before --update writes.")
@click.pass_context
def test(
    context: click.Context,
    paths: tuple[str, ...],
    sources: tuple[str, ...],
    form: str,
    file: Path | None,
    is_covered: bool,
    fail_under: float | None,
    update: bool,
    yes: bool,
) -> None:
    """Try case files: judge the log of each at its instants, and hold the answer against what it promises.

    PATH is a case file, or a folder in which all are tried. With --rules, those rules are judged in place of the pack
    that a case file names or extends. Exit codes: 0 all is as promised; 1 something is not; 2 something could not be
    tried.
    """
    output.require_places({"--output": file}, paths)
    one_thread()
    from punctilio.casefiles.judging import DEFAULT, Rules  # `--help` does without the engine

    rules = Rules(instead=sources, otherwise=rule_sources(()) or (DEFAULT,))
    if update:
        _update(paths, rules, is_sure=yes)
    files = _tried(paths, rules)
    found = on_polars_thread(partial(_coverage, files)) if is_covered or fail_under is not None else None
    output.write(_report(files, form, found), file)
    problems = [problem for one in files for problem in one.problems]
    if problems:
        output.complain(problems)
    is_short = found is not None and fail_under is not None and _share(found) < fail_under
    if is_short and found is not None:
        output.remark(f"{_share(found)} % is covered, which is less than {fail_under:g} %.")
    context.exit(2 if problems else int(is_short or any(one.is_failed for one in files)))


def _coverage(files: Sequence[TriedFile]) -> Sequence[Covered]:
    from punctilio.coverage.report import coverage

    return coverage(files)


def _share(covered: Sequence[Covered]) -> int:
    from punctilio.coverage.report import share

    return share(covered)


def _tried(paths: Sequence[str], rules: Rules) -> list[TriedFile]:
    """One file after the other, so that an interrupt is heard between them."""
    from punctilio.casefiles.trying import trials

    return [on_polars_thread(trial) for trial in trials(paths, rules)]


def _report(files: Sequence[TriedFile], form: str, covered: Sequence[Covered] | None) -> str:
    from punctilio.coverage.report import as_records, as_text

    if form == "text":
        from punctilio.casefiles.telling import report

        return report(files) + (as_text(covered) if covered is not None else "")
    from punctilio.casefiles.outcome import as_json, outcome

    if form == "json":
        return as_json(files, **({} if covered is None else {"coverage": as_records(covered)}))
    from punctilio.results import render

    return render(form, outcome(files))


def _update(paths: Sequence[str], rules: Rules, *, is_sure: bool) -> None:
    """Show what would be written into each file, ask, and write it. What cannot be rewritten is told."""
    from punctilio.casefiles.updating import rewritten

    for tried in _tried(paths, rules):
        new = on_polars_thread(partial(rewritten, tried, rules)) if tried.is_failed else None
        if new is None or tried.file is None:
            continue
        for words in new.left:
            output.remark(inert(f"{tried.name}, {words}: this cannot be rewritten by itself. Change it by hand."))
        if not new.shown:
            continue
        click.echo(new.shown, nl=False, err=True)
        if is_sure or click.confirm(f"Write {inert(tried.name)}?", err=True):
            output.write(new.text, tried.file.path)
