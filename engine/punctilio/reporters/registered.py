"""Forms of reports that plugins add: the flat report, written by them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import BinaryIO, NamedTuple

import polars as pl

from punctilio.contracts import Reporter, Run
from punctilio.errors import UsageError
from punctilio.plugins.aside import own
from punctilio.plugins.guard import guarded
from punctilio.plugins.loading import installed
from punctilio.plugins.registry import Registered
from punctilio.problems import closest
from punctilio.reporters import rows as flat
from punctilio.reporters.about import About
from punctilio.selection import Selection
from punctilio.tables.tables import Evaluation


class RegisteredForm(NamedTuple):
    """A form as the built-in ones are, by a plugin's reporter."""

    registered: Registered[Reporter]

    @property
    def ORDER(self) -> tuple[str, ...]:  # noqa: N802  # as the constant of the built-in forms
        return flat.ORDER

    @property
    def is_text(self) -> bool:
        return bool(guarded(self.registered.origin, self._doing, lambda: self.registered.thing.is_text))

    def pieces(self, evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
        return flat.rows(evaluation, selection)

    def write(self, frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
        rows = chain(frames, flat.of_run(about))
        with own(file) as report:
            work = partial(self.registered.thing.write, rows, run_of(about), report)
            guarded(self.registered.origin, self._doing, work, passing=(OSError,))

    @property
    def _doing(self) -> str:
        return f"its reporter `{self.registered.name}`"


def form(name: str, built_in: Iterable[str]) -> RegisteredForm:
    """The form of this name. Raises UsageError where no plugin has it."""
    plugins = installed()
    if name in plugins.reporters:
        return RegisteredForm(plugins.reporters[name])
    known = (*built_in, *plugins.reporters)
    near = closest(name, known)
    meant = f" Did you mean `{near}`?" if near else f" Known are {', '.join(known)}."
    raise UsageError(f"There is no report `{name}`.{meant}{plugins.failures}")


def run_of(about: About) -> Run:
    """What a reporter is told of the run."""
    book = about.rulebook
    return Run(as_of=about.as_of, rulebook=book.name, title=book.title, hash=book.hash, versions=about.versions)
