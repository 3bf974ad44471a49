"""The flat report: a row for every record of every case, for spreadsheets, data frames and databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
from punctilio.tables.numbering import numbered, spread
from punctilio.tables.schemas import REMARKS, ROWS
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
    told = _by_case(_records(evaluation, selection))
    told = _with_rules(_with_names(_placed(told, evaluation), evaluation.people), evaluation.rulebook)
    return told.select_seq(pl.col(name).cast(kind) for name, kind in ROWS.items())


def of_run(about: About) -> Iterator[pl.DataFrame]:
    """What is to be said of the run, as ``schemas.ROWS``, some rows at a time: it ends the report."""
    known = {c.RECORD: pl.lit("note"), c.EVENTS: pl.lit([], ROWS[c.EVENTS]), **{name: pl.col(name) for name in REMARKS}}
    columns = [known.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in ROWS.items()]
    return (said.with_columns(columns).select(ROWS.keys()) for said in about.notes.iter_slices(LINES))


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


# ── records ──


def _records(evaluation: Evaluation, selection: Selection) -> list[pl.DataFrame]:
    """A frame for each record, in which no list is null."""
    records = {
        "status": evaluation.statuses.with_columns(pl.col(c.ZONE).fill_null(evaluation.rulebook.zone or "UTC")),
        "decision": _explained(selection.of(evaluation.decisions)),
        "finding": selection.of(evaluation.findings),
        "allowance": selection.of(evaluation.allowances),
        "note": selection.of(evaluation.notes).filter(pl.col(c.CASE).is_not_null()),
    }
    lists = pl.col(pl.List(pl.String), pl.List(pl.UInt32))
    return [frame.with_columns(pl.lit(name).alias(c.RECORD), lists.fill_null([])) for name, frame in records.items()]


def _explained(decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions, with whether they may be acted on now, and why not where no rule says so."""
    is_in_doubt = (pl.col(c.VERDICT) == Verdict.BLOCKED.value) & pl.col(c.BLOCKED_BY).is_null()
    return decisions.with_columns(
        is_actionable().alias(c.ACTIONABLE), pl.when(is_in_doubt).then(pl.lit(IN_DOUBT)).alias(c.MESSAGE)
    )


def _by_case(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all frames, by case, then one frame after the other.

    A column that one frame alone has is taken from there, and is null in the rows of others: it is never put below
    nulls of theirs first.
    """
    counts = Counter(name for frame in frames for name in frame.columns)
    common = [frame.select(name for name in frame.columns if counts[name] > 1) for frame in frames]
    shared = pl.concat(common, how="diagonal", rechunk=True)
    _, cases = numbered(shared[c.CASE])
    order = cases.to_frame(c.CASE).with_row_index("row").sort(c.CASE, maintain_order=True)["row"]
    columns = shared[order].get_columns()
    start = 0
    for frame in frames:
        own = frame.select(name for name in frame.columns if counts[name] == 1)
        place = order - start  # a great number where the row is of a frame before: what is less than nothing wraps
        columns += own[place.zip_with(place < frame.height, place.clear(1))].get_columns()
        start += frame.height
    return pl.DataFrame(columns)


# ── events by place ──


def _placed(rows: pl.DataFrame, evaluation: Evaluation) -> pl.DataFrame:
    """The rows, with places for the numbers of events."""
    places = _places(evaluation)
    listed = pl.element().map_batches(
        lambda numbers: places.gather(numbers), return_dtype=pl.String, is_elementwise=True
    )
    return rows.with_columns(
        *(places.gather(rows[name]).alias(name) for name in (c.TRIGGER, c.DONE, c.ENDED, c.WAIVER, c.EVENT)),
        pl.col(c.EVENTS, c.NEAR).list.eval(listed),
    )


def _places(evaluation: Evaluation) -> pl.Series:
    """Where each event stands, as ``file:line``."""
    files = pl.Series(evaluation.files, dtype=pl.String)
    events = evaluation.events.select(pl.lit(files).gather(c.FILE).alias(c.FILE), c.LINE)
    return events.select(pl.format("{}:{}", c.FILE, c.LINE).alias(c.EVENT)).to_series()


# ── what rules and people are called ──


def _with_names(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """With the names of those who have a key: in most rows, there is none."""
    keys = pl.concat([rows[c.PERSON], rows[c.TO], rows[c.THROUGH]])
    where = keys.is_not_null().arg_true()
    asked = pl.DataFrame({c.CASE: rows[c.CASE].gather(where % rows.height), c.PERSON: keys.gather(where)})
    names = spread(asked.pipe(with_found, people, on=[c.CASE, c.PERSON])["name"], where, len(keys))
    told = (c.PERSON_NAME, c.TO_NAME, c.THROUGH_NAME)
    return rows.with_columns(names.slice(n * rows.height, rows.height).alias(name) for n, name in enumerate(told))


def _with_rules(rows: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """With what there is to say of each rule, and of its action where that is to be taken now."""
    rules = _rules(book)
    numbers = rows[c.RULE].cast(pl.Enum(rules[c.RULE]), strict=False).to_physical()
    acting = numbers.zip_with(rows[c.ACTIONABLE].fill_null(False), numbers.clear(1))
    return rows.with_columns(
        *(column.gather(acting if column.name in _OF_ACTION else numbers) for column in rules.drop(c.RULE)),
        pl.col(c.ZONE).forward_fill(),
    )


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
