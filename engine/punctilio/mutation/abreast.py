"""Rulebooks abreast: what each of many says of one log, by one pass of the engine.

Mutants of a rule file are one rulebook with a rule or two otherwise, and to judge each by itself is to judge the rest
hundreds of times over. So each rulebook gets a copy of the log's cases, under names of their own (``acme#3``), and all
copies are judged as the cases of one log. A rule that all rulebooks have stands once, and sees every copy; one that
only some have sees their copies alone, by a condition on the case in each of its patterns, under a name of its own
(``not-often#3``). Whatever is counted is counted by case, so the copies know nothing of each other. There is no second
way of judging: what comes out is told apart by the case, and the names are taken off again.

Three things look beyond a case, and are then asked of one rulebook at a time, by the log as it is:

- notes that speak of the whole log, such as of a rule that nothing set off, where rules that close cases differ;
- rules that read what a case is called;
- of two proposals that differ in their trigger alone, the one with the smaller id is admitted first, and an id has the
  case in it. Where that decided anything, the copy is judged again by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Final, TypeVar

import polars as pl

from punctilio.casefiles.judging import Row, Rows, action_row, judged, verdicts
from punctilio.history import fields_read
from punctilio.model.decision import ACTIONABLE, Verdict
from punctilio.model.rule import All, Check, Close, EventPattern, Expect, Limit, OneOf, Require, Rule, Rulebook, While
from punctilio.model.vocabulary import WAIVER
from punctilio.tables import columns as c
from punctilio.tables.schemas import Schema
from punctilio.tables.tables import Log
from punctilio.value import Value, fields_of, replaced

Part = TypeVar("Part", bound=Value)

_SIGN: Final = "#"
_COPY: Final = "_copy"
_HOLDERS: Final = (Expect, Require, Limit, Check, Close, While, EventPattern)
"""What patterns stand in."""
_RULES: Final = (c.RULE, c.BLOCKED_BY, c.WARNED_BY, c.WAITS_FOR)
"""Where a row names rules."""
_PROPOSED: Final = frozenset({*ACTIONABLE, Verdict.BLOCKED})
_OUTCOME: Final = (c.VERDICT, c.BLOCKED_BY, c.BLOCKED_UNTIL, c.WARNED_BY)


class Wanted(Enum):
    """How much is asked for; what is less is had sooner."""

    VERDICTS = auto()
    """Decisions, but not what came near, findings and statuses."""
    ALLOWANCES = auto()
    """These too, and all of decisions."""
    NOTES = auto()
    """Everything."""


class Variant(Value):
    """A rule as some books have it: their ``numbers``, and the ``name`` that it has beside the others."""

    rule: Rule
    numbers: tuple[int, ...]
    name: str


def judged_abreast(
    books: Sequence[Rulebook], log: Log, instant: datetime, known_at: datetime | None, *, wanted: Wanted
) -> list[Rows]:
    """What each book says at an instant (``casefiles.judging.judged``). They differ in their rules alone."""

    def said_by(book: Rulebook, log: Log) -> Rows:
        if wanted is Wanted.VERDICTS:
            return verdicts(book, log, instant, known_at)
        return judged(book, log, instant, known_at).rows

    variants = _variants(books)
    if len(books) == 1 or _looks_beyond(variants, len(books), notes=wanted is Wanted.NOTES):
        return [said_by(book, log) for book in books]
    together = replaced(books[0], rules=tuple(_standing(variant, len(books), log) for variant in variants))
    whole = said_by(together, _copied(log, len(books), variants))
    apart = _told_apart(whole, books, variants)
    return [
        said_by(book, log) if _is_tied(rows["decisions"]) else rows for book, rows in zip(books, apart, strict=True)
    ]


def _looks_beyond(variants: Sequence[Variant], number: int, *, notes: bool) -> bool:
    closes_differ = any(isinstance(one.rule.kind, Close) and len(one.numbers) < number for one in variants)
    return (notes and closes_differ) or c.CASE in fields_read(*(one.rule.kind for one in variants))


# ── rules ──


def _variants(books: Sequence[Rulebook]) -> list[Variant]:
    """The rules of all books, in the order of their ids. One that all have keeps its name."""
    having: dict[str, list[tuple[Rule, list[int]]]] = {}
    for number, book in enumerate(books):
        for rule in book.rules:
            known = having.setdefault(rule.id, [])
            like = next((numbers for one, numbers in known if one.kind == rule.kind and one.force == rule.force), None)
            known.append((rule, [number])) if like is None else like.append(number)
    return [
        Variant(rule, tuple(numbers), name if len(numbers) == len(books) else _name(name, numbers[0]))
        for name, known in sorted(having.items())
        for rule, numbers in known
    ]


def _standing(variant: Variant, number: int, log: Log) -> Rule:
    """The rule as it stands beside the others, of so many books."""
    if len(variant.numbers) == number:
        return variant.rule
    cases = tuple(_name(case, copy) for case in log.events[c.CASE].unique().sort() for copy in variant.numbers)
    return replaced(variant.rule, id=variant.name, kind=_seeing(variant.rule.kind, cases))


def _seeing(part: Part, cases: tuple[str, ...]) -> Part:
    """A part of a rule, with patterns that fit events of these cases alone."""
    if isinstance(part, EventPattern):
        return replaced(part, pattern=All((OneOf(c.CASE, cases), part.pattern)))
    return replaced(part, **{n: _seeing(inner, cases) for n, inner in fields_of(part) if isinstance(inner, _HOLDERS)})


def _name(name: str, number: int) -> str:
    return f"{name}{_SIGN}{number}"


# ── the log ──


def _copied(log: Log, number: int, variants: Sequence[Variant]) -> Log:
    """The log with so many copies of every case. Those of one event stand beside each other, so that the order holds;
    a waiver names the rule as it is called for its copy."""
    copies = pl.DataFrame({_COPY: range(number)}, schema={_COPY: pl.Int64})
    events = log.events.join(copies, how="cross", maintain_order="left_right")
    named = events.with_columns(pl.concat_str(c.CASE, pl.lit(_SIGN), _COPY).alias(c.CASE))
    if WAIVER in log.events[c.TYPE]:
        named = _with_waivers(named, variants)
    return replaced(log, events=named.select(log.events.columns))


def _with_waivers(events: pl.DataFrame, variants: Sequence[Variant]) -> pl.DataFrame:
    rule, called = c.field("rule"), "_called"
    names = [(variant.rule.id, number, variant.name) for variant in variants for number in variant.numbers]
    schema: Schema = {rule: pl.String, _COPY: pl.Int64, called: pl.String}
    found = events.join(
        pl.DataFrame(names, schema=schema, orient="row"), on=[rule, _COPY], how="left", maintain_order="left"
    )
    new = pl.when(pl.col(c.TYPE) == WAIVER).then(pl.coalesce(called, rule)).otherwise(rule)
    return found.with_columns(new.alias(rule))


# ── what comes out ──


def _told_apart(rows: Rows, books: Sequence[Rulebook], variants: Sequence[Variant]) -> list[Rows]:
    """The rows of each book, with the names of cases and rules as they were."""
    apart: list[dict[str, list[Row]]] = [{section: [] for section in rows} for _ in books]
    known = {variant.name: variant for variant in variants}
    actions = [{rule.id: rule.kind.action for rule in book.rules if isinstance(rule.kind, Expect)} for book in books]
    for section, every in rows.items():
        for row in every:
            case, number = _case_of(row)
            having = known[row[c.RULE]].numbers if row[c.RULE] in known else range(len(books))
            named: Row = {name: _as_it_was(row[name], known) for name in _RULES if name in row}
            for book in having if number is None else {number}.intersection(having):
                # A limit tells what it allows of every case, also where it counts nothing.
                own: Row = {c.DO: action_row(actions[book].get(named[c.RULE]))} if c.DO in row else {}
                apart[book][section].append({**row, c.CASE: case, **named, **own})
    return list(apart)


def _case_of(row: Row) -> tuple[str | None, int | None]:
    """The case as it was called, and the number of its copy; nothing where a note speaks of the whole log."""
    if row[c.CASE] is None:
        return None, None
    case, _, number = row[c.CASE].rpartition(_SIGN)
    return case, int(number)


def _as_it_was(name: str | list[str] | None, known: Mapping[str, Variant]) -> str | list[str] | None:
    if isinstance(name, list):
        return [known[one].rule.id if one in known else one for one in name]
    return known[name].rule.id if name is not None and name in known else name


def _is_tied(decisions: Sequence[Row]) -> bool:
    """Whether the id decided which of several proposals came first, and they fared differently."""
    outcomes: dict[tuple[object, ...], set[str]] = {}
    for row in decisions:
        if row[c.VERDICT] in _PROPOSED:
            alike = (row[c.CASE], row[c.RULE], row[c.PERSON], row[c.DUE_AT])
            outcomes.setdefault(alike, set()).add(repr([row[name] for name in _OUTCOME]))
    return any(len(different) > 1 for different in outcomes.values())
