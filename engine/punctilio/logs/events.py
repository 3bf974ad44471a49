"""From an event as written to a row of the table, by the closed vocabulary. All its mistakes are found at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, cast

from punctilio.logs import codes, values
from punctilio.logs.records import Mistake, Record
from punctilio.logs.values import Converter, RefusalError, Value, nearest, short
from punctilio.model.vocabulary import RETRACTION, WAIVER, EventType, FieldOf, FieldType, TakesBack, Vocabulary
from punctilio.tables import columns as c

Row = dict[str, Value]
"""An event by the names of the vocabulary, read: defaults filled in, nothing that the log leaves empty."""
EventCheck = Callable[[Mapping[str, object], Row], Mistake | None]
"""What only several fields together show: the event as written, and its row as far as it could be read."""

EVERY_EVENT: Final[Mapping[str, FieldType]] = {
    c.CASE: "string",
    c.TYPE: "string",
    c.AT: "instant",
    c.ID: "string",
    c.RECORDED_AT: "instant",
}
"""The fields of every event, whatever its type."""
_BASE: Final[Mapping[str, Converter]] = {
    c.CASE: values.name,
    c.TYPE: values.name,
    c.AT: values.instant,
    c.ID: values.name,
    c.RECORDED_AT: values.instant,
}
_REQUIRED: Final = (c.CASE, c.TYPE, c.AT)


class EventReader(NamedTuple):
    """What events of one type may say. ``known`` are the names of the fields of any type."""

    fields: Mapping[str, Converter]
    required: frozenset[str]
    known: frozenset[str]
    defaults: tuple[tuple[str, Value], ...] = ()
    checks: tuple[EventCheck, ...] = ()


EventReaders = Mapping[str, EventReader]


def event_readers(vocabulary: Vocabulary, rule_ids: Collection[str] | None = None) -> EventReaders:
    """A reader for each type of the vocabulary. With ``rule_ids``, a waiver must name one of them."""
    return {kind.name: _event_reader(kind, vocabulary, rule_ids) for kind in vocabulary.types.values()}


def read_record(record: Record, readers: EventReaders) -> tuple[Row, Sequence[Mistake]]:
    """As ``read_event``, of a record that may be known to have mistakes."""
    return ({}, record.mistakes) if record.mistakes else read_event(record.value, readers)


def read_event(written: object, readers: EventReaders) -> tuple[Row, list[Mistake]]:
    """The row and its mistakes; the row is whole only if there are none."""
    if not isinstance(written, dict):
        return {}, [_no_event(written)]
    event = cast(dict[str, object], written)
    kind = event.get(c.TYPE)
    reader = readers.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return {}, _without_type(event, readers)
    fields = reader.fields
    row: Row = {}
    mistakes: list[Mistake] = []
    for name, value in event.items():
        if value is None:  # how many programs write a field that is empty, of this type or of another
            if name not in reader.known:
                mistakes.append(_unknown_field(name, kind, reader))
            continue
        if isinstance(value, Mistake):  # it was found where the value came from
            mistakes.append(value)
            continue
        try:
            row[name] = fields[name](value)
        except KeyError:
            mistakes.append(_unknown_field(name, kind, reader))
        except RefusalError as refusal:
            mistakes.append(_refused(name, refusal))
    if not reader.required <= row.keys():
        mistakes.extend(_missing(event, reader.required))
    for name, default in reader.defaults:
        row.setdefault(name, default)
    for check in reader.checks:
        if mistake := check(event, row):
            mistakes.append(mistake)
    return row, mistakes


# ── what a type allows ────────────────────────────────────────────────────────────────────────────────────────────


def _event_reader(kind: EventType, vocabulary: Vocabulary, rule_ids: Collection[str] | None) -> EventReader:
    zones = (vocabulary.parts.case_zone, vocabulary.parts.deadline_zone)
    own = {
        f.name: values.zone if FieldOf(event=kind.name, field=f.name) in zones else values.converter(f)
        for f in kind.fields.values()
    }
    if kind.name == RETRACTION:
        own["event"] = values.name
    if kind.name == WAIVER and rule_ids is not None:
        own["rule"] = values.one_of(rule_ids, code=codes.UNKNOWN_RULE, what="the id of a rule of the rulebook")
    required = (f.name for f in kind.fields.values() if f.required)
    defaults = ((f.name, own[f.name](f.default)) for f in kind.fields.values() if f.default is not None)
    return EventReader(
        {**own, **_BASE},
        frozenset((*_REQUIRED, *required)),
        frozenset((*vocabulary.fields(), *_BASE)),
        tuple(defaults),
        _checks(kind, vocabulary),
    )


def _checks(kind: EventType, vocabulary: Vocabulary) -> tuple[EventCheck, ...]:
    takes_back = vocabulary.parts.takes_back
    ordered = (_begins_in_time(kind.begins),) if kind.begins else ()
    naming = (_names_something(takes_back),) if takes_back and takes_back.event == kind.name else ()
    return (*ordered, *naming)


def _begins_in_time(begins: str) -> EventCheck:
    message = f"`{begins}` lies after `at`, which is the end of such an event: correct one of the two."

    def check(_: Mapping[str, object], row: Row) -> Mistake | None:
        begin, end = row.get(begins), row.get(c.AT)
        is_late = isinstance(begin, int) and isinstance(end, int) and begin > end
        return Mistake(codes.BAD_ORDER, message, begins) if is_late else None

    return check


def _names_something(takes_back: TakesBack) -> EventCheck:
    fields = " or ".join(f"`{name}`" for name in takes_back.by)
    message = f"This does not say which `{takes_back.of}` it takes back: add {fields} with its `{takes_back.key}`."

    def check(event: Mapping[str, object], _: Row) -> Mistake | None:
        names = any(event.get(name) not in (None, "") for name in takes_back.by)
        return None if names else Mistake(codes.NAMES_NOTHING, message, c.TYPE)

    return check


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────────────────────


def _no_event(written: object) -> Mistake:
    message = f"An event is a mapping of names to values, and this is {values.kind_of(written)}."
    return Mistake(codes.NOT_AN_EVENT, message)


def _without_type(event: Mapping[str, object], readers: EventReaders) -> list[Mistake]:
    """An event whose type is not known can only be judged by what every event has."""
    mistakes = list(_missing(event, frozenset(_REQUIRED)))
    if mistakes:
        strange = frozenset(event).difference(_BASE, *(reader.fields for reader in readers.values()))
        mistakes = [_misspelt(lack, strange) for lack in mistakes]
    for name, convert in _BASE.items():
        value = event.get(name)
        if isinstance(value, Mistake):
            mistakes.append(value)
        elif value is not None:
            try:
                convert(value)
            except RefusalError as refusal:
                mistakes.append(_refused(name, refusal))
    kind = event.get(c.TYPE)
    if isinstance(kind, str) and kind.strip():
        message = f"The vocabulary has no event type `{short(kind)}`: correct it, or add it to the vocabulary."
        mistakes.append(Mistake(codes.UNKNOWN_TYPE, message, c.TYPE, nearest(kind, frozenset(readers))))
    return mistakes


def _misspelt(lack: Mistake, strange: frozenset[str]) -> Mistake:
    """What is missing, at the strange key that was meant for it perhaps."""
    near = nearest(lack.key or "", strange)
    if near is None:
        return lack
    message = f"`{lack.key}` is missing, and no event has a field `{short(near)}`: correct its name."
    return Mistake(lack.code, message, near, lack.key, at_key=True)


def _unknown_field(name: str, kind: object, reader: EventReader) -> Mistake:
    message = f"`{kind}` has no field `{short(name)}`: correct its name, or leave it out."
    return Mistake(codes.UNKNOWN_FIELD, message, name, nearest(name, frozenset(reader.fields)), at_key=True)


def _refused(name: str, refusal: RefusalError) -> Mistake:
    return Mistake(refusal.code, f"`{name}` {refusal.sentence}", name, refusal.suggestion)


def _missing(event: Mapping[str, object], required: frozenset[str]) -> Iterator[Mistake]:
    for name in sorted(required):
        if event.get(name) is None:
            yield Mistake(codes.MISSING_FIELD, f"`{name}` is missing: add it, as every such event needs it.", name)
