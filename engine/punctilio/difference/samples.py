"""A few of the judgements that are different, in the words in which reports give their reasons."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from punctilio.difference.attribution import KEPT, Kept
from punctilio.difference.outcomes import MOVED, NEW, OLD
from punctilio.difference.values import Sample
from punctilio.explanation import Allowance, Case, Decision, Finding, Note, explain
from punctilio.inert import inert
from punctilio.model.decision import OPEN_STATUS
from punctilio.selection import of_cases
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation

Told = Decision | Finding | Allowance | Note | Case


def samples(outcomes: pl.DataFrame, old: Evaluation, new: Evaluation, *, most: int) -> dict[Kept, list[Sample]]:
    """At most so many of what is told together, of different cases where there are."""
    chosen = _chosen(outcomes, most)
    cases = chosen[c.CASE].unique().to_list()
    explained = [_by_case(side, cases) for side in (old, new)]
    found: dict[Kept, list[Sample]] = {}
    for rule, record, change, hands, alone, case, person, before, after, moved in chosen.iter_rows():
        told = [_record(side, case, record, place) for side, place in zip(explained, (before, after), strict=True)]
        sample = _sample(case, person, told[0], told[1], moved or [])
        found.setdefault((rule, record, change, hands, alone), []).append(sample)
    return found


def _chosen(outcomes: pl.DataFrame, most: int) -> pl.DataFrame:
    """Every judgement once, in the first way in which it is different; new cases before more of the same."""
    ways = list(KEPT)
    once = outcomes.unique([c.RULE, c.RECORD, c.CASE, OLD, NEW], keep="first", maintain_order=True)
    ranked = once.with_columns(pl.int_range(pl.len()).over([*ways, c.CASE]).alias("_again"))
    few = ranked.sort(*ways, "_again", c.CASE, maintain_order=True).filter(pl.int_range(pl.len()).over(ways) < most)
    return few.select(*ways, c.CASE, c.PERSON, OLD, NEW, MOVED)


def _by_case(evaluation: Evaluation, cases: list[str]) -> Mapping[str, Case]:
    return {case.case: case for case in explain(of_cases(evaluation, cases)).cases} if cases else {}


def _record(explained: Mapping[str, Case], case: str, record: str, place: int | None) -> Told | None:
    if place is None:
        return None
    told = explained[case]
    match record:
        case "decision":
            return told.decisions[place]
        case "finding":
            return told.findings[place]
        case "allowance":
            return told.allowances[place]
        case "note":
            return [note for note in told.notes if note.rule is not None and note.note != "vacuous"][place]
        case _:
            return told


def _sample(case: str, person: str | None, old: Told | None, new: Told | None, moved: list[str]) -> Sample:
    told = new or old
    return Sample(
        case=inert(case),
        person=_person(told) or (inert(person) if person else None),
        event=_event(told),
        old=_words(old, moved),
        new=_words(new, moved),
    )


def _person(told: Told | None) -> str | None:
    return told.person.words if told is not None and not isinstance(told, Case) and told.person else None


def _event(told: Told | None) -> str | None:
    match told:
        case Decision():
            return told.trigger.words
        case Finding() | Note() if told.events:
            return told.events[0].words
        case _:
            return None


def _words(told: Told | None, moved: list[str]) -> tuple[str, ...]:
    match told:
        case None:
            return ()
        case Decision():
            lines = [told.arithmetic[name] for name in moved if name in told.arithmetic]
            does = [f"Do: {told.do.words}."] if told.do else []
            return (_sentence(told.verdict_words), *lines, *told.outcome, *told.obstacles, *does)
        case Finding():
            return (f"{told.message} ({told.level}, {told.at.local})",)
        case Allowance():
            return (_sentence(told.words),)
        case Note():
            return (told.message,)
        case Case():
            return (told.next if told.status != OPEN_STATUS else "Open.",)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') else '.'}"
