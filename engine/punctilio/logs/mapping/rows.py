"""Rows to events, one at a time and with care: what a map finds wrong is said here, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from punctilio.logs import codes
from punctilio.logs.cells import value_of
from punctilio.logs.instants import InstantError, parse_instant
from punctilio.logs.mapping import clocks
from punctilio.logs.mapping.clocks import ClockError
from punctilio.logs.mapping.model import PLAIN_TEXTS, Clock, Condition, Event, From, Map
from punctilio.logs.mapping.texts import text_of
from punctilio.logs.records import Mistake, Place, Record
from punctilio.logs.values import kind_of, nearest, quoted, short
from punctilio.model.vocabulary import INSTANT_TYPES
from punctilio.tables import columns as c

Cells = Mapping[str, object]
"""What a row holds, by the names of its columns."""
_NOTHING: Final = None
_COMMA: Final = re.compile("[-+]?[0-9][0-9.]*,[0-9.,]*")


class MappedEvent(NamedTuple):
    """An event that a row gives. ``columns`` says where its fields come from."""

    record: Record
    value: dict[str, object]
    columns: Mapping[str, str]
    mistakes: Sequence[Mistake] = ()

    @property
    def line(self) -> int:
        return self.record.line

    @property
    def text(self) -> str:
        return self.record.text

    def place(self, key: str | None, *, of_key: bool = False) -> Place:
        return self.record.place(self.columns.get(key) if key is not None else None, of_key=of_key)


def events_of(record: Record, rules: Map) -> Iterator[MappedEvent]:
    """The events that a row gives, in the order of the map."""
    spoilt = [mistake for mistake in record.mistakes if mistake.key is None or mistake.key in rules.columns]
    if spoilt:
        yield from _blamed(record, rules, spoilt)
        return
    if not isinstance(record.value, dict):
        message = f"A map reads rows of names and values, and this is {kind_of(record.value)}."
        yield MappedEvent(record, {}, {}, [Mistake(codes.NOT_AN_EVENT, message)])
        return
    cells = cast(Cells, record.value)
    unknown = next((name for name in cells if not rules.knows(name)), None)
    if unknown is not None:
        mistake = Mistake(codes.UNMAPPED, unmapped_column(unknown), unknown, at_key=True)
        yield from _blamed(record, rules, [mistake])
        return
    cells = {name: cell for name, cell in cells.items() if cell is not None}
    if any(_fits(cells, condition) for condition in rules.skip):
        return
    fitting = [event for event in rules.events if _fits(cells, event.when)]
    if not fitting:
        message = "This row gives no event: add an event to the map that fits it, or name it under `skip`."
        yield from _blamed(record, rules, [Mistake(codes.UNMAPPED, message)])
    elif lost := list(_lost(cells, rules, fitting)):
        yield from _blamed(record, rules, lost)
    for event in fitting:
        value = _event(cells, event)
        if c.TYPE in value:  # or else the map says that such rows give no event
            columns = {field.field: field.column for field in event.fields if field.column is not None}
            yield MappedEvent(record, value, columns)


def _lost(cells: Cells, rules: Map, fitting: Sequence[Event]) -> Iterator[Mistake]:
    """Cells that say something of an event that the row does not give, for want of another cell."""
    read = {name for event in fitting for name in event.columns}
    for event in rules.events:
        empty = next((name for name, values in event.when.items() if values is None and name not in cells), None)
        for field in event.fields if empty is not None else ():
            name = field.column
            if name is None or name in read or name not in cells or _value(cells, field) is _NOTHING:
                continue
            read.add(name)
            message = (
                f"`{short(name)}` says something of an event that this row does not give, as `{short(empty or '')}` is "
                "empty: fill that, empty this one, or name the row under `skip`."
            )
            yield Mistake(codes.UNMAPPED, message, name)


def _blamed(record: Record, rules: Map, mistakes: Sequence[Mistake]) -> Iterator[MappedEvent]:
    """A row with mistakes, in each case that its events would have."""
    cells: Cells = cast(Cells, record.value) if isinstance(record.value, dict) else {}
    columns = {mistake.key: mistake.key for mistake in mistakes if mistake.key is not None}
    named: list[object] = []
    for event in rules.events:
        field = next((field for field in event.fields if field.field == c.CASE), None)
        case = _value(cells, field) if field else _NOTHING
        if case not in named:
            named.append(case)
            yield MappedEvent(record, {} if case is _NOTHING else {c.CASE: case}, columns, mistakes)


def unmapped_column(name: str) -> str:
    return (
        f"The map says nothing of the column `{short(name)}`: map it, name it under `ignore`, or add `others: ignore`."
    )


def _fits(cells: Cells, condition: Condition) -> bool:
    return all(
        name in cells if values is None else text_of(cells.get(name)) in values for name, values in condition.items()
    )


def _event(cells: Cells, event: Event) -> dict[str, object]:
    read = {field.field: _value(cells, field) for field in event.fields}
    said = {name: value for name, value in read.items() if value is not _NOTHING}
    source = event.fields[0]
    if source.column is None or source.column in cells or source.reads_empty:
        return said
    message = (
        f"`type` is missing, as `{short(source.column)}` is empty: fill that, or name such rows in the map, as in "
        f'`skip: {{{short(source.column)}: ""}}`.'
    )
    return {c.TYPE: Mistake(codes.MISSING_FIELD, message, c.TYPE), **said}


def _value(cells: Cells, field: From) -> object:
    """What the row says in a field; a Mistake where the map cannot make out what that is."""
    if field.column is None:
        return field.value
    cell = cells.get(field.column)
    if cell is None and not field.reads_empty:
        return _NOTHING
    if field.table is not None:
        return _meant(cell, field, field.table)
    if field.kind in INSTANT_TYPES:
        return _instant(cell, field)
    if not isinstance(cell, str):
        is_number = isinstance(cell, int) and not isinstance(cell, bool)
        return str(cell) if is_number and field.kind in PLAIN_TEXTS else cell
    if field.decimal == ",":
        return _with_comma(cell, field)
    if field.kind == "number" and _COMMA.fullmatch(cell):
        message = (
            f"`{short(field.column)}` has a comma: write 1234.5, or say in the map that numbers have a decimal comma, "
            'with `decimal: ","`.'
        )
        return Mistake(codes.WRONG_TYPE, message, field.field)
    return value_of(cell, field.kind, field.separator)


def _meant(cell: object, field: From, table: Mapping[str, str | None]) -> object:
    written = text_of(cell)
    if written is None:
        return cell  # which no field takes that has such a table
    if written in table:
        meant = table[written]
        return _NOTHING if meant is None else value_of(meant, field.kind)
    if field.others == "ignore":
        return _NOTHING
    if field.others == "keep":
        return value_of(written, field.kind)
    message = (
        f"The map says nothing of the value {quoted(written)} in the column `{short(field.column or '')}`: list it "
        "under `values`, or say what becomes of `others`."
    )
    return Mistake(codes.UNMAPPED, message, field.field, nearest(written, frozenset(table)))


def _with_comma(written: str, field: From) -> object:
    if "." in written:
        message = (
            f"`{short(field.column or '')}` has a point, and the map says that decimals have a comma: write 1234,5."
        )
        return Mistake(codes.WRONG_TYPE, message, field.field)
    return value_of(written.replace(",", "."), field.kind)


def _instant(cell: object, field: From) -> object:
    """RFC 3339, or the date of a deadline; a Mistake if it is neither."""
    if not isinstance(cell, str):
        return cell
    try:
        return read_clock(cell, field.clock, is_deadline=field.kind == "deadline")
    except ClockError as error:
        message = f"`{short(field.column or '')}` {error}"
        return Mistake(codes.BAD_INSTANT, message, field.field)


def read_clock(text: str, clock: Clock, *, is_deadline: bool) -> str:
    """Raises ClockError."""
    if clock.form is not None:
        wall, offset = clocks.parse(text, clock.form)
        if is_deadline and not clock.form.has_time and clock.time is None:
            return wall.date().isoformat()
        return _in_utc(wall, offset, clock, has_time=clock.form.has_time)
    if clock.zone is not None and clocks.fits(text, clocks.ISO_LOCAL):
        return _in_utc(clocks.parse(text, clocks.ISO_LOCAL)[0], None, clock, has_time=True)
    if clocks.fits(text, clocks.ISO_DATE) and (clock.time is not None or is_deadline):
        wall = clocks.parse(text, clocks.ISO_DATE)[0]
        return text if clock.time is None else _in_utc(wall, None, clock, has_time=False)
    try:
        parse_instant(text)
    except InstantError as slip:
        raise ClockError(_slip(text, str(slip), clock)) from None
    return text


def _slip(text: str, sentence: str, clock: Clock) -> str:
    """What is wrong with a text that is no instant, and what the map can do about it."""
    if "no offset" in sentence:
        if clock.zone is None:
            return f"{sentence} Or name the `zone` of its times in the map."
        try:
            parse_instant(f"{text}Z")
        except InstantError as slip:
            sentence = str(slip)
    if "is a date" in sentence:
        return f"{sentence} Or name the `time` of day to take in the map."
    return f"{sentence} Where it is written in another way, name its `format` in the map."


def _in_utc(wall: datetime, offset: timedelta | None, clock: Clock, *, has_time: bool) -> str:
    if not has_time and clock.time is not None:
        wall = datetime.combine(wall, clock.time)
    zone = clock.zone or "UTC"  # where nothing says a zone, the format has the offset
    at = clocks.in_zone(wall, zone, clock.fold) if offset is None else clocks.at_offset(wall, offset)
    return at.replace(tzinfo=None).isoformat() + "Z"
