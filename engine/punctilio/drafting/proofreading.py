"""A message of the person's own, held against the rules before it is sent."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import polars as pl

from punctilio.drafting.gaps import places_of_gaps
from punctilio.drafting.gathering import CaseFile, case_file
from punctilio.drafting.judging import Fields, Message, Written, addressed, judged
from punctilio.drafting.letters import Letter, read_letter
from punctilio.drafting.values import Gap, Proofreading, Slip, TextFinding
from punctilio.errors import UsageError
from punctilio.evaluation import evaluate
from punctilio.location import Location
from punctilio.model.rule import Check, Rulebook
from punctilio.model.vocabulary import Vocabulary
from punctilio.patterns import mention_in
from punctilio.problems import closest
from punctilio.tables import columns as c
from punctilio.tables import schemas
from punctilio.tables.tables import Evaluation, Log

_ALONE = "draft"
"""The case of a message that no log knows."""


def proofread(
    file: str | Path,
    rulebook: Rulebook,
    *,
    as_of: datetime,
    log: Log | None = None,
    case: str | None = None,
    person: str | None = None,
    purpose: str | None = None,
    channel: str | None = None,
) -> Proofreading:
    """What the rules say of the message in a file, as if it went out at ``as_of``: every check, and with a log also
    what limits and requires say, and what can be cited."""
    letter = read_letter(file)
    known = log if log is not None else _no_log(rulebook.vocabulary)
    evaluation = evaluate(rulebook, known, as_of=as_of)
    name = _case(evaluation, case) if log is not None else case or _ALONE
    about = case_file(evaluation, name)
    said = {"purpose": purpose, "channel": channel or ("email" if letter.is_mail else None)}
    fields = _fields(letter, about, person, said, must_know=log is not None)
    gaps = places_of_gaps(letter.text)
    message = Message(fields=fields, gaps=tuple(gap for _, gap in gaps))
    [findings] = judged(evaluation, name, [message])
    shown = [one for one in findings if log is not None or isinstance(one.rule.kind, Check)]
    return Proofreading(
        file=str(file),
        as_of=as_of,
        zone=about.zone,
        rulebook=rulebook,
        slips=tuple(sorted((Slip(one, _place(one, letter, str(file))) for one in shown), key=lambda s: s.location)),
        gaps=tuple(Gap(text, _location(at, letter, str(file))) for at, text in gaps),
        hints=tuple(_hints(rulebook.vocabulary, purpose, has_log=log is not None)),
    )


def _hints(vocabulary: Vocabulary, purpose: str | None, *, has_log: bool) -> Iterator[str]:
    part = vocabulary.parts.drafts
    if purpose is None and part and "purpose" in vocabulary.types[part.event].fields:
        yield "With --purpose, it is also held against the rules for messages of that purpose."
    if not has_log:
        yield "With --log, it is also held against what the log says."


def _no_log(vocabulary: Vocabulary) -> Log:
    return Log(events=pl.DataFrame(schema=schemas.events(vocabulary)), vocabulary=vocabulary)


def _case(evaluation: Evaluation, case: str | None) -> str:
    """The case that was named, else the only one that there is."""
    known = evaluation.statuses[c.CASE].to_list()
    if case in known:
        return str(case)
    if case is None and len(known) == 1:
        return str(known[0])
    if case is None:
        raise UsageError(
            "The log has several cases, or none yet. Name the one that this message belongs to with --case."
        )
    near = closest(case, known)
    raise UsageError(f"There is no case `{case}`.{f' Did you mean `{near}`?' if near else ''}")


# ── the message as an event ──


def _fields(
    letter: Letter, about: CaseFile, person: str | None, said: Mapping[str, str | None], *, must_know: bool
) -> Fields:
    vocabulary = about.vocabulary
    to = [person] if person is not None else [_person_of(address, about) for address in letter.to]
    if must_know and person is not None and person not in about.concerned():
        near = closest(person, about.concerned())
        raise UsageError(f"There is nobody called `{person}` in this case.{f' Did you mean `{near}`?' if near else ''}")
    for name, value in said.items():
        _require_value(name, value, vocabulary)
    fields: dict[str, Written] = {name: value for name, value in said.items() if value is not None}
    fields[vocabulary.parts.text or "text"] = letter.text
    if letter.subject is not None:
        fields["subject"] = letter.subject
    if letter.attachments:
        fields["attachments"] = letter.attachments
    return {**fields, **addressed(vocabulary, list(dict.fromkeys(to)))}


def _require_value(name: str, value: str | None, vocabulary: Vocabulary) -> None:
    """Raise UsageError for a value that no draft can have in that field."""
    part = vocabulary.parts.drafts
    field = vocabulary.types[part.event].fields.get(name) if part else None
    if value is None or (field is not None and (not field.values or value in field.values)):
        return
    values = field.values if field is not None else ()
    near = closest(value, values)
    listed = f" Known are {', '.join(values)}." if values else ""
    raise UsageError(f"No message has the {name} `{value}`.{f' Did you mean `{near}`?' if near else listed}")


def _person_of(address: str, about: CaseFile) -> str:
    """Whoever has the address, by the log; the address itself where nobody has."""
    for key in about.people:
        someone = about.person(key)
        if someone is not None and address.lower() in (v.lower() for v in someone.attributes.values()):
            return key
    return address


# ── places ──


def _place(finding: TextFinding, letter: Letter, file: str) -> Location:
    """Where the phrase stands that the finding is about; the file where it is about none."""
    at = mention_in(letter.text, finding.phrase) if finding.phrase is not None else None
    return Location(file) if at is None else _location(at, letter, file)


def _location(at: int, letter: Letter, file: str) -> Location:
    if not letter.first_line:
        return Location(file)
    starts = _starts(letter.text)
    line = bisect_right(starts, at) - 1
    return Location(file, letter.first_line + line, at - starts[line] + 1)


def _starts(text: str) -> Sequence[int]:
    """Where each line begins."""
    return list(accumulate((len(line) for line in re.split(r"(?<=\n)", text)), initial=0))
