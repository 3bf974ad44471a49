"""The command ``rules``, and how it ends."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from punctilio.cli import output
from punctilio.cli.group import Commands, keep_out_option, no_plugins_option
from punctilio.cli.start import INTERRUPTED
from punctilio.errors import InvalidInputError, PunctilioError
from punctilio.version import __version__

USAGE: Final = 2
INTERNAL: Final = 70


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib import metadata  # 10 ms, which a small run does without

        engine = ", ".join(f"{name} {metadata.version(name)}" for name in ("polars", "tzdata"))
        click.echo(f"punctilio {__version__} ({engine})")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@keep_out_option
@no_plugins_option
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show versions and exit."
)
def rules() -> None:
    """Judge a log of events by rules of etiquette.

    Exit codes: 0 nothing broken; 1 something broken; 2 a mistake in the command, the rules or the log; 3 incomplete.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its code.

    Nothing is left to be done then, so that the interpreter is not taken down object by object: a tenth of a small run.
    """
    code = run(arguments)
    for stream in (sys.stdout, sys.stderr):
        # Whoever read it has gone, or the stream was closed from outside; the code says so already.
        with contextlib.suppress(OSError, AttributeError):
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: every way to end is here."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character shows its escape
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(rules.main(arguments, standalone_mode=False) or 0)
    except click.ClickException as mistake:
        output.complain_of_usage(mistake)
        return USAGE
    except InvalidInputError as mistake:
        output.complain(mistake.problems, mistake.count)
        return mistake.exit_code
    except PunctilioError as mistake:
        output.complain_of(str(mistake))
        return mistake.exit_code
    except click.Abort:
        return INTERRUPTED
    except SystemExit:  # click ends so where nobody reads on
        return output.BROKEN_PIPE
    except OSError as refusal:
        output.complain_of(f"The system refused to go on: {refusal.strerror or refusal}. Mend that, and run it again.")
        return USAGE
    except Exception:  # a mistake of ours: told whole, and never with an exit code that means something else
        output.apologise()
        return INTERNAL
