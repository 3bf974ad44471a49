"""``rules mutate``: change rules one thing at a time, and see whether any case file notices."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from punctilio.cli import output
from punctilio.cli.options import PROBLEM_REPORTS, output_option, rule_sources
from punctilio.cli.small import one_thread
from punctilio.errors import InvalidInputError
from punctilio.polars_thread import on_polars_thread

if TYPE_CHECKING:
    from punctilio.model.rule import Rulebook
    from punctilio.mutation.justified import Justified


@click.command(short_help="Change rules one thing at a time; see what tests notice.")
@click.argument("source", required=False, metavar="[FILE|PACK]")
@click.option(
    "--tests",
    "paths",
    multiple=True,
    required=True,
    metavar="PATH",
    help="Case files, or a folder of them; may be repeated.",
)
@click.option("--rule", "only", multiple=True, metavar="RULE", help="Change this rule only; may be repeated.")
@click.option(
    "--reasons",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Why some survive: a YAML file. [default: mutants.yaml beside the rules, if there]",
)
@click.option(
    "--format", "form", type=click.Choice(PROBLEM_REPORTS), default="text", show_default=True, help="The report."
)
@output_option
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    default=100,
    show_default=True,
    metavar="N",
    help="Exit with 1 where the score is less than N %.",
)
@click.pass_context
def mutate(
    context: click.Context,
    source: str | None,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    reasons: Path | None,
    form: str,
    file: Path | None,
    fail_under: float,
) -> None:
    """Change a rule file one thing at a time, and list the changes that no case file notices.

    Every number, unit, bound, scope, role, force and pattern becomes another one, or is left out. Judged is what is
    written in the FILE or bundled PACK [default: ./punctilio.yaml if there, else after-interview], not what it extends.
    Exit codes: 0 the score is high enough; 1 it is not; 2 something could not be tried.
    """
    output.require_places({"--output": file}, paths)
    one_thread()
    from punctilio.cli.progress import Bar  # `--help` does without the engine
    from punctilio.mutation.report import as_json, as_text, score
    from punctilio.mutation.running import changes, finished, prepared, steps

    sources = (source,) if source else rule_sources(()) or ("after-interview",)
    run = on_polars_thread(partial(prepared, sources, paths))
    if run.problems and not run.trials:  # nothing is judged by no case file
        raise InvalidInputError(run.problems)
    known = _reasons(reasons, run.origin.path)
    _require_rules(only, run.origin.rulebook)
    alive, invalid = changes(run, only)
    sums = {"every": len(alive), "invalid": invalid}
    progress = steps(run, alive)
    failing: list[str] = []
    rounds = 2 * len(run.trials)
    with Bar() as bar:
        for done in range(rounds):
            alive, broken = on_polars_thread(partial(next, progress))
            failing += [broken] if broken else []
            bar("Trying case files", done + 1, rounds)
    mutated = on_polars_thread(partial(finished, run, alive, **sums, justified=known, failing=failing))
    output.write(as_json(mutated) if form == "json" else as_text(mutated), file)
    if mutated.problems:
        output.complain(mutated.problems)
    is_wrong = bool(mutated.problems or mutated.failing)
    context.exit(2 if is_wrong else int(score(mutated) < fail_under))


def _require_rules(only: tuple[str, ...], rulebook: Rulebook) -> None:
    from punctilio.selection import Selection, require_rules

    require_rules(Selection(rules=frozenset(only)), rulebook)


def _reasons(named: Path | None, rules: Path) -> tuple[Justified, ...]:
    """Why some survive. Raises InvalidInputError where the list is wrong."""
    from punctilio.mutation.justified import NAME, read_justified

    beside = rules.parent / NAME
    path = named or (beside if beside.is_file() else None)
    if path is None:
        return ()
    found, problems = read_justified(path)
    if problems:
        raise InvalidInputError(problems)
    return found
