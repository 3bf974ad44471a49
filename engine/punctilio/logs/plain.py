"""From events as written to the table, in columns, where everything about them is plainly right.

What an event may say stands in ``events.py``, which reads one at a time. Here the same is asked of all at once: of a
line that passes, ``read_event`` would make the same row without a mistake. Tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from punctilio.logs import values
from punctilio.logs.events import EVERY_EVENT
from punctilio.logs.instant_columns import dates, instants, within_bounds
from punctilio.model.vocabulary import INSTANT_TYPES, LIST_TYPES, RETRACTION, WAIVER, FieldOf, FieldType, Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.schemas import INSTANT, column_type
from punctilio.tables.schemas import events as event_schema

_RAW: Final = "raw."
_KIND: Final = "kind"
_TEXTS: Final = frozenset[FieldType]({"string", "text", "person"})
_BLANKS: Final = "".join(mark for mark in map(chr, range(0x3001)) if mark.isspace())
"""What Python takes for blank; Polars by itself leaves some of it out."""
_WHOLE: Final = "^(?:0|-?[1-9][0-9]{0,17})$"
_DECIMAL: Final = r"^-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?$"


def plain_events(
    written: pl.DataFrame, vocabulary: Vocabulary, rule_ids: Collection[str] | None, file: int
) -> tuple[pl.DataFrame, list[int]]:
    """The events (``schemas.events``, ``identity`` null) that are plainly right, and the lines of the others.

    ``written`` is as in ``Chunk``. A line that is doubtful is to be read with care, which alone finds mistakes: so
    columns and rows cannot disagree on what is one.
    """
    if written.is_empty() or not {c.CASE, c.TYPE, c.AT} <= set(written.columns):
        return pl.DataFrame(schema=event_schema(vocabulary)), written[c.LINE].to_list()
    types: dict[str, FieldType] = {**vocabulary.fields(), **EVERY_EVENT}
    names = [name for name in written.columns if name != c.LINE]
    raw = written.select(pl.col(c.LINE).cast(pl.UInt32), pl.col(names).name.prefix(_RAW)).rechunk()
    values_read = (each for name in names for each in _read(name, types.get(name), raw[_RAW + name]))
    read = raw.with_columns(values_read).with_columns(_kind(vocabulary))
    conditions = (
        *(_is_understood(name, types.get(name)) for name in names),
        *_has_what_every_event_has(names),
        *_has_fields_of_its_type(names, vocabulary),
        *_has_known_words(names, vocabulary, rule_ids),
        *_agrees_with_itself(names, vocabulary),
    )
    plain = read.select(pl.all_horizontal(conditions).fill_null(False).alias(_KIND))[_KIND]
    if plain.all():
        return read.select(_event_columns(read.columns, vocabulary, file)), []
    kept = read.filter(plain)
    return kept.select(_event_columns(read.columns, vocabulary, file)), read.filter(~plain)[c.LINE].to_list()


# ── from what is written to what is meant ─────────────────────────────────────────────────────────────────────────


def _read(name: str, kind: FieldType | None, written: pl.Series) -> Iterator[pl.Series | pl.Expr]:
    """The columns of a field, null where it holds what is not plainly a value of it."""
    if kind is None:
        return
    if kind == "deadline":
        yield _date(pl.col(written.name), written.dtype).alias(c.date_of(name))
    if kind in INSTANT_TYPES and written.dtype == pl.String:
        yield instants(written).alias(c.field(name))
    else:
        yield _value(pl.col(written.name), kind, written.dtype).alias(c.field(name))


def _value(raw: pl.Expr, kind: FieldType, written: pl.DataType) -> pl.Expr:
    wanted = column_type(kind)
    if kind in INSTANT_TYPES:
        return _instant(raw, written)
    if written == wanted:
        return _finite(raw, wanted)
    if kind in ("integer", "number") and written.is_integer():
        return raw.cast(wanted, strict=False)
    if kind in ("integer", "number") and written == pl.String:
        shaped = raw.str.contains(_WHOLE if kind == "integer" else _DECIMAL)
        return pl.when(shaped).then(raw).cast(wanted, strict=False)
    if kind == "boolean" and written == pl.String:
        return pl.when(raw.is_in(["true", "false"])).then(raw == "true")
    return pl.lit(None, wanted)


def _finite(raw: pl.Expr, wanted: object) -> pl.Expr:
    if wanted == pl.Float64:
        return pl.when(raw.is_finite()).then(raw)
    return pl.when(raw > -(2**63)).then(raw) if wanted == pl.Int64 else raw


def _instant(raw: pl.Expr, written: pl.DataType) -> pl.Expr:
    if isinstance(written, pl.Datetime) and written.time_zone in (None, "UTC"):
        return within_bounds(raw.cast(pl.Datetime("us", written.time_zone)).dt.replace_time_zone(None))
    return pl.lit(None, INSTANT)


def _date(raw: pl.Expr, written: pl.DataType) -> pl.Expr:
    if written == pl.String:
        return dates(raw)
    return pl.when(raw.dt.year().is_between(1, 9999)).then(raw) if written == pl.Date else pl.lit(None, pl.Date)


def _kind(vocabulary: Vocabulary) -> pl.Expr:
    """The type as its number in order of names; null where the vocabulary has none of that name."""
    return pl.col(c.TYPE).cast(pl.Enum(sorted(vocabulary.types)), strict=False).to_physical().alias(_KIND)


# ── what has to hold ──────────────────────────────────────────────────────────────────────────────────────────────


def _is_understood(name: str, kind: FieldType | None) -> pl.Expr:
    """Whether the field holds nothing, or what it can."""
    nothing = ~_is_there(name)
    if kind == "deadline":
        return nothing | pl.col(c.field(name)).is_not_null() | pl.col(c.date_of(name)).is_not_null()
    return nothing if kind is None else nothing | pl.col(c.field(name)).is_not_null()


def _has_what_every_event_has(names: Collection[str]) -> Iterator[pl.Expr]:
    yield pl.col(_KIND).is_not_null()
    yield from (_is_there(c.CASE), _is_there(c.AT))
    yield from (~_is_blank(name) for name in (c.CASE, c.ID) if name in names)


def _has_fields_of_its_type(names: Collection[str], vocabulary: Vocabulary) -> Iterator[pl.Expr]:
    """No field that its type does not have, and all that its type needs; lists without holes."""
    for name, kind in vocabulary.fields().items():
        strangers = [each.name for each in vocabulary.types.values() if name not in each.fields]
        needing = [
            each.name for each in vocabulary.types.values() if name in each.fields and each.fields[name].required
        ]
        if name in names:
            yield _are(strangers, vocabulary, ~_is_there(name))
            if kind in LIST_TYPES:
                yield _holds_texts(name, named=kind == "people")
            if kind in _TEXTS:
                needing_names = [RETRACTION, *needing] if name == "event" else needing
                yield _are(needing_names, vocabulary, ~_is_blank(name))
        yield _are(needing, vocabulary, _is_there(name) if name in names else pl.lit(False))


def _has_known_words(
    names: Collection[str], vocabulary: Vocabulary, rule_ids: Collection[str] | None
) -> Iterator[pl.Expr]:
    for (name, known), kinds in _choices(vocabulary, rule_ids).items():
        if name in names:
            yield _are(kinds, vocabulary, pl.col(c.field(name)).is_in(sorted(known)).fill_null(True))


def _choices(
    vocabulary: Vocabulary, rule_ids: Collection[str] | None
) -> Mapping[tuple[str, frozenset[str]], Sequence[str]]:
    """Fields with the words that they may hold, and the types for which this is so."""
    zones = (vocabulary.parts.case_zone, vocabulary.parts.deadline_zone)
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for kind in vocabulary.types.values():
        for field in kind.fields.values():
            if FieldOf(event=kind.name, field=field.name) in zones:
                known: Collection[str] | None = values.zones()
            elif kind.name == WAIVER and field.name == "rule":
                known = rule_ids
            else:
                known = field.values if field.type == "enum" else None
            if known is not None:
                found.setdefault((field.name, frozenset(known)), []).append(kind.name)
    return found


def _agrees_with_itself(names: Collection[str], vocabulary: Vocabulary) -> Iterator[pl.Expr]:
    """It begins before it ends, and if it takes something back, it says what."""
    for kind in vocabulary.types.values():
        if kind.begins and kind.begins in names:
            in_time = pl.col(c.field(kind.begins)) <= pl.col(c.AT)
            yield _are([kind.name], vocabulary, in_time.fill_null(True))
    if taking := vocabulary.parts.takes_back:
        said = [_says_something(name, vocabulary) for name in taking.by if name in names]
        yield _are([taking.event], vocabulary, pl.any_horizontal(pl.lit(False), *said))


def _are(kinds: Collection[str], vocabulary: Vocabulary, condition: pl.Expr) -> pl.Expr:
    """That the condition holds of events of these types."""
    return ~pl.col(_KIND).is_in(_numbers(kinds, vocabulary)) | condition if kinds else pl.lit(True)


def _numbers(kinds: Collection[str], vocabulary: Vocabulary) -> list[int]:
    return [number for number, name in enumerate(sorted(vocabulary.types)) if name in kinds]


def _is_there(name: str) -> pl.Expr:
    return pl.col(_RAW + name).is_not_null()


def _is_blank(name: str) -> pl.Expr:
    return (pl.col(c.field(name)).str.strip_chars(_BLANKS) == "").fill_null(False)


def _says_something(name: str, vocabulary: Vocabulary) -> pl.Expr:
    is_empty = pl.col(c.field(name)) == "" if column_type(vocabulary.fields()[name]) == pl.String else pl.lit(False)
    return _is_there(name) & ~is_empty.fill_null(False)


def _holds_texts(name: str, *, named: bool) -> pl.Expr:
    """Whether each entry of a list is there, and says something where it names somebody."""
    entry = pl.element().str.strip_chars(_BLANKS) != "" if named else pl.element().is_not_null()
    return pl.col(c.field(name)).list.eval(entry.fill_null(False)).list.all().fill_null(True)


# ── to the table ──────────────────────────────────────────────────────────────────────────────────────────────────


def _event_columns(read: Collection[str], vocabulary: Vocabulary, file: int) -> Iterator[pl.Expr]:
    """The columns of the table, with defaults where the log is silent."""
    defaults = _defaults(vocabulary)
    for name, kind in event_schema(vocabulary).items():
        known = pl.col(name) if name in read else pl.lit(file if name == c.FILE else None, kind)
        for default, kinds in defaults.get(name, ()):
            silent = known.is_null() & pl.col(_KIND).is_in(_numbers(kinds, vocabulary))
            known = pl.when(silent).then(pl.lit(default)).otherwise(known)
        yield known.alias(name)


def _defaults(vocabulary: Vocabulary) -> Mapping[str, Sequence[tuple[str, Sequence[str]]]]:
    """Column to defaults, each with the types that have it. Only texts and enums have any."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind in vocabulary.types.values():
        for field in kind.fields.values():
            if field.default is not None:
                found.setdefault(c.field(field.name), {}).setdefault(field.default, []).append(kind.name)
    return {column: list(by_default.items()) for column, by_default in found.items()}
