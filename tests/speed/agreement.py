"""Whether a peer gives the verdicts that Punctilio gives: no figure is told of one that does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

import punctilio
from punctilio.tables.schemas import INSTANT
from punctilio.tables.tables import Evaluation
from tests.speed import plain_python
from tests.speed.polars_by_hand import DECISIONS, FINDINGS, STATUSES, Verdicts


class DisagreementError(AssertionError):
    """Peer and Punctilio give different verdicts."""


def verdicts_of(evaluation: Evaluation | punctilio.Verdicts) -> Verdicts:
    """The columns of a judgement that are compared."""
    return Verdicts(
        evaluation.decisions.select(DECISIONS),
        evaluation.findings.select(FINDINGS),
        evaluation.statuses.select(STATUSES),
    )


def verdicts_from_rows(said: plain_python.Verdicts) -> Verdicts:
    """Rows of plain Python, with instants in microseconds, as the frames they stand for."""
    decisions, findings, statuses = (
        _frame(rows, columns) for rows, columns in zip(said, (DECISIONS, FINDINGS, STATUSES), strict=True)
    )
    return Verdicts(decisions, findings, statuses)


def _frame(rows: Sequence[plain_python.Row], columns: Sequence[str]) -> pl.DataFrame:
    instants = [name for name in columns if name == "at" or name.endswith(("_at", "_until"))]
    numbers = {"used", "allowed", *instants}
    whole = {name: pl.Int64() if name in numbers else pl.String() for name in columns}
    return pl.DataFrame(rows, schema=whole, orient="row").with_columns(pl.col(instants).cast(INSTANT))


def require_same(name: str, said: Verdicts, wanted: Verdicts) -> None:
    """Raises DisagreementError with the first rows of which only one side knows."""
    for part, ours, theirs in zip(Verdicts._fields, wanted, said, strict=True):
        require_same_rows(f"{name}, {part}", theirs, ours)


def require_same_rows(name: str, said: pl.DataFrame, wanted: pl.DataFrame) -> None:
    """The same rows, in whatever order."""
    columns = wanted.columns
    theirs, ours = (frame.select(columns).sort(columns, nulls_last=True) for frame in (said, wanted))
    if theirs.equals(ours):
        return
    more = theirs.join(ours, on=columns, how="anti", nulls_equal=True).head(3).rows(named=True)
    less = ours.join(theirs, on=columns, how="anti", nulls_equal=True).head(3).rows(named=True)
    heights = f"{theirs.height} rows, and Punctilio has {ours.height}"
    raise DisagreementError(f"{name}: {heights}.\nOnly there: {more}\nOnly in Punctilio: {less}")


def naive(as_of: datetime) -> datetime:
    """An instant in UTC, as frames hold it."""
    return as_of.astimezone(UTC).replace(tzinfo=None)
