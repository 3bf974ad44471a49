"""What a report says of the run as a whole, and of no case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final, NamedTuple

import polars as pl

from punctilio.inert import inert
from punctilio.model.rule import Rule
from punctilio.problems import Problem
from punctilio.selection import EVERYTHING, Selection
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, with_found
from punctilio.tables.schemas import CASES_LEFT_OUT, REMARKS, Schema
from punctilio.tables.tables import Evaluation, SetAside

LEFT_OUT: Final = "left-out"
IN_DOUBT: Final = "in-doubt"
_VACUOUS: Final = "vacuous"
_NAMED: Final = 10
_AT_A_TIME: Final = 8_192
_PLACE: Final = "place"
_CASE_AND_PLACE: Final[Schema] = {c.CASE: pl.String, _PLACE: pl.String}
_UNREAD: Final = "This case is left out, since lines of it could not be read"
_UNJUDGED: Final = "This case is left out, since the part of the log that holds it could not be judged."
_DOUBT: Final = "that could not be read may belong to any of its cases, so nothing is proposed in them"


class Book(NamedTuple):
    """The rulebook by name. ``hash`` is hexadecimal SHA-256; ``zone`` is None where no file names one."""

    name: str
    title: str
    hash: str
    files: tuple[str, ...]
    zone: str | None


class AboutRule(NamedTuple):
    """A rule in words. ``force`` is empty for a close."""

    id: str
    title: str
    about: str
    cite: str
    force: str


class Remark(NamedTuple):
    """A note on the run."""

    note: str
    rule: str | None
    message: str


class About(NamedTuple):
    """By what was judged, and what is to be said of the run. ``as_of`` and ``known_at`` are in UTC, with their zone;
    the latter is None where everything counts as known. ``rules`` are the shown ones, ``records`` counts what is shown
    of the cases. ``left_out`` is as ``schemas.CASES_LEFT_OUT``; ``unchosen`` are cases that are left out too, and would
    not be shown in any event."""

    as_of: datetime
    versions: tuple[tuple[str, str], ...]
    rulebook: Book
    left_out: pl.DataFrame
    rules: tuple[AboutRule, ...] = ()
    remarks: tuple[Remark, ...] = ()
    problems: tuple[Problem, ...] = ()
    quarantine: Collection[SetAside] = ()
    known_at: datetime | None = None
    unchosen: frozenset[str] = frozenset()
    records: int = 0

    @property
    def as_of_text(self) -> str:
        """Such as ``2026-03-04T09:00:00Z``."""
        return _text(self.as_of)

    @property
    def known_at_text(self) -> str | None:
        """The same of what was known when."""
        return _text(self.known_at) if self.known_at else None

    @property
    def notes(self) -> pl.DataFrame:
        """All that is said, as ``schemas.REMARKS``."""
        of_run = {name: REMARKS[name] for name in Remark._fields}
        remarks = pl.DataFrame(self.remarks, schema=of_run, orient="row")
        cases = self.left_out.with_columns(pl.lit(LEFT_OUT).alias(c.NOTE))
        return pl.concat([remarks, cases], how="diagonal").select(REMARKS.keys()).sort(pl.all())

    @property
    def incomplete(self) -> str | None:
        """What a report says first of a log of which it does not tell all, whatever was chosen of it."""
        doubts = [remark.message for remark in self.remarks if remark.note == IN_DOUBT]
        hidden = len(doubts) - _NAMED
        more = [f"So it is with {hidden:,} more {'file' if hidden == 1 else 'files'}."] if hidden > 0 else []
        cases = [*_some_left_out(self.left_out.height), *_some_left_out(len(self.unchosen), " that {} not chosen")]
        return " ".join(("Incomplete:", *cases, *doubts[:_NAMED], *more)) if doubts or cases else None


def _some_left_out(number: int, which: str = "") -> Iterator[str]:
    """Such as ``3 cases that were not chosen are left out.``"""
    if number == 1:
        yield f"1 case{which.format('was')} is left out."
    elif number:
        yield f"{number:,} cases{which.format('were')} are left out."


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def about(evaluation: Evaluation, selection: Selection) -> About:
    """What is said of this run. Remarks are made unless something narrower was asked for."""
    book = evaluation.rulebook
    remarks = _remarks(evaluation) if selection == EVERYTHING else ()
    return About(
        as_of=evaluation.as_of,
        versions=evaluation.versions,
        rulebook=Book(book.name, book.title, book.hash, book.files, book.zone),
        left_out=_left_out(evaluation, selection),
        rules=tuple(_told(rule) for rule in book.rules if not selection.rules or rule.id in selection.rules),
        remarks=_in_order((*remarks, *_doubts(evaluation))),
        problems=evaluation.problems,
        quarantine=evaluation.quarantine,
        known_at=evaluation.known_at,
        unchosen=frozenset(evaluation.left_out) - selection.cases if selection.cases else frozenset(),
        records=_records(evaluation, selection),
    )


def _records(evaluation: Evaluation, selection: Selection) -> int:
    """How many rows the flat report has of the cases."""
    frames = (evaluation.decisions, evaluation.findings, evaluation.allowances, evaluation.notes)
    shown = [selection.of(frame.select(c.CASE, c.RULE))[c.CASE].count() for frame in frames]
    cases = Selection(selection.cases).of(evaluation.statuses.select(c.CASE))
    return cases.height + sum(shown)  # a note without a case is of the run


def _told(rule: Rule) -> AboutRule:
    return AboutRule(rule.id, rule.title, rule.about, rule.cite, rule.force.value if rule.force else "")


def _doubts(evaluation: Evaluation) -> Iterator[Remark]:
    """What may be otherwise, since lines of the log could not be read: always said."""
    for number in evaluation.files_in_doubt:
        yield Remark(IN_DOUBT, None, f"A line of {inert(evaluation.files[number])} {_DOUBT}.")


def _left_out(evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
    """The cases that nothing is told of, and why, as ``schemas.CASES_LEFT_OUT``: always said."""
    chosen = [case for case in evaluation.left_out if not selection.cases or case in selection.cases]
    if not chosen:
        return pl.DataFrame(schema=CASES_LEFT_OUT)
    places = _places(evaluation.quarantine).group_by(c.CASE).agg(pl.col(_PLACE).head(_NAMED), pl.len().alias("all"))
    known = pl.DataFrame({c.CASE: chosen}).pipe(with_found, places, on=c.CASE)
    hidden = pl.col("all").cast(pl.Int64) - _NAMED
    more = pl.when(hidden > 0).then(pl.format(" and {} more", hidden)).otherwise(pl.lit(""))
    lines = pl.format("{}: {}{}.", pl.lit(_UNREAD), pl.col(_PLACE).list.join(", "), more)
    return known.select(c.CASE, lines.fill_null(_UNJUDGED).alias(c.MESSAGE)).sort(c.CASE)


def _places(lines: Iterable[SetAside]) -> pl.DataFrame:
    """Where lines of a case are, each once and in their order: ``case``, ``place``."""
    rows = ((case, inert(f"{line.file}:{line.line}")) for line in lines for case in line.cases)
    frames = [pl.DataFrame(schema=_CASE_AND_PLACE)]
    while some := list(islice(rows, _AT_A_TIME)):
        frames.append(pl.DataFrame(some, schema=_CASE_AND_PLACE, orient="row"))
    return stacked(frames).unique(maintain_order=True)


def of_all(parts: Sequence[About]) -> About:
    """What is said of a run whose cases were judged in parts, at least one, of one rulebook and as-of.

    A rule is vacuous where it is so in every part; any other remark holds for the whole where it holds for a part. What
    is wrong with the log (``problems``, ``quarantine``, ``left_out``) is said with the last.
    """
    said = {remark for part in parts for remark in part.remarks}
    held = [remark for remark in said if remark.note != _VACUOUS or all(remark in part.remarks for part in parts)]
    return parts[-1]._replace(
        remarks=_in_order(held),
        unchosen=frozenset[str]().union(*(part.unchosen for part in parts)),
        records=sum(part.records for part in parts),
    )


def _in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda remark: (remark.note, remark.rule or "", remark.message)))


def _remarks(evaluation: Evaluation) -> tuple[Remark, ...]:
    of_run = evaluation.notes.filter(pl.col(c.CASE).is_null()).select(c.NOTE, c.RULE, c.MESSAGE)
    return tuple(Remark(note, rule, inert(message or "")) for note, rule, message in of_run.iter_rows())
