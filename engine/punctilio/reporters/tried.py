"""An evaluation as things that were tried: each case by each rule that can be broken, with what broke it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from punctilio.explanation import Case, Event, Finding, Note, Person, explain
from punctilio.location import Location
from punctilio.model.decision import Level
from punctilio.model.rule import Check, Rule
from punctilio.results import Related, Result, Tried, fingerprint
from punctilio.rulebook.files import BUNDLED
from punctilio.selection import Selection, of_cases
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation

ADVICE: Final = "advice"

Marks = Mapping[str, Sequence[str]]
"""Fingerprints by case, in the order of the evaluation's rows."""


def tried(evaluation: Evaluation, selection: Selection) -> Iterator[tuple[str, list[Tried]]]:
    """For each case, in order, what was tried in it: every rule that is shown and can be broken."""
    if selection.cases:
        evaluation = of_cases(evaluation, selection.cases)
    advice = evaluation.notes.filter(pl.col(c.NOTE) == ADVICE)
    broken, advised = _marks(evaluation, selection.of(evaluation.findings)), _marks(evaluation, selection.of(advice))
    rules = [rule.id for rule in evaluation.rulebook.rules if _is_shown(rule, selection)]
    for case in explain(evaluation, selection).cases:
        found = _results(case, broken.get(case.case, ()), advised.get(case.case, ()))
        yield case.case, [Tried(suite=case.case, name=rule, results=tuple(found[rule])) for rule in rules]


def _is_shown(rule: Rule, selection: Selection) -> bool:
    """Whether the rule was asked for, and can be broken: a close cannot."""
    return rule.force is not None and (not selection.rules or rule.id in selection.rules)


def _marks(evaluation: Evaluation, rows: pl.DataFrame) -> Marks:
    """Of findings or notes. A breach is known again by its decision, else by the content of its event and by whom it is
    about; of one event that breaks a check in several ways, by its words."""
    checks = [rule.id for rule in evaluation.rulebook.rules if isinstance(rule.kind, Check)]
    events = evaluation.events[c.IDENTITY]
    first = rows[c.EVENTS].list.first()
    decision = pl.col(c.DECISION) if c.DECISION in rows.columns else pl.lit(None, pl.String)
    known = rows.select(
        c.CASE,
        c.RULE,
        pl.coalesce(decision, pl.lit(events.gather(first)), pl.lit("")).alias(c.IDENTITY),
        pl.col(c.PERSON).fill_null(""),
        pl.when(pl.col(c.RULE).is_in(checks)).then(c.MESSAGE).otherwise(pl.lit("")).fill_null("").alias(c.MESSAGE),
    )
    marks: defaultdict[str, list[str]] = defaultdict(list)
    for row in known.iter_rows():
        marks[row[0]].append(fingerprint(*row))
    return marks


def _results(case: Case, broken: Sequence[str], advised: Sequence[str]) -> Mapping[str, Sequence[Result]]:
    """What was found in the case, by rule."""
    results: defaultdict[str, list[Result]] = defaultdict(list)
    for finding, mark in zip(case.findings, broken, strict=True):
        results[finding.rule.id].append(_of_finding(finding, mark))
    advice = [note for note in case.notes if note.note == ADVICE]
    for note, mark in zip(advice, advised, strict=True):
        if note.rule:
            results[note.rule.id].append(_of_advice(case, note, note.rule, mark))
    return results


def _of_finding(finding: Finding, mark: str) -> Result:
    people = (finding.person,) if finding.person else finding.people
    return Result(
        code=finding.rule.id,
        level=Level(finding.level),
        message=_sentence(finding.case, people, finding.message),
        location=_place(finding.events[0]) if finding.events else Location(""),
        fingerprint=mark,
        why=finding.why,
        related=(*_others(finding.events), *_written(finding.rule)),
    )


def _of_advice(case: Case, note: Note, rule: Rule, mark: str) -> Result:
    return Result(
        code=rule.id,
        level=Level.ADVICE,
        message=_sentence(case.case, (note.person,) if note.person else (), note.message),
        location=_place(note.events[0]) if note.events else Location(""),
        fingerprint=mark,
        related=(*_others(note.events), *_written(rule)),
    )


def _sentence(case: str, people: Sequence[Person], message: str) -> str:
    whom = f", for {' and '.join(person.called for person in people)}" if people else ""
    return f"{case}{whom}: {message}"


def _others(events: Sequence[Event]) -> Iterator[Related]:
    return (Related(_place(event), f"It rests on {event.words}.") for event in events[1:])


def _written(rule: Rule) -> Iterator[Related]:
    """Where the rule stands, if that is a file of one's own."""
    if not rule.location.file.startswith(f"{BUNDLED}/"):
        yield Related(rule.location, f"The rule {rule.id} is written here.")


def _place(event: Event) -> Location:
    file, _, line = event.place.rpartition(":")
    return Location(file, int(line))
