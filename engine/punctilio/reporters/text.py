"""The evaluation for people, case by case: what to do now, what comes later, what is blocked, broken, closed, done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC
from typing import Final, NamedTuple, TypeVar

import click
import polars as pl

from punctilio.explanation import Allowance, Case, Decision, Finding, Instant, Note, Person, explain
from punctilio.inert import inert
from punctilio.model.decision import ACTIONABLE, OPEN_STATUS, Verdict
from punctilio.model.rule import Rule
from punctilio.selection import Selection, blocked_drafts, of_cases
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation

T = TypeVar("T")

SHOWN: Final = 20
NAMED: Final = 10
HASH_DIGITS: Final = 12
_NOW: Final = [str(verdict) for verdict in ACTIONABLE]
_VACUOUS: Final = "vacuous"


class Paint(NamedTuple):
    """Colours, or none. They only underline what the words say already."""

    on: bool

    def heading(self, text: str) -> str:
        return click.style(text, bold=True) if self.on else text

    def case(self, text: str) -> str:
        return click.style(text, bold=True, underline=True) if self.on else text

    def mark(self, text: str, colour: str) -> str:
        return click.style(text, fg=colour) if self.on else text

    def aside(self, text: str) -> str:
        return click.style(text, dim=True) if self.on else text


def render(evaluation: Evaluation, selection: Selection, *, colour: bool) -> str:
    """The report; its first line names the rulebook and the as-of."""
    paint = Paint(colour)
    shown = _first_cases(evaluation, selection)
    told = explain(of_cases(evaluation, shown), selection)
    parts = (
        "\n".join((_headline(evaluation, paint), _totals(evaluation, selection))),
        "\n".join(_left_out(evaluation, selection, paint)),
        *("\n".join(_case(case, paint)) for case in told.cases),
        _others(evaluation, len(shown), selection),
        "\n".join(_run_notes(told.notes, paint)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


# ── the run as a whole ────────────────────────────────────────────────────────────────────────────────────────────


def _headline(evaluation: Evaluation, paint: Paint) -> str:
    book = evaluation.rulebook
    zones = evaluation.statuses[c.ZONE].unique().to_list()
    utc = evaluation.as_of.astimezone(UTC).replace(tzinfo=None)
    as_of = Instant(utc, zones[0] if len(zones) == 1 and zones[0] else "UTC")
    missing = "".join(f"; {sentence}" for sentence in _incomplete(evaluation))
    return paint.heading(f"{inert(book.name)} {book.hash[:HASH_DIGITS]}, as of {as_of.local} ({as_of.iso}){missing}")


def _incomplete(evaluation: Evaluation) -> Iterator[str]:
    """What the first line says of a log of which lines were set aside."""
    if evaluation.left_out:
        yield f"incomplete: {_count(len(evaluation.left_out), 'case')} left out"
    if evaluation.files_in_doubt:
        files = [inert(evaluation.files[number]) for number in evaluation.files_in_doubt]
        more = f" and {len(files) - NAMED} more files" if len(files) > NAMED else ""
        yield (
            f"incomplete: a line that could not be read may belong to any case of {', '.join(files[:NAMED])}{more},"
            " so nothing is proposed there"
        )


def _left_out(evaluation: Evaluation, selection: Selection, paint: Paint) -> Iterator[str]:
    """The cases of which nothing is said, each with the lines that were set aside."""
    cases = [case for case in evaluation.left_out if not selection.cases or case in selection.cases]
    if not cases:
        return
    yield paint.heading("Left out, since lines of theirs could not be read")
    places: dict[str, list[str]] = {case: [] for case in cases[:SHOWN]}
    for line in evaluation.quarantine:
        for case in places.keys() & set(line.cases):
            places[case].append(f"{inert(line.file)}:{line.line}")
    for case, lines in places.items():
        more = f" and {len(lines) - NAMED} more" if len(lines) > NAMED else ""
        yield f"  - {inert(case)}{': ' if lines else ''}{', '.join(lines[:NAMED])}{more}"
    if len(cases) > SHOWN:
        yield f"  - and {_count(len(cases) - SHOWN, 'more case')}"


def _totals(evaluation: Evaluation, selection: Selection) -> str:
    verdicts = selection.of(evaluation.decisions)[c.VERDICT]
    levels = selection.of(evaluation.findings)[c.LEVEL]
    statuses = _statuses(evaluation, selection)[c.STATUS]
    is_open = int((statuses == OPEN_STATUS).sum())
    counts = (
        f"{_count(statuses.len(), 'case')} ({is_open:,} open)",
        f"{verdicts.is_in(_NOW).sum():,} to do now",
        f"{(verdicts == Verdict.WAITING.value).sum():,} later",
        f"{(verdicts == Verdict.BLOCKED.value).sum() + blocked_drafts(evaluation, selection):,} blocked",
        f"{(levels == 'error').sum():,} broken and {_count(int((levels == 'warning').sum()), 'warning')}",
    )
    return f"{', '.join(counts)}."


def _statuses(evaluation: Evaluation, selection: Selection) -> pl.DataFrame:
    return of_cases(evaluation, selection.cases).statuses if selection.cases else evaluation.statuses


def _first_cases(evaluation: Evaluation, selection: Selection) -> list[str]:
    """The cases that are shown: those first that ask for something or have something broken."""
    urgent = pl.concat(
        [
            selection.of(evaluation.decisions.filter(pl.col(c.VERDICT).is_in(_NOW)))[c.CASE],
            selection.of(evaluation.findings)[c.CASE],
        ]
    ).unique()
    ranked = _statuses(evaluation, selection).sort(~pl.col(c.CASE).is_in(urgent.implode()), c.CASE)
    return ranked[c.CASE].head(SHOWN).to_list()


def _others(evaluation: Evaluation, shown: int, selection: Selection) -> str:
    hidden = _statuses(evaluation, selection).height - shown
    if not hidden:
        return ""
    return f"{_count(hidden, 'more case')} not shown: name one with --case, or take --format json for all."


def _run_notes(notes: Iterable[Note], paint: Paint) -> Iterator[str]:
    """What is to be said of the run; the rules that never came into play in one line."""
    idle = [note.rule.id for note in notes if note.note == _VACUOUS and note.rule]
    others = [note for note in notes if note.note != _VACUOUS]
    if idle or others:
        yield paint.heading("About this run")
    for note in others:
        yield _note(note)
    if idle:
        more = f", and {len(idle) - NAMED} more" if len(idle) > NAMED else ""
        yield f"  - Nothing in the log brought these rules into play: {', '.join(idle[:NAMED])}{more}."


# ── a case ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _case(case: Case, paint: Paint) -> Iterator[str]:
    yield f"{paint.case(inert(case.case))}: {inert(case.status)}; now {case.now.local} ({case.zone})"
    if case.status == OPEN_STATUS:
        yield f"  {case.next}"
    found = {finding.decision for finding in case.findings}
    yield from _group("Do now", _with(case, ACTIONABLE), _decision("green"), paint)
    yield from _group("Later", _with(case, (Verdict.WAITING,)), _decision("cyan"), paint)
    drafts = [note for note in case.notes if note.is_blocked]
    yield from _group("Blocked", _with(case, (Verdict.BLOCKED,)), _decision("yellow"), paint)
    yield from _group("" if _with(case, (Verdict.BLOCKED,)) else "Blocked", drafts, _draft, paint)
    yield from _group("Broken", case.findings, _finding, paint)
    if case.status != OPEN_STATUS:
        yield paint.heading("  Closed")
        yield f"    - {case.next}"
    past = [d for d in case.decisions if _is_past(d) and not (d.verdict == Verdict.MISSED and d.id in found)]
    yield from _group("Done", past, _done, paint)
    yield from _left(case.allowances, paint)
    others = [note for note in case.notes if not note.is_blocked]
    yield from _group("Notes", others, lambda note, _: iter((f"  {_note(note)}",)), paint)


def _with(case: Case, verdicts: Collection[str]) -> list[Decision]:
    return [decision for decision in case.decisions if decision.verdict in verdicts]


def _is_past(decision: Decision) -> bool:
    return decision.verdict not in (*ACTIONABLE, Verdict.WAITING, Verdict.BLOCKED)


def _group(name: str, items: Iterable[T], tell: Callable[[T, Paint], Iterator[str]], paint: Paint) -> Iterator[str]:
    rows = [line for item in items for line in tell(item, paint)]
    if rows and name:
        yield paint.heading(f"  {name}")
    if rows:
        yield from rows


def _decision(colour: str) -> Callable[[Decision, Paint], Iterator[str]]:
    def tell(decision: Decision, paint: Paint) -> Iterator[str]:
        urgent = "red" if decision.verdict == Verdict.OVERDUE else colour
        yield f"    - {_what(decision.rule, decision.person)}: {paint.mark(decision.verdict_words, urgent)}"
        if decision.do:
            yield f"      Do: {decision.do.words}."
        yield from _reasons(decision.rule, decision.why, paint)

    return tell


def _done(decision: Decision, paint: Paint) -> Iterator[str]:
    yield f"    - {_what(decision.rule, decision.person)}: {decision.verdict_words}"
    yield paint.aside(f"      {_source(decision.rule)} {' '.join(decision.why_in_short)}")


def _draft(note: Note, paint: Paint) -> Iterator[str]:
    yield f"    - {note.note}{_whom(note.person)}: {paint.mark(note.message, 'yellow')}"
    if note.rule:
        yield from _reasons(note.rule, (f"It rests on {event.words}." for event in note.events), paint)


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    level = paint.mark(finding.level, "red" if finding.level == "error" else "yellow")
    whom = _whom(*([finding.person] if finding.person else finding.people))
    yield f"    - {level}, {finding.at.local}{whom}: {finding.message}"
    if finding.decision is None and finding.rule.title and inert(finding.rule.title) not in finding.message:
        yield f"      {inert(finding.rule.title)}."
    yield from _reasons(finding.rule, finding.why, paint)


def _reasons(rule: Rule, why: Iterable[str], paint: Paint) -> Iterator[str]:
    yield paint.aside(f"      {_source(rule)}")
    for sentence in why:
        yield paint.aside(f"      {sentence}")


def _left(allowances: Collection[Allowance], paint: Paint) -> Iterator[str]:
    """What is left, where anything is used up or has to wait; the rest is only counted."""
    told = [allowance for allowance in allowances if not allowance.is_free]
    free = sum(allowance.is_free for allowance in allowances)
    if told:
        yield paint.heading("  Left")
        for allowance in told:
            key = f" ({inert(allowance.key)})" if allowance.key else ""
            yield f"    - {_what(allowance.rule, allowance.person)}{key}: {allowance.words}"
            yield paint.aside(f"      {' '.join((_source(allowance.rule), *allowance.why))}")
        if free:
            others = "1 other bound allows" if free == 1 else f"{free:,} other bounds allow"
            yield paint.aside(f"    {others} what comes next.")


def _note(note: Note) -> str:
    named = [*([note.rule.id] if note.rule else ()), *(event.words for event in note.events)]
    source = f" ({', '.join(named)})" if named else ""
    return f"  - {note.note}{_whom(note.person)}: {note.message}{source}"


def _what(rule: Rule, person: Person | None) -> str:
    return f"{inert(rule.title or rule.id)}{_whom(person)}"


def _whom(*people: Person | None) -> str:
    names = [person.called for person in people if person]
    return f", for {' and '.join(names)}" if names else ""


def _source(rule: Rule) -> str:
    """Which rule says so, and where it stands."""
    force = f"{rule.force} " if rule.force else ""
    return f"Rule: {force}{rule.id}{_cited(rule)}, {inert(rule.location.file)}:{rule.location.line}."


def _cited(rule: Rule) -> str:
    return f" [{inert(rule.cite)}]" if rule.cite else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
