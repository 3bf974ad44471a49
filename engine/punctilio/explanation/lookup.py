"""Rows of an evaluation by number and by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl

from punctilio.explanation.values import Event, Instant, Person
from punctilio.model.rule import Rule
from punctilio.model.vocabulary import Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation
from punctilio.value import Value

Row = dict[str, Any]

_EVENT_COLUMNS: Final = (c.TRIGGER, c.DONE, c.ENDED, c.WAIVER, c.EVENT)
_EVENT_LISTS: Final = (c.EVENTS, c.NEAR)


class Lookup(Value, kw_only=True):
    """What the rows of an evaluation refer to: rules, cases' zones, people, and the events that are cited."""

    rules: Mapping[str, Rule]
    zones: Mapping[str, str]
    names: Mapping[tuple[str, str], str]
    events: Mapping[int, Event]
    default_zone: str
    vocabulary: Vocabulary
    deadline_zones: Mapping[str, str]
    allowances: Mapping[str | None, Sequence[Row]]

    def rule(self, rule_id: str | None) -> Rule | None:
        return None if rule_id is None else self.rules[rule_id]

    def zone(self, case: str | None) -> str:
        return self.default_zone if case is None else self.zones.get(case, self.default_zone)

    def deadline_zone(self, case: str) -> str:
        """Where a day of this case ends."""
        return self.deadline_zones.get(case) or self.zone(case)

    def allowance(self, case: str | None, rule: str, people: Iterable[str | None]) -> Row | None:
        """What a rule allows one of these people, or everybody; None where that is not known, or not one answer."""
        fits = {None, *people}
        rows = [row for row in self.allowances.get(case, ()) if row[c.RULE] == rule and row[c.PERSON] in fits]
        return rows[0] if len(rows) == 1 else None

    def instant(self, case: str | None, utc: datetime | None) -> Instant | None:
        return None if utc is None else Instant(utc, self.zone(case))

    def person(self, case: str | None, key: str | None) -> Person | None:
        return None if key is None else Person(key, self.names.get((case or "", key)))

    def people(self, case: str | None, keys: Iterable[str] | None) -> tuple[Person, ...]:
        return tuple(Person(key, self.names.get((case or "", key))) for key in keys or ())

    def event(self, row: int | None) -> Event | None:
        return None if row is None else self.events[row]

    def all_events(self, rows: Iterable[int] | None) -> tuple[Event, ...]:
        return tuple(self.events[row] for row in rows or ())


def lookup(evaluation: Evaluation) -> Lookup:
    """Everything that the rows of this evaluation refer to, and no more."""
    default_zone = evaluation.rulebook.zone or "UTC"
    zones = dict(evaluation.statuses.select(c.CASE, pl.col(c.ZONE).fill_null(default_zone)).iter_rows())
    return Lookup(
        rules={rule.id: rule for rule in evaluation.rulebook.rules},
        zones=zones,
        names={(case, key): name for case, key, name in _named(evaluation).iter_rows()},
        events=dict(_events(evaluation, _cited(evaluation), zones, default_zone)),
        default_zone=default_zone,
        vocabulary=evaluation.rulebook.vocabulary,
        deadline_zones=_deadline_zones(evaluation),
        allowances=by_case(evaluation.allowances),
    )


def by_case(frame: pl.DataFrame) -> dict[str | None, list[Row]]:
    """The rows of each case, in their order."""
    rows: defaultdict[str | None, list[Row]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        rows[row[c.CASE]].append(row)
    return rows


def _deadline_zones(evaluation: Evaluation) -> dict[str, str]:
    """The cases in which a day ends by another clock than the case's."""
    part = evaluation.rulebook.vocabulary.parts.deadline_zone
    if part is None:
        return {}
    zone = pl.col(c.field(part.field))
    said = evaluation.events.filter((pl.col(c.TYPE) == part.event) & zone.is_not_null())
    return dict(said.select(c.CASE, zone).iter_rows())


def _named(evaluation: Evaluation) -> pl.DataFrame:
    """People of the cases at hand who are called something."""
    shown = evaluation.people.join(evaluation.statuses.select(c.CASE), on=c.CASE, how="semi")
    return shown.select(c.CASE, c.PERSON, "name").drop_nulls()


def every_event(evaluation: Evaluation) -> dict[int, Event]:
    """All that was seen, by number: of few cases."""
    told, numbers = lookup(evaluation), pl.Series(range(evaluation.events.height), dtype=pl.UInt32)
    return dict(_events(evaluation, numbers, told.zones, told.default_zone))


def _events(
    evaluation: Evaluation, cited: pl.Series, zones: Mapping[str, str], default_zone: str
) -> Iterator[tuple[int, Event]]:
    fields = {name: c.field(name) for name in evaluation.rulebook.vocabulary.fields()}
    days = {name: c.date_of(name) for name in fields}
    for number, row in zip(cited.to_list(), evaluation.events[cited].iter_rows(named=True), strict=True):
        yield (
            number,
            Event(
                type=row[c.TYPE],
                at=Instant(row[c.AT], zones.get(row[c.CASE], default_zone)),
                id=row[c.ID],
                place=f"{evaluation.files[row[c.FILE]]}:{row[c.LINE]}",
                values=_written(row, fields),
                dates=_written(row, days),
                recorded=_instant_of(row, zones.get(row[c.CASE], default_zone)),
            ),
        )


def _instant_of(row: Row, zone: str) -> Instant | None:
    return None if row[c.RECORDED_AT] is None else Instant(row[c.RECORDED_AT], zone)


def _written(row: Row, columns: Mapping[str, str]) -> Row:
    """What stands in the columns, by name, where anything does."""
    return {name: row[column] for name, column in columns.items() if row.get(column) is not None}


def _cited(evaluation: Evaluation) -> pl.Series:
    """The numbers of the events that any row names, each once, in order."""
    frames = (evaluation.decisions, evaluation.findings, evaluation.statuses, evaluation.notes, evaluation.allowances)
    single = [frame[column] for frame in frames for column in _EVENT_COLUMNS if column in frame.columns]
    lists = [frame[column].explode() for frame in frames for column in _EVENT_LISTS if column in frame.columns]
    return pl.concat([series.cast(pl.UInt32).alias(c.EVENT) for series in single + lists]).drop_nulls().unique().sort()
