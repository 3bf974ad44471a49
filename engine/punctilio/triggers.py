"""Events that set a rule off."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

import polars as pl

from punctilio.counting import COUNT, STRETCH, tally, void_exits, with_count, with_stretch
from punctilio.matching import ROW, Scene, key_column, key_text
from punctilio.model.rule import Close, EventPattern, Expect, Key, While
from punctilio.people import with_each_once
from punctilio.tables import columns as c
from punctilio.tables.joining import stacked, without
from punctilio.tables.schemas import INSTANT, Schema
from punctilio.value import Value

TRIGGERS: Final[Schema] = {
    ROW: pl.UInt32,
    c.RULE_NO: pl.UInt32,
    c.CASE_NO: pl.UInt32,
    c.PERSON: pl.String,
    c.KEY: pl.String,
    c.EVENT: pl.UInt32,
    c.MOMENT: pl.Int64,
    c.AT: INSTANT,
    c.VOID: pl.UInt32,
}
"""A row for each trigger, beside the fields of its key."""


class Stage(Enum):
    """What an event has to be to set a rule off, in the order in which it is asked."""

    TRIGGER = auto()
    """It fits, and somebody is concerned where people are asked for."""
    NTH = auto()
    WHILE = auto()
    OPEN = auto()
    """Its case is not closed."""
    STANDS = auto()
    """It was not taken back."""


def triggers(
    scene: Scene, rule_no: int, when: EventPattern, key: Key, *, each: str | None = None, keep: tuple[str, ...] = ()
) -> pl.DataFrame:
    """The events that fit ``when``, with ``row rule_no case_no person key event moment at void``,
    the key's fields and ``keep``.

    A row for each person in the field ``each``,
    or for each addressee where ``person`` is in the key; else ``person`` is null.
    """
    if not scene.has(when):
        return _nothing(scene, key, keep)
    number = pl.lit(rule_no, dtype=pl.UInt32).alias(c.RULE_NO)
    fields = [key_column(name) for name in key if name != c.PERSON]
    marks = [c.EVENT, c.MOMENT, c.AT, c.VOID]
    told = list(dict.fromkeys([*marks, *fields, *keep]))
    rows, person = _peopled(scene, when, key, each, [c.CASE_NO, *told])
    return rows.select_seq(number, c.CASE_NO, person, key_text(key), *told).with_row_index(ROW)


def triggers_of(scene: Scene, asked: Mapping[int, tuple[EventPattern, Key]]) -> pl.DataFrame:
    """The events that fit each pattern, by its rule's number, with ``row`` unique among all."""
    found = [triggers(scene, number, of, key) for number, (of, key) in asked.items() if scene.has(of)]
    return without(stacked(found, how="diagonal"), ROW).with_row_index(ROW) if found else pl.DataFrame(schema=TRIGGERS)


def _nothing(scene: Scene, key: Key, keep: tuple[str, ...]) -> pl.DataFrame:
    schema = scene.history.events.schema
    fields = [*(key_column(name) for name in key if name != c.PERSON), *keep]
    return pl.DataFrame(schema={**TRIGGERS, **{name: schema[name] for name in fields}})


def nth(scene: Scene, rule_no: int, rows: pl.DataFrame, rule: Expect | Close) -> pl.DataFrame:
    """The triggers that are the rule's `nth` of their key, counting those not void then since the latest `since` event.

    An event counts once in a key, however many people it is opened for; one with an empty key is the first of its own.
    """
    if rule.nth is None or not rows.height:
        return rows
    return with_number(scene, rule_no, rows, rule).filter(pl.col(COUNT) == rule.nth).pipe(without, COUNT)


def with_number(scene: Scene, rule_no: int, rows: pl.DataFrame, rule: Expect | Close) -> pl.DataFrame:
    """Add ``count``: the number that each trigger has for `nth`."""
    stretched = with_stretch(scene, rows, {rule_no: _Since(rule.key, rule.since)}, {rule_no: rows})
    events = stretched.unique([c.CASE_NO, c.KEY, c.EVENT], keep="first", maintain_order=True)
    counted = with_count(tally(events, {COUNT: [void_exits(scene.history, events)]}), stretched)
    place = pl.when(pl.col(c.KEY).is_not_null()).then(COUNT).otherwise(1)
    return counted.with_columns_seq(place.alias(COUNT)).pipe(without, STRETCH)


class _Since(Value):
    key: Key
    since: EventPattern | None
    during: While | None = None


def _peopled(
    scene: Scene, when: EventPattern, key: Key, each: str | None, columns: list[str]
) -> tuple[pl.DataFrame, pl.Expr]:
    """The events, a row for each person where they are asked for one by one, and the person of each row."""
    if each is not None:
        rows = scene.fit(when, [*columns, c.field(each)])
        is_list = scene.history.vocabulary.field_type(each) == "people"
        listed = rows.with_columns_seq(pl.col(c.field(each)).alias(c.PERSON))
        listed = with_each_once(listed, c.PERSON).explode(c.PERSON) if is_list else listed
        return listed.filter(pl.col(c.PERSON).is_not_null()), pl.col(c.PERSON)
    if c.PERSON in key:
        return scene.fit_by_person(when, columns), pl.col(c.PERSON)
    return scene.fit(when, columns), pl.lit(None, dtype=pl.String).alias(c.PERSON)
