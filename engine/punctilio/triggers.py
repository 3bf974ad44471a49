"""Events that set a rule off."""

from __future__ import annotations

import polars as pl

from punctilio.counting import COUNT, IS_INSIDE, STRETCH, with_interval, with_ordinal
from punctilio.history import VOID_AT, VOIDED_BY
from punctilio.matching import ROW, Scene, by_person, key_column, key_text
from punctilio.model.rule import EventPattern, Key, While
from punctilio.people import addressees
from punctilio.tables import columns as c

NUMBER = pl.UInt32


def triggers(
    scene: Scene,
    rule_no: int,
    when: EventPattern,
    key: Key,
    *,
    each: str | None = None,
    nth: int | None = None,
    since: EventPattern | None = None,
    during: While | None = None,
    keep: tuple[str, ...] = (),
) -> pl.DataFrame:
    """The events that fit ``when``, with ``row rule_no case_no person key event moment at void void_at voided_by``, the key's fields and ``keep``.

    A row for each person in the field ``each``, or for each addressee where ``person`` is in the key; else ``person`` is null.
    """
    rows = _peopled(scene, when, key, each).with_columns(pl.lit(rule_no, dtype=pl.UInt32).alias(c.RULE_NO), key_text(key))
    rows = rows.with_row_index(ROW)
    if nth is not None:
        rows = with_ordinal(scene, rows, since, key, rule_no).filter(pl.col(COUNT) == nth).drop(COUNT, STRETCH)
    if during is not None:
        rows = with_interval(scene, rows, during, key, rule_no).filter(IS_INSIDE)
    fields = [key_column(name) for name in key if name != c.PERSON]
    marks = [c.EVENT, c.MOMENT, c.AT, c.VOID, VOID_AT, VOIDED_BY]
    return rows.select(*dict.fromkeys([ROW, c.RULE_NO, c.CASE_NO, c.PERSON, c.KEY, *marks, *fields, *keep]))


def _peopled(scene: Scene, when: EventPattern, key: Key, each: str | None) -> pl.DataFrame:
    rows = scene.events(when)
    if each is not None:
        kind = scene.history.vocabulary.field_type(each)
        people = pl.col(c.field(each))
        listed = people.list.drop_nulls().list.unique(maintain_order=True) if kind == "people" else pl.concat_list(people)
        return by_person(rows, listed).filter(pl.col(c.PERSON).is_not_null())
    if c.PERSON in key:
        return by_person(rows, addressees(scene.history.vocabulary))
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(c.PERSON))
