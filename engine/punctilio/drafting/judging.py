"""What the rules say of messages that are not sent yet.

There is one way of judging: the messages are put at the end of the log as drafts of the as-of instant, the engine
judges that log, and what it says of these drafts is handed back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, cast

import polars as pl

from punctilio.contracts import Action, Draft
from punctilio.drafting.gaps import without
from punctilio.drafting.values import TextFinding
from punctilio.errors import UsageError
from punctilio.evaluation import evaluate
from punctilio.explanation import explain
from punctilio.model.decision import Level
from punctilio.model.rule import Avoids, Check, Content, Mentions, Not, Pattern, Rule
from punctilio.model.vocabulary import LIST_TYPES, PERSON_TYPES, Drafts, Vocabulary
from punctilio.patterns import mention_in
from punctilio.selection import DRAFT, Selection
from punctilio.tables import columns as c
from punctilio.tables import schemas
from punctilio.tables.tables import Evaluation, Log
from punctilio.value import Value

_PLACE = "draft"
Written = str | tuple[str, ...]
Fields = Mapping[str, Written]


class Message(Value, kw_only=True):
    """A message as an event: its fields, by the names of the vocabulary, and the gaps that stand in its texts."""

    fields: Fields
    gaps: tuple[str, ...] = ()


def addressed(vocabulary: Vocabulary, to: Sequence[str], through: str | None = None) -> dict[str, Written]:
    """The fields that say whom a draft is for: `to`, and who passes it on."""
    part = _drafts(vocabulary)
    fields = vocabulary.types[part.event].fields
    groups = [[name for name in group if name in fields] for group in vocabulary.parts.addressees]
    groups = [group for group in groups if group] or [[n for n, f in fields.items() if f.type in PERSON_TYPES]]
    if not to or not groups[0]:
        return {}
    if through is not None and len(groups) > 1:
        return {**_named(vocabulary, groups[-1], (through,)), **_named(vocabulary, groups[0], to)}
    return _named(vocabulary, groups[-1], to)


def _named(vocabulary: Vocabulary, group: Sequence[str], people: Sequence[str]) -> dict[str, Written]:
    """The people in a field of the group that takes so many."""
    lists = [name for name in group if vocabulary.field_type(name) in LIST_TYPES]
    if (len(people) > 1 or lists == list(group)) and lists:
        return {lists[0]: tuple(people)}
    return {group[0]: people[0]}


def as_message(
    vocabulary: Vocabulary,
    action: Action,
    text: str,
    subject: str | None,
    gaps: tuple[str, ...] = (),
    attachments: tuple[str, ...] = (),
) -> Message:
    """An action with its text, as the draft that it is judged as."""
    said = {"subject": subject, vocabulary.parts.text or "text": text, "attachments": attachments or None}
    to = (action.to.key,) if action.to else ()
    through = action.through.key if action.through else None
    written = {**action.fields, **{name: value for name, value in said.items() if value is not None}}
    return Message(fields={**written, **addressed(vocabulary, to, through)}, gaps=gaps)


def judged_drafts(evaluation: Evaluation, drafts: Sequence[Draft]) -> tuple[tuple[TextFinding, ...], ...]:
    """For each draft that a channel made, what the rules say of it: those of one case are judged together."""
    vocabulary = evaluation.rulebook.vocabulary
    by_case: dict[str, list[int]] = {}
    for number, draft in enumerate(drafts):
        by_case.setdefault(draft.action.case, []).append(number)
    found: dict[int, tuple[TextFinding, ...]] = {}
    for case, numbers in by_case.items():
        messages = [
            as_message(vocabulary, one.action, one.text, one.subject, one.gaps, one.attachments)
            for one in (drafts[number] for number in numbers)
        ]
        found.update(zip(numbers, judged(evaluation, case, messages), strict=True))
    return tuple(found[number] for number in range(len(drafts)))


def judged(evaluation: Evaluation, case: str, messages: Sequence[Message]) -> tuple[tuple[TextFinding, ...], ...]:
    """For each message, what the rules would say if it went out at the as-of: by level, then by rule.

    What the log has of other drafts to the same people is left aside: this one takes their place.
    """
    part = _drafts(evaluation.rulebook.vocabulary)
    if not messages:
        return ()
    again = evaluate(evaluation.rulebook, _with_drafts(evaluation, case, messages, part), as_of=evaluation.as_of)
    first = again.events.height - len(messages)
    told = explain(again, Selection(frozenset({case}))).cases[0].notes
    rows = again.notes.filter(pl.col(c.CASE) == case)[c.EVENTS].to_list()
    found: list[list[TextFinding]] = [[] for _ in messages]
    for note, events in zip(told, cast(list[list[int]], rows), strict=True):
        if note.note == DRAFT and note.rule is not None and events[0] >= first:
            text = _text(messages[events[0] - first], evaluation.rulebook.vocabulary)
            finding = TextFinding(
                rule=note.rule,
                message=note.message,
                events=tuple(
                    f"draft {row - first + 1}" if row >= first else event.words
                    for row, event in zip(events[1:], note.events[1:], strict=True)
                ),
                phrase=_phrase(note.rule, note.message, text),
            )
            found[events[0] - first].append(finding)
    return tuple(tuple(sorted(each, key=_gravity)) for each in found)


def _drafts(vocabulary: Vocabulary) -> Drafts:
    part = vocabulary.parts.drafts
    if part is None:
        raise UsageError(f"The vocabulary `{vocabulary.name}` has no drafts, so there is nothing to write.")
    return part


def _gravity(finding: TextFinding) -> tuple[int, str, str]:
    return list(Level).index(finding.level), finding.rule.id, finding.message


# ── the log, with the drafts at its end ──


def _with_drafts(evaluation: Evaluation, case: str, messages: Sequence[Message], part: Drafts) -> Log:
    vocabulary = evaluation.rulebook.vocabulary
    schema = schemas.events(vocabulary)
    seen = evaluation.events.filter(pl.col(c.CASE) == case).select(list(schema))
    rows = [_row(evaluation, case, number, message, part) for number, message in enumerate(messages, 1)]
    drafts = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")
    return Log(
        events=pl.concat([_without_others(seen, drafts, part, vocabulary), drafts]),
        vocabulary=vocabulary,
        files=(*evaluation.files, _PLACE),
    )


def _row(evaluation: Evaluation, case: str, number: int, message: Message, part: Drafts) -> dict[str, Any]:
    vocabulary = evaluation.rulebook.vocabulary
    known = vocabulary.types[part.event].fields
    written = {name: _filled(value, message.gaps) for name, value in message.fields.items() if name in known}
    return {
        c.CASE: case,
        c.TYPE: part.event,
        c.AT: evaluation.as_of.astimezone(UTC).replace(tzinfo=None),
        c.FILE: len(evaluation.files),
        c.LINE: number,
        c.IDENTITY: f"{_PLACE}:{number}",
        **{c.field(name): _listed(value, name, vocabulary) for name, value in written.items()},
    }


def _filled(value: str | tuple[str, ...], gaps: Sequence[str]) -> str | tuple[str, ...]:
    return without(gaps, value) if isinstance(value, str) else value


def _listed(value: str | tuple[str, ...], name: str, vocabulary: Vocabulary) -> str | list[str]:
    if vocabulary.field_type(name) in LIST_TYPES:
        return [value] if isinstance(value, str) else list(value)
    return value if isinstance(value, str) else value[0]


def _without_others(seen: pl.DataFrame, drafts: pl.DataFrame, part: Drafts, vocabulary: Vocabulary) -> pl.DataFrame:
    people = {key for row in drafts.iter_rows(named=True) for key in _people(row, vocabulary)}
    is_other = [
        row[c.TYPE] == part.event and not people.isdisjoint(_people(row, vocabulary))
        for row in seen.iter_rows(named=True)
    ]
    return seen.filter(~pl.Series(is_other, dtype=pl.Boolean))


def _people(row: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[str]:
    for name, kind in vocabulary.fields().items():
        if kind in PERSON_TYPES and row[c.field(name)] is not None:
            value = row[c.field(name)]
            yield from value if kind in LIST_TYPES else [value]


# ── the phrase that a finding is about ──


def _text(message: Message, vocabulary: Vocabulary) -> str:
    value = message.fields.get(vocabulary.parts.text or "", "")
    return value if isinstance(value, str) else ""


def _phrase(rule: Rule, said: str, text: str) -> str | None:
    """The phrase that stands in the text and should not, as the rule writes it."""
    for phrases in _phrases(rule):
        for phrase in phrases:
            if f"“{phrase}”" in said and mention_in(text, phrase) is not None:
                return phrase
    return None


def _phrases(rule: Rule) -> Iterator[tuple[str, ...]]:
    for condition in rule.kind.conditions if isinstance(rule.kind, Check) else ():
        match condition:
            case Avoids(_, phrases) | Content(Not(Mentions(_, phrases))):
                yield phrases
            case Content(pattern):
                yield from _within(pattern)
            case _:
                pass


def _within(pattern: Pattern) -> Iterator[tuple[str, ...]]:
    for part in getattr(pattern, "parts", ()):
        if isinstance(part, Not) and isinstance(part.part, Mentions):
            yield part.part.phrases
