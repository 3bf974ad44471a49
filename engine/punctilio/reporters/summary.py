"""How many: cases by status, decisions by rule and verdict, findings by rule and level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final

import polars as pl

from punctilio.inert import inert
from punctilio.model.decision import Level, Verdict
from punctilio.reporters.about import About
from punctilio.selection import Selection, of_cases
from punctilio.tables import columns as c
from punctilio.tables.schemas import COUNTS
from punctilio.tables.tables import Evaluation

ORDER: Final = (c.RECORD, c.RULE, c.VALUE)
_HASH_DIGITS: Final = 12
_NAMED: Final = 20
_STATUS, _DECISION, _FINDING = "status", "decision", "finding"


def pieces(evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
    """How often each status, verdict and level occurs, as ``schemas.COUNTS``."""
    if selection.cases:
        evaluation = of_cases(evaluation, selection.cases)
    return together(
        [
            _counted(_STATUS, evaluation.statuses, c.STATUS).with_columns(pl.lit(None, pl.String).alias(c.RULE)),
            _counted(_DECISION, selection.of(evaluation.decisions), c.VERDICT),
            _counted(_FINDING, selection.of(evaluation.findings), c.LEVEL),
        ]
    )


def together(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sum of counts (``schemas.COUNTS``)."""
    known = pl.concat([pl.DataFrame(schema=COUNTS), *counts])
    return known.group_by(c.RECORD, c.RULE, c.VALUE).agg(pl.col(c.COUNT).sum()).sort(ORDER, nulls_last=True)


def write(frames: Iterable[pl.DataFrame], about: About, file: BinaryIO) -> None:
    """The tables, in UTF-8."""
    file.write(render(together(frames), about).encode())


def render(counts: pl.DataFrame, about: About) -> str:
    """The tables as text; the first line names the rulebook and the as-of."""
    book = about.rulebook
    known = f", known at {about.known_at_text}" if about.known_at else ""
    parts = (
        " ".join(
            (f"{inert(book.name)} {book.hash[:_HASH_DIGITS]}, as of {about.as_of_text}{known}", *_incomplete(about))
        ),
        _cases(counts.filter(record=_STATUS)),
        _by_rule("Decisions", counts.filter(record=_DECISION), [verdict.value for verdict in Verdict]),
        _by_rule("Findings", counts.filter(record=_FINDING), [level.value for level in Level]),
        "\n".join(_left_out(about)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _incomplete(about: About) -> Iterator[str]:
    if about.incomplete:
        yield f"({about.incomplete})"


def _left_out(about: About) -> Iterator[str]:
    """The cases that are not counted."""
    cases = about.left_out[c.CASE]
    if len(cases):
        named = ", ".join(map(inert, cases.head(_NAMED)))
        more = f" and {len(cases) - _NAMED:,} more" if len(cases) > _NAMED else ""
        yield f"Left out, {len(cases):,} in all: {named}{more}."


def _counted(record: str, frame: pl.DataFrame, value: str) -> pl.DataFrame:
    known = frame.select(pl.lit(record).alias(c.RECORD), c.RULE, pl.col(value).alias(c.VALUE))
    return known.group_by(c.RECORD, c.RULE, c.VALUE).agg(pl.len().cast(pl.Int64).alias(c.COUNT))


def _cases(counts: pl.DataFrame) -> str:
    rows = [[inert(status), f"{count:,}"] for status, count in counts.select(c.VALUE, c.COUNT).iter_rows()]
    return "\n".join(_table([["Cases", "count"], *rows, ["all", f"{counts[c.COUNT].sum():,}"]]))


def _by_rule(title: str, counts: pl.DataFrame, values: Sequence[str]) -> str:
    """A line for each rule, a column for each value that occurs, and sums."""
    shown = [value for value in values if value in set(counts[c.VALUE])]
    known = {(rule, value): count for rule, value, count in counts.select(c.RULE, c.VALUE, c.COUNT).iter_rows()}
    rules = list(dict.fromkeys(rule for rule, _ in known))
    rows = [[known.get((rule, value), 0) for value in shown] for rule in rules]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    lines = [
        [name, *(f"{n:,}" for n in (*row, sum(row)))] for name, row in zip([*rules, "all"], [*rows, sums], strict=True)
    ]
    return "\n".join(_table([[title, *shown, "all"], *lines]))


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        yield "  ".join(
            [name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))]
        )
