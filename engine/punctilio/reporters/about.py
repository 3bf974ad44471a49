"""What a report says of the run as a whole, and of no case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import polars as pl

from punctilio.inert import inert
from punctilio.problems import Problem, in_order
from punctilio.selection import EVERYTHING, Selection
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation

_VACUOUS: Final = "vacuous"


class Book(NamedTuple):
    """The rulebook by name. ``hash`` is hexadecimal SHA-256; ``zone`` is None where no file names one."""

    name: str
    title: str
    hash: str
    files: tuple[str, ...]
    zone: str | None


class Remark(NamedTuple):
    """A note on the run."""

    note: str
    rule: str | None
    message: str


class About(NamedTuple):
    """By what was judged, and what is to be said of the run. ``as_of`` is in UTC, with its zone."""

    as_of: datetime
    versions: tuple[tuple[str, str], ...]
    rulebook: Book
    remarks: tuple[Remark, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def as_of_text(self) -> str:
        """Such as ``2026-03-04T09:00:00Z``."""
        return self.as_of.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def about(evaluation: Evaluation, selection: Selection) -> About:
    """What is said of this run. Remarks are made unless something narrower was asked for."""
    book = evaluation.rulebook
    return About(
        as_of=evaluation.as_of,
        versions=evaluation.versions,
        rulebook=Book(book.name, book.title, book.hash, book.files, book.zone),
        remarks=_remarks(evaluation) if selection == EVERYTHING else (),
        problems=evaluation.problems,
    )


def of_all(parts: Sequence[About]) -> About:
    """What is said of a run whose cases were judged in parts, at least one, of one rulebook and as-of.

    A rule is vacuous where it is so in every part; any other remark holds for the whole where it holds for a part.
    """
    said = {remark for part in parts for remark in part.remarks}
    held = [remark for remark in said if remark.note != _VACUOUS or all(remark in part.remarks for part in parts)]
    remarks = sorted(held, key=lambda remark: (remark.note, remark.rule or "", remark.message))
    problems = in_order(problem for part in parts for problem in part.problems)
    return parts[0]._replace(remarks=tuple(remarks), problems=problems)


def _remarks(evaluation: Evaluation) -> tuple[Remark, ...]:
    of_run = evaluation.notes.filter(pl.col(c.CASE).is_null()).select(c.NOTE, c.RULE, c.MESSAGE)
    return tuple(Remark(note, rule, inert(message or "")) for note, rule, message in of_run.iter_rows())
