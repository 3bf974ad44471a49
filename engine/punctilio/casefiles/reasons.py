"""Why the answer is what it is, where it differs from what a case file promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from punctilio.casefiles.comparing import Difference
from punctilio.casefiles.judging import Judged, Row
from punctilio.explanation import Case, explain
from punctilio.model.rule import Rule
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation


def reasons(
    evaluation: Evaluation, judged: Judged, difference: Difference, *, is_whole: bool = True
) -> tuple[str, ...]:
    """The sentences that explain the row, and the rule that it comes from. ``is_whole`` says that all rules judged:
    otherwise the next step of a case is not known."""
    told = {case.case: case for case in explain(evaluation).cases}
    row = difference.row
    why: Sequence[str] = ()
    if row is not None and row[c.CASE] in told and (is_whole or difference.section != "statuses"):
        why = _why(told[row[c.CASE]], difference.section, row, judged.rows[difference.section])
    rule = next((rule for rule in evaluation.rulebook.rules if rule.id == difference.rule), None)
    return (*why, *(_of_rule(rule, difference, judged) if rule else ()))


def _why(case: Case, section: str, row: Row, rows: Sequence[Row]) -> Sequence[str]:
    place = [one for one in rows if one[c.CASE] == row[c.CASE]].index(row)
    match section:
        case "decisions":
            return next(decision.why for decision in case.decisions if decision.id == row[c.ID])
        case "findings":
            return case.findings[place].why
        case "allowances":
            return case.allowances[place].why
        case "statuses":
            return (case.next,)
        case _:
            return ()


def _of_rule(rule: Rule, difference: Difference, judged: Judged) -> Iterator[str]:
    force = f"{rule.force} " if rule.force else ""
    yield f"Rule: {force}{rule.id}, {rule.location}."
    if difference.row is None and difference.section in ("decisions", "findings"):
        rows = [row for row in judged.rows[difference.section] if row[c.RULE] == rule.id]
        if not rows:
            yield f"It makes no {difference.noun} of this log at this instant."
