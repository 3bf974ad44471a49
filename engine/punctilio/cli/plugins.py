"""``rules plugins``: what is installed, whether it holds to its contract, and how to begin one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from punctilio.cli import output
from punctilio.cli.options import PROBLEM_REPORTS
from punctilio.errors import UsageError
from punctilio.inert import inert

if TYPE_CHECKING:
    from punctilio.plugins.registry import Plugin
    from punctilio.testing.running import Tried

KINDS: Final = ("channel", "source", "check", "reporter")


@click.group()
def plugins() -> None:
    """Show, check and begin plugins."""


report_option = click.option(
    "--format", "form", type=click.Choice(PROBLEM_REPORTS), default="text", show_default=True, help="The report."
)


@plugins.command("list")
@report_option
@click.pass_context
def list_(context: click.Context, form: str) -> None:
    """List what is installed, what it registers, and what is wrong with it.

    Exits with 1 where something is wrong.
    """
    from punctilio.plugins.loading import installed  # `--help` does without it

    found = installed().plugins
    output.write(_as_json(found) if form == "json" else _as_text(found))
    context.exit(1 if any(plugin.problems for plugin in found) else 0)


@plugins.command()
@click.argument("name")
@report_option
@click.pass_context
def check(context: click.Context, name: str, form: str) -> None:
    """Hold what an installed plugin registers to the contract.

    NAME is that of the plugin or of its distribution. Exits with 1 where something does not hold.
    """
    from punctilio.testing.running import tried  # `--help` does without it

    plugin = _named(name)
    tests = list(tried(plugin))
    output.write(_tests_as_json(plugin, tests) if form == "json" else _tests_as_text(plugin, tests))
    context.exit(1 if plugin.problems or any(test.failure for test in tests) else 0)


@plugins.command()
@click.argument("name")
@click.option("--channel", "kind", flag_value="channel", help="Begin a channel: a way to a person.")
@click.option("--source", "kind", flag_value="source", help="Begin a format of event logs.")
@click.option("--check", "kind", flag_value="check", help="Begin a condition on texts.")
@click.option("--reporter", "kind", flag_value="reporter", help="Begin a form of report.")
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=".",
    help="The folder to write into. [default: this one]",
)
def init(name: str, kind: str | None, folder: Path) -> None:
    """Write a plugin to begin with, complete, typed and tested: punctilio-NAME."""
    from punctilio.plugins.starter import start  # `--help` does without it

    if kind is None:
        raise UsageError(f"Say what it is to be: {', '.join(f'--{kind}' for kind in KINDS)}.")
    home = start(name, kind, folder)
    output.write(
        f"Wrote {home}. Next:\n\n"
        f"    cd {home}\n"
        f"    python -m pip install --editable '.[dev]'\n"
        f"    pytest\n"
        f"    rules plugins check {name}\n"
    )


def _named(name: str) -> Plugin:
    from punctilio.plugins.discovery import canonical
    from punctilio.plugins.loading import installed
    from punctilio.problems import closest

    found = installed().plugins
    for plugin in found:
        if name == plugin.origin.plugin or canonical(name) == canonical(plugin.origin.distribution):
            return plugin
    near = closest(name, (plugin.origin.plugin for plugin in found))
    raise UsageError(
        f"There is no plugin `{name}`."
        + (f" Did you mean `{near}`?" if near else " `rules plugins list` shows what is installed.")
    )


# ── words ──


def _as_text(found: Iterable[Plugin]) -> str:
    return "\n".join(line for plugin in found for line in _lines(plugin)) or "No plugin is installed.\n"


def _lines(plugin: Plugin) -> Iterator[str]:
    origin = plugin.origin
    yield inert(f"{origin.plugin} ({origin.distribution} {origin.version}), loaded in {plugin.seconds * 1000:.0f} ms")
    for hook in plugin.hooks:
        names = ", ".join(one.name for one in plugin.registered if one.hook == hook)
        yield f"  {hook.replace('_', ' ')}: {names or 'nothing'}"
    for problem in plugin.problems:
        yield inert(f"  problem: {problem}")
    yield ""


def _as_json(found: Iterable[Plugin]) -> str:
    return json.dumps({"plugins": [_record(plugin) for plugin in found]}, indent=2) + "\n"


def _record(plugin: Plugin) -> dict[str, Any]:
    return {
        "name": plugin.origin.plugin,
        "distribution": plugin.origin.distribution,
        "version": plugin.origin.version,
        "entry_point": plugin.origin.module,
        "hooks": list(plugin.hooks),
        "registers": [{"hook": one.hook, "name": one.name} for one in plugin.registered],
        "load_ms": round(plugin.seconds * 1000, 1),
        "problems": list(plugin.problems),
    }


def _tests_as_text(plugin: Plugin, tests: Iterable[Tried]) -> str:
    lines = [*_lines(plugin)][:-1]
    counts = {True: 0, False: 0}
    for test in tests:
        counts[test.failure is None] += 1
        if test.failure is not None:
            lines.append(inert(f"  fails: {test.name}: {test.test}: {test.failure}"))
    total = counts[True] + counts[False]
    said = f"{output.counted(total, 'test')}, {counts[False]} failed" if total else "there is nothing to try"
    return "\n".join([*lines, f"  {said}"]) + "\n"


def _tests_as_json(plugin: Plugin, tests: Iterable[Tried]) -> str:
    return json.dumps({**_record(plugin), "tests": [test._asdict() for test in tests]}, indent=2) + "\n"
