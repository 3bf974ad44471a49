"""The flat report: a row for every record of every case, for spreadsheets, data frames and databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from punctilio.explanation.bounds import IN_DOUBT
from punctilio.explanation.sentences import action_words
from punctilio.model.decision import Verdict
from punctilio.model.rule import Expect, Rule, Rulebook
from punctilio.reporters.about import About
from punctilio.selection import Selection, of_cases
from punctilio.tables import columns as c
from punctilio.tables.joining import with_found
from punctilio.tables.schemas import ROWS
from punctilio.tables.tables import Evaluation
from punctilio.verdicts import is_actionable

ORDER: Final = (c.CASE,)
LINES: Final = 8_192
"""Rows that are written at a time where each is a line."""
_OF_ACTION: Final = (c.DO, c.TEMPLATE)


def rows(evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
    """What is selected of the cases, as ``schemas.ROWS``: by case, then record, then as in the evaluation's frames."""
    if selection.cases:
        evaluation = of_cases(evaluation, selection.cases)
    places = _places(evaluation)
    records = {
        "status": evaluation.statuses.drop(c.ZONE),
        "decision": _explained(selection.of(evaluation.decisions)),
        "finding": selection.of(evaluation.findings).with_columns(pl.col(c.PEOPLE).fill_null([])),
        "allowance": selection.of(evaluation.allowances),
        "note": selection.of(evaluation.notes).filter(pl.col(c.CASE).is_not_null()),
    }
    frames = [_placed(frame, places).with_columns(pl.lit(record).alias(c.RECORD)) for record, frame in records.items()]
    together = pl.concat(frames, how="diagonal").sort(c.CASE, maintain_order=True)
    return _in_full(together, evaluation).select(pl.col(name).cast(kind) for name, kind in ROWS.items())


def of_run(about: About) -> pl.DataFrame:
    """What is to be said of the run, as ``schemas.ROWS``: it ends the report."""
    said: list[dict[str, object]] = [
        {**dict.fromkeys(ROWS), c.RECORD: "note", c.EVENTS: [], **remark._asdict()} for remark in about.remarks
    ]
    return pl.DataFrame(said, schema=ROWS)


def recut(frames: Iterable[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """The same rows in frames of ``size`` rows, the last of fewer."""
    kept = pl.DataFrame(schema=ROWS)
    for frame in frames:
        kept = pl.concat([kept, frame])
        while kept.height >= size:
            yield kept.head(size).rechunk()
            kept = kept.slice(size)
    if kept.height:
        yield kept.rechunk()


def _explained(decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions, with whether they may be acted on now, and why not where no rule says so."""
    is_in_doubt = (pl.col(c.VERDICT) == Verdict.BLOCKED.value) & pl.col(c.BLOCKED_BY).is_null()
    return decisions.with_columns(
        is_actionable().alias(c.ACTIONABLE),
        pl.col(c.WARNED_BY).fill_null([]),
        pl.when(is_in_doubt).then(pl.lit(IN_DOUBT)).alias(c.MESSAGE),
    )


# ── events by place ──


def _places(evaluation: Evaluation) -> pl.Series:
    """Where each event stands, as ``file:line``."""
    files = pl.Series(evaluation.files, dtype=pl.String)
    events = evaluation.events.select(pl.lit(files).gather(c.FILE).alias(c.FILE), c.LINE)
    return events.select(pl.format("{}:{}", c.FILE, c.LINE).alias(c.EVENT)).to_series()


def _placed(frame: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    """The frame, with places for the numbers of events."""
    single = [name for name in (c.TRIGGER, c.DONE, c.ENDED, c.WAIVER, c.EVENT) if name in frame.columns]
    frame = frame.with_columns(places.gather(frame[name]).alias(name) for name in single)
    for name in (c.EVENTS, c.NEAR):
        if name in frame.columns:
            frame = frame.with_columns(_listed(frame[name], places).alias(name))
    return frame


def _listed(numbers: pl.Series, places: pl.Series) -> pl.Series:
    """A list of places for each list of numbers; an empty one where there are none."""
    flat = pl.DataFrame({"row": pl.int_range(numbers.len(), eager=True), c.EVENT: numbers}).explode(
        c.EVENT, empty_as_null=False, keep_nulls=False
    )
    known = flat.with_columns(places.gather(flat[c.EVENT]).alias(c.EVENT)).group_by("row", maintain_order=True).all()
    every = pl.DataFrame({"row": pl.int_range(numbers.len(), eager=True)}).pipe(with_found, known, on="row")
    return every[c.EVENT].fill_null([])


# ── what rules, people and cases are called ──


def _in_full(together: pl.DataFrame, evaluation: Evaluation) -> pl.DataFrame:
    zones = evaluation.statuses.select(c.CASE, pl.col(c.ZONE).fill_null(evaluation.rulebook.zone or "UTC"))
    known = together.pipe(with_found, _rules(evaluation.rulebook), on=c.RULE).pipe(with_found, zones, on=c.CASE)
    for key, name in ((c.PERSON, c.PERSON_NAME), (c.TO, c.TO_NAME), (c.THROUGH, c.THROUGH_NAME)):
        names = evaluation.people.select(c.CASE, pl.col(c.PERSON).alias(key), pl.col("name").alias(name))
        known = known.pipe(with_found, names, on=[c.CASE, key])
    return known.with_columns(pl.when(c.ACTIONABLE).then(name).alias(name) for name in _OF_ACTION)


def _rules(book: Rulebook) -> pl.DataFrame:
    """A row for each rule, with all that its records say of it."""
    of_rules = (c.RULE, c.KIND, c.FORCE, c.TITLE, c.CITE, c.LOCATION, c.READINGS, *_OF_ACTION)
    schema = {name: ROWS[name] for name in of_rules}
    return pl.DataFrame([_described(rule, book) for rule in book.rules], schema=schema, orient="row")


def _described(rule: Rule, book: Rulebook) -> tuple[object, ...]:
    action = rule.kind.action if isinstance(rule.kind, Expect) else None
    return (
        rule.id,
        type(rule.kind).__name__.lower(),
        rule.force.value if rule.force else None,
        rule.title or None,
        rule.cite or None,
        f"{rule.location.file}:{rule.location.line}",
        [f"{reading.parameter} = {reading.value}" for reading in rule.readings],
        action_words(action) if action else None,
        action.template if action else None,
    )
