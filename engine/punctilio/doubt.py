"""Nobody is pestered on half a story: in cases that a line nobody could read may belong to, nothing is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from punctilio.model.decision import Verdict
from punctilio.tables import columns as c
from punctilio.verdicts import is_actionable

DOUBT: Final = "A line that could not be read may belong to this case, and say otherwise."


def withheld(decisions: pl.DataFrame, in_doubt: Sequence[str]) -> pl.DataFrame:
    """The decisions (``schemas.DECISIONS``), with nothing to do now in any case ``in_doubt``.

    What could be done is blocked by no rule, and opens only when the log is whole.
    """
    if not in_doubt:
        return decisions
    is_withheld = is_actionable() & _is_of(in_doubt)
    nothing = (c.TO, c.THROUGH, c.WARNED_BY)
    return decisions.with_columns_seq(
        pl.when(is_withheld).then(pl.lit(Verdict.BLOCKED.value)).otherwise(c.VERDICT).alias(c.VERDICT),
        *(pl.when(~is_withheld).then(name).alias(name) for name in nothing),
    )


def told_so(findings: pl.DataFrame, in_doubt: Sequence[str]) -> pl.DataFrame:
    """The findings (``schemas.FINDINGS``), each in a case in doubt with a word on that: the lines that nobody could
    read may have been what it misses."""
    if not in_doubt:
        return findings
    said = pl.concat_str(c.MESSAGE, pl.lit(f" {DOUBT}"))
    return findings.with_columns_seq(pl.when(_is_of(in_doubt)).then(said).otherwise(c.MESSAGE).alias(c.MESSAGE))


def sure(allowances: pl.DataFrame, in_doubt: Sequence[str]) -> pl.DataFrame:
    """The allowances (``schemas.ALLOWANCES``) of cases that are not in doubt: elsewhere nobody knows what is left."""
    return allowances.filter(~_is_of(in_doubt)) if in_doubt else allowances


def _is_of(cases: Sequence[str]) -> pl.Expr:
    return pl.col(c.CASE).is_in(pl.Series([*cases], dtype=pl.String).implode())
