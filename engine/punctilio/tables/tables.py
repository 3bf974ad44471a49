"""What is passed from room to room: the log that was read, and the evaluation that was made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import polars as pl

from punctilio.model.rule import Rulebook
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem
from punctilio.value import Value


class SetAside(Value):
    """A line that was set aside: ``text`` as it stands in the file, and what is wrong with it. It touches ``cases``;
    where it does not say for sure which cases those are, it may touch any case of its file."""

    file: str
    line: int
    text: bytes
    problems: tuple[Problem, ...]
    cases: tuple[str, ...]
    is_sure: bool


class Log(Value, kw_only=True):
    """An event log as read. ``events`` is as ``schemas.events(vocabulary)``;
    ``problems`` says what could not be read.

    Where that was set aside, it is in ``quarantine`` (in order of the log) and not in ``problems``; no event of the
    cases that are ``left_out`` is in ``events``; ``files_in_doubt`` (indexes into ``files``) hold lines that do not say
    their case, which may be any of those ``in_doubt``. ``copies`` are the cases and files of events that stand in
    ``events`` by another line that says the same.
    """

    events: pl.DataFrame
    vocabulary: Vocabulary
    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    quarantine: tuple[SetAside, ...] = ()
    left_out: tuple[str, ...] = ()
    files_in_doubt: tuple[int, ...] = ()
    in_doubt: tuple[str, ...] = ()
    copies: tuple[tuple[str, int], ...] = ()


class Evaluation(Value, kw_only=True):
    """A judged log. Every frame is documented column by column in ``punctilio.tables.schemas``. With ``known_at``, it
    was judged by what was known then."""

    as_of: datetime
    rulebook: Rulebook
    events: pl.DataFrame
    decisions: pl.DataFrame
    findings: pl.DataFrame
    allowances: pl.DataFrame
    statuses: pl.DataFrame
    notes: pl.DataFrame
    people: pl.DataFrame
    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    quarantine: Collection[SetAside] = ()
    left_out: tuple[str, ...] = ()
    files_in_doubt: tuple[int, ...] = ()
    in_doubt: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    known_at: datetime | None = None


class Verdicts(Value, kw_only=True):
    """What everybody wants to know of a judgement (``schemas.VERDICTS``, ``BREACHES``, ``STATUSES``), and no more.
    ``events`` are as those of an evaluation."""

    events: pl.DataFrame
    decisions: pl.DataFrame
    findings: pl.DataFrame
    statuses: pl.DataFrame
