"""The evaluation for people, case by case: what to do now, what comes later, what is blocked, broken, closed, done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, NamedTuple, TypeVar

import click
import polars as pl

from punctilio.explanation import Allowance, Case, Decision, Finding, Note, Person, explain
from punctilio.explanation.headline import headline
from punctilio.inert import inert
from punctilio.model.decision import ACTIONABLE, OPEN_STATUS, Verdict
from punctilio.model.rule import Rule
from punctilio.reporters.about import About, about
from punctilio.reporters.overview import SHOWN, Counts, Overview, overview
from punctilio.selection import Selection, of_cases
from punctilio.tables.tables import Evaluation

T = TypeVar("T")

NAMED: Final = 10
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
    return render_shown(evaluation, overview(evaluation, selection), selection, colour=colour)


def render_shown(evaluation: Evaluation, known: Overview, selection: Selection, *, colour: bool) -> str:
    """The report of a run of which there is such an overview; only the cases that it shows first need be there."""
    paint = Paint(colour)
    told = explain(of_cases(evaluation, known.first), selection)
    said = about(evaluation, selection)
    parts = (
        "\n".join((_headline(said, known, paint), _totals(known.counts, said))),
        "\n".join(_left_out(said.left_out, paint)),
        *("\n".join(_case(case, paint)) for case in told.cases),
        _others(known.counts.cases - len(known.first)),
        "\n".join(_run_notes(told.notes, paint)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


# ── the run as a whole ────────────────────────────────────────────────────────────────────────────────────────────


def _headline(said: About, known: Overview, paint: Paint) -> str:
    book = said.rulebook
    [zone] = known.zones if len(known.zones) == 1 else [None]
    lacking = f" ({said.incomplete})" if said.incomplete else ""
    return paint.heading(f"{headline(book.name, book.hash, said.as_of, said.known_at, zone)}{lacking}")


def _left_out(cases: pl.DataFrame, paint: Paint) -> Iterator[str]:
    """The cases of which nothing is said, and why, as ``schemas.CASES_LEFT_OUT``."""
    if cases.height:
        yield paint.heading("Left out")
    yield from (f"  - {inert(case)}: {why}" for case, why in cases.head(SHOWN).iter_rows())
    if cases.height > SHOWN:
        yield f"  - and {_count(cases.height - SHOWN, 'more case')}."


def _totals(counts: Counts, run: About) -> str:
    if not counts.cases and not run.incomplete:
        return "Nothing was judged: the log has no event until then."
    said = (
        f"{_count(counts.cases, 'case')} ({counts.is_open:,} open)",
        f"{counts.now:,} to do now",
        f"{counts.later:,} later",
        f"{counts.blocked:,} blocked",
        f"{counts.errors:,} broken and {_count(counts.warnings, 'warning')}",
    )
    return f"{', '.join(said)}."


def _others(hidden: int) -> str:
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
