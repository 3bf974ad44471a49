"""``rules init``: a folder to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from punctilio.cli import output
from punctilio.inert import inert

NEXT: Final = """\
Next{there}:

    rules validate punctilio.yaml    finds every mistake, with its line and what was meant
    rules test cases                 holds your rules to what the case files promise
    rules evaluate log.jsonl         says what to do now, once something is in the log
    rules docs                       explains the rules in force, in plain language

Later, of what you changed:

    rules explain acme log.jsonl                                says of every rule why, and why not
    rules diff after-interview punctilio.yaml --log log.jsonl   shows what is judged otherwise
    rules lint --tests cases                                    finds what is valid and hardly meant so
    rules mutate --tests cases                                  tells which changes no case file would notice

Write into log.jsonl what happens, one event a line, such as

    {event}

An editor that knows YAML schemas (with yaml-language-server, for instance the YAML extension of VS Code) completes and
explains both kinds of file. After you install a plugin or change your vocabulary, write what it needs anew:

    rules schema rules -o {rules}
    rules schema case -o {case}
"""
EVENT: Final = """{"case": "acme", "type": "case.opened", "at": "2026-03-02T09:00:00-05:00", "company": "Acme"}"""


@click.command(short_help="Begin with rules of your own: a new folder, ready to use.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".", metavar="[DIR]")
def init(folder: Path) -> None:
    """Write into DIR (this folder, if none is named) a rule file that extends the bundled pack, an empty log, a first
    case file, and the schemas that make an editor complete and explain them.

    Nothing that is there is replaced: where one of the files is there already, nothing is written.
    """
    from punctilio.manual.folder import SCHEMAS, begin  # `--help` does without it
    from punctilio.plugins.loading import installed

    files = begin(folder, installed())
    there = "" if folder == Path() else inert(f", in {folder} (cd {folder})")
    wrote = "".join(f"    {name}\n" for name in files)
    steps = NEXT.format(there=there, event=EVENT, **SCHEMAS)
    output.write(f"Wrote{there.partition(' (')[0].replace(', in', ' into')}:\n\n{wrote}\n{steps}")
