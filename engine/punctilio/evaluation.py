"""The use case: a log and a rulebook in, an evaluation out, or its verdicts alone."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import tzdata

from punctilio import plan
from punctilio.doubt import sure, told_so, withheld
from punctilio.errors import UsageError
from punctilio.history import History, history
from punctilio.model.rule import Rulebook
from punctilio.tables import columns as c
from punctilio.tables import schemas
from punctilio.tables.runs import begins
from punctilio.tables.tables import Evaluation, Log, Verdicts
from punctilio.value import replaced
from punctilio.version import __version__


def evaluate(rulebook: Rulebook, log: Log, *, as_of: datetime, known_at: datetime | None = None) -> Evaluation:
    """Judge ``log`` by ``rulebook`` as it is seen at ``as_of``, as far as it was known at ``known_at``: by all of it,
    where that is None.

    Raises UsageError where an instant has no offset.
    """
    seen = _seen(rulebook, log, as_of, known_at)
    judged = plan.judge(rulebook, seen)
    return Evaluation(
        as_of=as_of.astimezone(UTC),
        known_at=known_at.astimezone(UTC) if known_at else None,
        rulebook=rulebook,
        events=judged.events,
        decisions=withheld(judged.decisions, log.in_doubt),
        findings=told_so(judged.findings, log.in_doubt),
        allowances=sure(judged.allowances, log.in_doubt),
        statuses=judged.statuses,
        notes=judged.notes,
        people=_people(seen),
        files=log.files,
        problems=log.problems,
        quarantine=log.quarantine,
        left_out=log.left_out,
        files_in_doubt=log.files_in_doubt,
        in_doubt=log.in_doubt,
        versions=versions(),
    )


def versions() -> tuple[tuple[str, str], ...]:
    """All that a judgement depends on beside rules and events: the name of each, and which one it is."""
    return (("punctilio", __version__), ("polars", pl.__version__), ("tzdata", tzdata.IANA_VERSION))


def judge(rulebook: Rulebook, log: Log, *, as_of: datetime, known_at: datetime | None = None) -> Verdicts:
    """The decisions, findings and statuses of ``evaluate`` alone."""
    told = plan.verdicts(rulebook, plan.laid_out(rulebook, _seen(rulebook, log, as_of, known_at)))
    return replaced(told, decisions=withheld(told.decisions, log.in_doubt))


def _seen(rulebook: Rulebook, log: Log, as_of: datetime, known_at: datetime | None) -> History:
    for name, instant in (("as-of", as_of), ("known-at", known_at)):
        if instant is not None and instant.tzinfo is None:
            raise UsageError(f"The {name} instant needs an offset, such as 2026-03-04T09:00:00-05:00 or Z.")
    return history(rulebook, log, as_of, known_at)


def _people(seen: History) -> pl.DataFrame:
    """What people are called: the latest name noted of each."""
    part = seen.vocabulary.parts.people
    if part is None or part.name is None:
        return pl.DataFrame(schema=schemas.PEOPLE)
    key, name = c.field(part.key), c.field(part.name)
    noted = seen.of_type(part.event, [c.CASE_NO, key, name]).drop_nulls(name)
    in_order = noted.sort(c.CASE_NO, key, maintain_order=True)
    latest = in_order.filter(begins([c.CASE_NO, key]).shift(-1, fill_value=True))
    case = pl.lit(seen.cases[c.CASE]).gather(c.CASE_NO).alias(c.CASE)
    return latest.select_seq(case, pl.col(key).alias(c.PERSON), pl.col(name).alias("name"))
