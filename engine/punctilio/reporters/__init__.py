"""Reports: one form, one module. A report is made of pieces, so that cases may be judged in parts:

    frames = (form.pieces(part, selection) for part in parts)      # merged in the order of form.ORDER, if need be
    form.write(frames, of_all([about(part, selection) for part in parts]), file)

However the pieces are cut into frames, the same bytes are written. ``text`` alone is made as a whole.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import BinaryIO, Final, Protocol, cast

import polars as pl

from punctilio.reporters import about
from punctilio.results import FORMS as MACHINES
from punctilio.selection import Selection
from punctilio.tables.tables import Evaluation

FORMS: Final = ("text", "summary", "json", "jsonl", "csv", "parquet", *MACHINES)
BINARY: Final = ("parquet",)
"""The forms that are no text."""


class Form(Protocol):
    """What the module of each form offers, but ``text``, which has ``render`` alone."""

    @property
    def ORDER(self) -> tuple[str, ...]:  # noqa: N802  # a constant of the module
        """The columns by which the pieces of several parts are merged, stably; a case is in one part alone."""
        ...

    @property
    def pieces(self) -> Callable[[Evaluation, Selection], pl.DataFrame]:
        """What the form says of the cases: rows of one schema, in the order of the report."""
        ...

    @property
    def write(self) -> Callable[[Iterable[pl.DataFrame], about.About, BinaryIO], None]:
        """Write the pieces, which follow each other in order, with memory for a few frames.

        Raises OSError where the file cannot be written, and whatever the iterable raises.
        """
        ...


def form_of(name: str) -> Form:
    """The form of this name, but text: built-in, or of a plugin. Only what is asked for is imported.

    Raises UsageError where there is none.
    """
    if name not in FORMS:
        from punctilio.reporters.registered import form  # the built-in forms do without plugins

        return form(name, FORMS)
    if name in MACHINES:
        from punctilio.reporters.machines import MachineForm

        return MachineForm(name)
    return cast(Form, import_module(f"punctilio.reporters.{name}"))


def require_form(name: str) -> None:
    """Raise UsageError where no form has this name."""
    if name not in FORMS:
        form_of(name)


def is_text(name: str) -> bool:
    """Whether the form of this name is text."""
    if name in FORMS:
        return name not in BINARY
    from punctilio.reporters.registered import form

    return form(name, FORMS).is_text


def render(form: str, evaluation: Evaluation, selection: Selection, *, colour: bool = False) -> str:
    """The report as text, in any form but the BINARY ones; ``colour`` asks for terminal colours where it has any."""
    if form == "text":
        from punctilio.reporters import text  # as the others: only what is asked for

        return text.render(evaluation, selection, colour=colour)
    file = io.BytesIO()
    write(form, evaluation, selection, file)
    return file.getvalue().decode()


def write(form: str, evaluation: Evaluation, selection: Selection, file: BinaryIO) -> None:
    """Write the report, in UTF-8 where it is text, without colours."""
    if form == "text":
        file.write(render(form, evaluation, selection).encode())
    else:
        made = form_of(form)
        made.write([made.pieces(evaluation, selection)], about.about(evaluation, selection), file)
