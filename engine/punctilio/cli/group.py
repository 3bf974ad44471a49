"""The group of all commands. Those of plugins are looked for where a name is none of ours."""

from __future__ import annotations

import os
from collections.abc import Iterable
from copy import copy
from importlib import import_module
from typing import Any, Final, cast

import click

from punctilio.errors import PluginError, PunctilioError, UsageError
from punctilio.origin import Origin

OURS: Final = (
    "completion",
    "diff",
    "docs",
    "draft",
    "evaluate",
    "explain",
    "export",
    "init",
    "lint",
    "mutate",
    "outbox",
    "plugins",
    "proofread",
    "schema",
    "show",
    "test",
    "validate",
)
"""Our commands. Each is imported when it is asked for: ``punctilio.cli.NAME.NAME``."""


class Commands(click.Group):
    """Knows the commands of plugins too. Help and completion list the built-in ones, and import no plugin."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(OURS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in OURS:
            return cast(click.Command, getattr(import_module(f"punctilio.cli.{cmd_name}"), cmd_name))
        return None if ctx.resilient_parsing else _of_plugin(cmd_name)


def _of_plugin(name: str) -> click.Command | None:
    from punctilio.plugins.loading import installed  # only where no command of ours has the name

    registered = installed().commands.get(name)
    return _told_apart(cast(click.Command, registered.thing), registered.origin) if registered else None


def _told_apart(command: click.Command, origin: Origin) -> click.Command:
    """The command, whose failures are told as those of its plugin and not as ours."""
    from punctilio.plugins.guard import told

    own = copy(command)

    def invoke(context: click.Context) -> Any:
        try:
            return command.invoke(context)
        except (click.ClickException, click.Abort, click.exceptions.Exit, PunctilioError, OSError):
            raise
        except Exception as failure:
            raise PluginError(origin, f"its command `{command.name}` failed: {told(failure)}") from failure

    own.invoke = invoke  # type: ignore[assignment]  # of this one command, which is ours
    return own


def _keep_out(context: click.Context, _: click.Parameter, words: tuple[str, ...] | bool) -> None:
    """Keep plugins out of this run and of the processes that it starts, by the environment.

    This is done as soon as it is read, before the command is looked for. Raises UsageError for a name that no plugin
    has: whoever misspells it would have it imported.
    """
    if not words or context.resilient_parsing:
        return
    from punctilio.plugins import discovery  # most runs keep nothing out

    said = _known(words) if isinstance(words, tuple) else [discovery.ALL]
    before = os.environ.get(discovery.SWITCH)
    os.environ[discovery.SWITCH] = ",".join([*said, *([before] if before else [])])
    context.call_on_close(lambda: _restore(discovery.SWITCH, before))


def _known(words: Iterable[str]) -> list[str]:
    from punctilio.plugins.discovery import canonical, found
    from punctilio.problems import closest

    origins = [one.origin for one in found()]
    known = {origin.plugin for origin in origins} | {canonical(origin.distribution) for origin in origins}
    names: list[str] = []
    for said in words:
        word, _, name = said.partition(":")
        if word != "no" or not name:
            raise UsageError(f"`-p {said}` says nothing. Write `-p no:NAME` to keep a plugin out.")
        if name not in known and canonical(name) not in known:
            near = closest(name, known)
            meant = f" Did you mean `{near}`?" if near else " `rules plugins list` shows what is installed."
            raise UsageError(f"There is no plugin `{name}`.{meant}")
        names.append(name)
    return names


def _restore(name: str, before: str | None) -> None:
    if before is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = before


keep_out_option = click.option(
    "-p",
    metavar="no:NAME",
    multiple=True,
    is_eager=True,
    expose_value=False,
    callback=_keep_out,
    help="Keep a plugin out; may be repeated.",
)
no_plugins_option = click.option(
    "--no-plugins",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_keep_out,
    help="Keep all plugins out, as RULES_NO_PLUGINS=1 does.",
)
