"""Messages that went out by a channel, in every case, for channels that count them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from types import MappingProxyType
from typing import Any, Final, cast

import polars as pl

from punctilio.contracts import Action, Context, Message
from punctilio.model.vocabulary import PERSON_TYPES, FieldType, Vocabulary
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation

CHANNEL: Final = "channel"
"""The field that says by which way a message goes."""
_WORDS: Final = frozenset[FieldType]({"enum", "string", "integer", "number", "boolean"})


def messages_by(evaluation: Evaluation, channel: str) -> tuple[Message, ...]:
    """What the log has sent by the channel, and what names none there, the earliest first, without what was taken
    back."""
    vocabulary = evaluation.rulebook.vocabulary
    part = vocabulary.parts.drafts
    if part is None or CHANNEL not in vocabulary.fields():
        return ()
    by = pl.col(c.field(CHANNEL))
    is_of = (pl.col(c.TYPE) == part.of) & pl.col(c.VOID).is_null() & (by.is_null() | (by == channel))
    rows = evaluation.events.filter(is_of).sort(c.AT, maintain_order=True)
    return tuple(_message(vocabulary, row) for row in rows.iter_rows(named=True))


def drafted_message(action: Action, context: Context) -> Message:
    """The message that an action would be, if it went out at the as-of."""
    fields = {name: value for name, value in action.fields.items() if isinstance(value, str)}
    people = (action.to.key,) if action.to else ()
    return Message(
        at=context.as_of, case=action.case, people=people, fields=MappingProxyType(fields), text=context.text
    )


def _message(vocabulary: Vocabulary, row: Mapping[str, Any]) -> Message:
    said = {name: row[c.field(name)] for name, kind in vocabulary.fields().items() if kind in _WORDS}
    text = vocabulary.parts.text
    return Message(
        at=row[c.AT].replace(tzinfo=UTC),
        case=row[c.CASE],
        people=tuple(dict.fromkeys(_people(vocabulary, row))),
        fields=MappingProxyType({name: _word(value) for name, value in said.items() if value is not None}),
        text=row[c.field(text)] if text else None,
    )


def _people(vocabulary: Vocabulary, row: Mapping[str, Any]) -> Iterator[str]:
    for name, kind in vocabulary.fields().items():
        value = row[c.field(name)] if kind in PERSON_TYPES else None
        yield from cast(Sequence[str], value) if isinstance(value, list) else [value] if value else ()


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
