"""What is passed from room to room: the log that was read, and the evaluation that was made."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from punctilio.model.rule import Rulebook
from punctilio.model.vocabulary import Vocabulary
from punctilio.problems import Problem
from punctilio.value import Value


class Log(Value, kw_only=True):
    """An event log as read. ``events`` is as ``schemas.events(vocabulary)``;
    ``problems`` says what could not be read."""

    events: pl.DataFrame
    vocabulary: Vocabulary
    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Evaluation(Value, kw_only=True):
    """A judged log. Every frame is documented column by column in ``punctilio.tables.schemas``."""

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
    versions: tuple[tuple[str, str], ...] = ()
