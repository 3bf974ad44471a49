"""The forms that other programs show to people: SARIF, JUnit and GitHub annotations. See ``punctilio.results``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from punctilio.logs.codes import MEANINGS
from punctilio.model.decision import Level
from punctilio.reporters.about import LEFT_OUT, About, AboutRule
from punctilio.reporters.tried import tried
from punctilio.results import Descriptor, Outcome, Tried, parts, written
from punctilio.results.problems import descriptors, of_files
from punctilio.selection import Selection
from punctilio.tables import columns as c
from punctilio.tables.schemas import TEXTS
from punctilio.tables.tables import Evaluation
from punctilio.yaml_source import YAML_CODES

SHOWN: Final = 5_000
"""Lines set aside that are told, the first ones: as many results as GitHub keeps of a SARIF file, and it refuses one of
more than 25,000 ("SARIF results exceed one or more limits", docs.github.com)."""
_LOG: Final = "The log"
_HASH_DIGITS: Final = 12
_LEVELS: Final = {"must": Level.ERROR, "should": Level.WARNING, "may": Level.ADVICE}


class MachineForm(NamedTuple):
    """A form as the others are, of this name."""

    name: str

    @property
    def ORDER(self) -> tuple[str, ...]:  # noqa: N802  # as the constant of the other forms
        return (c.CASE,)

    def pieces(self, evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
        """Texts by case, as ``schemas.TEXTS``."""
        texts = [(case, text) for case, those in tried(evaluation, selection) for text in parts(self.name, those)]
        return pl.DataFrame(texts, schema=TEXTS, orient="row")

    def write(self, frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
        """Write the file: what is said of the run stands at its ends."""
        texts = chain.from_iterable(frame[c.TEXT] for frame in frames)
        for text in written(self.name, of_run(about), texts):
            file.write(text.encode())


def of_run(about: About) -> Outcome:
    """What is said of the run alone: by what it was judged, the cases that were not, and the lines set aside."""
    book = about.rulebook
    rules = [_descriptor(rule) for rule in about.rules if rule.force]  # a close, which has none, cannot be broken
    missing = [Tried(suite=case, name=LEFT_OUT, untried=why) for case, why in about.left_out.iter_rows()]
    lines = islice(about.quarantine, SHOWN)
    problems = (*about.problems, *(problem for line in lines for problem in line.problems))
    known = f", known at {about.known_at_text}" if about.known_at else ""
    return Outcome(
        command="evaluate",
        title=f"{book.name} {book.hash[:_HASH_DIGITS]}, as of {about.as_of_text}{known}",
        tried=(*missing, *of_files(_LOG, (), problems), *_more(len(about.quarantine))),
        descriptors=(*rules, *descriptors(problems, {**YAML_CODES, **MEANINGS})),
        incomplete=about.incomplete,
    )


def _more(lines: int) -> Iterator[Tried]:
    """What is said of more lines than are shown."""
    if lines > SHOWN:
        untold = f"Of {lines:,} lines that were set aside, the first {SHOWN:,} are told here. The quarantine has all."
        yield Tried(suite=_LOG, name="all lines that were set aside", untried=untold)


def _descriptor(rule: AboutRule) -> Descriptor:
    about = rule.about.strip() or (f"{rule.title.rstrip('.')}." if rule.title else "")
    return Descriptor(
        id=rule.id,
        title=rule.title,
        about=" ".join(words for words in (about, f"Source: {rule.cite}." if rule.cite else "") if words),
        level=_LEVELS[rule.force],
    )
