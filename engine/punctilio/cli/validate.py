"""``rules validate``: find every mistake in what people write."""

from __future__ import annotations

import json
from pathlib import Path

import click

import punctilio
from punctilio.cli import output
from punctilio.cli.options import CHECK_REPORTS, map_option, output_option, rule_sources, rules_option
from punctilio.errors import InvalidInputError
from punctilio.problems import Problem


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@rules_option
@map_option
@click.option(
    "--format", "form", type=click.Choice(CHECK_REPORTS), default="text", show_default=True, help="The report."
)
@output_option
@click.pass_context
def validate(
    context: click.Context,
    files: tuple[str, ...],
    sources: tuple[str, ...],
    mapping: Path | None,
    form: str,
    file: Path | None,
) -> None:
    """Find every mistake in rules, maps, logs and case files.

    Which of them a FILE is, its content tells. Maps and logs are judged by the vocabulary of --rules.
    """
    output.require_places({"--output": file}, [*files, *rule_sources(sources), *([mapping] if mapping else [])])
    problems = punctilio.validate(*files, rules=rule_sources(sources), mapping=mapping)
    output.write(_report(form, files, problems), file)
    context.exit(InvalidInputError.exit_code if problems else 0)


def _report(form: str, files: tuple[str, ...], problems: tuple[Problem, ...]) -> str:
    if form == "text":
        return _as_text(files, problems)
    if form == "json":
        return _as_json(files, problems)
    from punctilio import results  # only for a form that has it
    from punctilio.codes import MEANINGS
    from punctilio.results.problems import of_problems

    title = output.counted(len(files), "file")
    return results.render(form, of_problems("validate", title, files, problems, MEANINGS))


def _as_text(files: tuple[str, ...], problems: tuple[Problem, ...]) -> str:
    if problems:
        return output.listing(problems) + "\n"
    return f"{output.counted(len(files), 'file')}, no problems.\n"


def _as_json(files: tuple[str, ...], problems: tuple[Problem, ...]) -> str:
    return json.dumps({"files": list(files), "problems": [_record(problem) for problem in problems]}, indent=2) + "\n"


def _record(problem: Problem) -> dict[str, str | int | None]:
    return {
        "code": problem.code,
        "message": problem.message,
        "suggestion": problem.suggestion,
        "file": problem.location.file,
        "line": problem.location.line or None,
        "column": problem.location.column or None,
        "source": problem.source and problem.source.encode("utf-8", "replace").decode(),
    }
