"""What the text report says beyond the cases that it shows, and which those are: made of parts, or of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import polars as pl

from punctilio.model.decision import ACTIONABLE, OPEN_STATUS, Level, Verdict
from punctilio.selection import Selection, blocked_drafts, of_cases
from punctilio.tables import columns as c
from punctilio.tables.schemas import NOTES
from punctilio.tables.tables import Evaluation
from punctilio.value import replaced

SHOWN: Final = 20
_NOW: Final = [str(verdict) for verdict in ACTIONABLE]
_VACUOUS: Final = "vacuous"
_REMARK: Final = (c.NOTE, c.RULE, c.MESSAGE)


class Counts(NamedTuple):
    """How many of what is selected: cases, and decisions and findings by what they ask for."""

    cases: int
    is_open: int
    now: int
    later: int
    blocked: int
    errors: int
    warnings: int


class Overview(NamedTuple):
    """``first`` are the cases that are shown, those first that ask for something or have something broken: all of
    them ``urgent`` ones and then others, each in order. ``zones`` are those of all cases. ``remarks`` (note, rule,
    message) are notes on the run."""

    counts: Counts
    urgent: tuple[str, ...]
    others: tuple[str, ...]
    zones: frozenset[str | None]
    remarks: frozenset[tuple[str, str | None, str]]

    @property
    def first(self) -> tuple[str, ...]:
        return (*self.urgent, *self.others)[:SHOWN]


def overview(evaluation: Evaluation, selection: Selection) -> Overview:
    """What there is to say of this evaluation."""
    statuses = of_cases(evaluation, selection.cases).statuses if selection.cases else evaluation.statuses
    decisions, findings = selection.of(evaluation.decisions), selection.of(evaluation.findings)
    verdicts, levels = decisions[c.VERDICT], findings[c.LEVEL]
    asking = pl.concat([decisions.filter(pl.col(c.VERDICT).is_in(_NOW))[c.CASE], findings[c.CASE]]).unique()
    is_urgent = pl.col(c.CASE).is_in(asking.implode())
    return Overview(
        counts=Counts(
            cases=statuses.height,
            is_open=int((statuses[c.STATUS] == OPEN_STATUS).sum()),
            now=int(verdicts.is_in(_NOW).sum()),
            later=int((verdicts == Verdict.WAITING.value).sum()),
            blocked=int((verdicts == Verdict.BLOCKED.value).sum()) + blocked_drafts(evaluation, selection),
            errors=int((levels == Level.ERROR.value).sum()),
            warnings=int((levels == Level.WARNING.value).sum()),
        ),
        urgent=_first(statuses.filter(is_urgent)),
        others=_first(statuses.filter(~is_urgent)),
        zones=frozenset(evaluation.statuses[c.ZONE].unique()),
        remarks=frozenset(evaluation.notes.filter(pl.col(c.CASE).is_null()).select(_REMARK).rows()),
    )


def of_all(parts: Sequence[Overview]) -> Overview:
    """The overview of a log that was judged in parts, at least one. A rule is vacuous where it is so in every part."""
    vacuous = _said(parts[0], vacuous=True).intersection(*(_said(part, vacuous=True) for part in parts))
    return Overview(
        counts=Counts(*(sum(column) for column in zip(*(part.counts for part in parts), strict=True))),
        urgent=_least(case for part in parts for case in part.urgent),
        others=_least(case for part in parts for case in part.others),
        zones=frozenset[str | None]().union(*(part.zones for part in parts)),
        remarks=vacuous.union(*(_said(part, vacuous=False) for part in parts)),
    )


def with_remarks(evaluation: Evaluation, overview: Overview) -> Evaluation:
    """The evaluation of some cases, with what is said of the whole run."""
    said = pl.DataFrame(sorted(overview.remarks, key=str), schema={name: NOTES[name] for name in _REMARK}, orient="row")
    notes = [evaluation.notes.filter(pl.col(c.CASE).is_not_null()), said]
    ordered = pl.concat(notes, how="diagonal").sort(c.NOTE, c.CASE, c.RULE, nulls_last=True, maintain_order=True)
    return replaced(evaluation, notes=ordered)


def _first(statuses: pl.DataFrame) -> tuple[str, ...]:
    return tuple(statuses[c.CASE].sort().head(SHOWN))


def _least(cases: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(cases)[:SHOWN])


def _said(part: Overview, *, vacuous: bool) -> frozenset[tuple[str, str | None, str]]:
    return frozenset(remark for remark in part.remarks if (remark[0] == _VACUOUS) == vacuous)
