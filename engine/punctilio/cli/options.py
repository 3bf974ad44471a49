"""Options and arguments that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from punctilio.logs.instants import InstantError, parse_instant

_Command = TypeVar("_Command", bound=Callable[..., Any])

OWN_RULES: Final = Path("punctilio.yaml")
"""The rule file of a folder. It is looked for where the command runs, and nowhere else."""

STANDARD_OUTPUT: Final = Path("/dev/stdout")
_STDOUT: Final = 1

RESULT_REPORTS: Final = ("sarif", "junit", "github")
"""Those that other programs show to people: see ``punctilio.results``."""
REPORTS: Final = ("text", "summary", "json", "jsonl", "csv", "parquet", *RESULT_REPORTS)
SHOWN_REPORTS: Final = ("text", "summary")
"""Those for people, which a terminal shows by its own means."""
BINARY_REPORTS: Final = ("parquet",)
PROBLEM_REPORTS: Final = ("text", "json")
CHECK_REPORTS: Final = (*PROBLEM_REPORTS, *RESULT_REPORTS)


class Report(click.Choice[str]):
    """A form of report: built-in, or of a plugin. Help names the built-in ones."""

    def __init__(self) -> None:
        super().__init__(REPORTS)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices and not (ctx and ctx.resilient_parsing):
            from punctilio.plugins.loading import installed  # only for a form that is not built in

            if value in installed().reporters:
                return value
        return super().convert(value, param, ctx)


class Instant(click.ParamType[datetime]):
    """An instant as in logs: with its offset, since which one is meant would be a guess otherwise."""

    name = "instant"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=parse_instant(value))
        except InstantError as slip:
            meant = f" Did you mean {slip.suggestion}?" if slip.suggestion else ""
            self.fail(f"{value!r} {slip}{meant}", param, ctx)


def rule_sources(named: tuple[str, ...]) -> tuple[str, ...]:
    """The rules that were named, else those of this folder, else none (which means the bundled pack)."""
    if named:
        return named
    return (str(OWN_RULES),) if OWN_RULES.is_file() else ()


class Target(click.Path):
    """A file that is written. Whatever leads to standard output, such as ``-``, is STANDARD_OUTPUT."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from punctilio.atomic import descriptor  # a report to standard output does without it

        file = Path(os.fsdecode(super().convert(value, param, ctx)))
        number = descriptor(file)
        if value == "-" or number == _STDOUT:
            return STANDARD_OUTPUT
        if number is not None and not _is_open(number):
            self.fail(f"{value!r} is not open: nothing was redirected to it.", param, ctx)
        return file


class ReportFile(Target):
    """A file for a report, or None for standard output."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        file = super().convert(value, param, ctx)
        return None if file == STANDARD_OUTPUT else file


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except (OSError, OverflowError):
        return False
    return True


def as_of_option(words: str) -> Callable[[_Command], _Command]:
    """When things are judged; ``words`` say what that means here."""
    example = "2026-03-04T09:00:00-05:00"
    return click.option(
        "--as-of", type=Instant(), metavar="INSTANT", help=f"{words}, such as {example}. [default: now]"
    )


output_option = click.option("--output", "-o", "file", type=ReportFile(), help="Write the report here.")
fail_option = click.option(
    "--fail-on",
    type=click.Choice(("must", "should", "never")),
    default="must",
    show_default=True,
    help="Exit with 1 where a rule of this force, or a stronger one, is broken.",
)
known_option = click.option(
    "--known-at",
    type=Instant(),
    metavar="INSTANT",
    help="Judge by what was recorded (recorded_at) by then. [default: by everything]",
)
map_option = click.option(
    "--map",
    "mapping",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What the columns of the logs mean, where they are not named as fields: a YAML file.",
)
rules_option = click.option(
    "--rules",
    "-r",
    "sources",
    multiple=True,
    metavar="FILE|PACK",
    help="A rule file, or a bundled pack by name; may be repeated. "
    "[default: ./punctilio.yaml if there, else after-interview]",
)
