"""``rules completion``: the script by which a shell completes our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    For bash, put this line into ~/.bashrc:  eval "$(rules completion bash)"
    """
    root = context.find_root()
    name = root.info_name or "rules"
    script = get_completion_class(shell)
    if script is not None:
        click.echo(script(root.command, {}, name, f"_{name.upper()}_COMPLETE".replace("-", "_")).source())
