"""The whole plan of cases, for channels that show one: what is due, what is ahead, and what is settled."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from punctilio.contracts import Action
from punctilio.drafting.actions import action_of, aware
from punctilio.drafting.gathering import CaseFile, case_files
from punctilio.explanation import Decision, explain
from punctilio.model.decision import Verdict
from punctilio.model.rule import Expect
from punctilio.selection import Selection, require_known
from punctilio.tables.tables import Evaluation
from punctilio.value import replaced


def agenda(evaluation: Evaluation, cases: Collection[str] = ()) -> tuple[Action, ...]:
    """Every expectation of these cases (all, where none is named), by case and in the order of the evaluation.

    Reasons are where the instants come from, which stay the same while the plan does. Of a case in doubt there is no
    plan. Raises UsageError for a case that is not there.
    """
    selection = Selection(frozenset(cases))
    require_known(evaluation, selection)
    doubtful = frozenset(evaluation.in_doubt)
    told = [case for case in explain(evaluation, selection).cases if case.case not in doubtful]
    file_of = case_files(evaluation, [case.case for case in told])
    return tuple(action for case in told for action in _actions(file_of(case.case), case.decisions))


def _actions(file: CaseFile, decisions: Collection[Decision]) -> Iterator[Action]:
    for decision in decisions:
        if isinstance(decision.rule.kind, Expect):
            action = action_of(file, decision)
            reasons = (*decision.arithmetic.values(), *decision.readings)
            yield _allowed(replaced(action, reasons=reasons), decision)


def _allowed(action: Action, decision: Decision) -> Action:
    """What is blocked opens when it is allowed again; where that is never, or too late, it is not to be done."""
    if action.verdict != Verdict.BLOCKED:
        return action
    until = aware(decision.blocked_until)
    if until is None or (action.expires_at and action.expires_at < until):
        return replaced(action, verdict=str(Verdict.EXCUSED))
    due = action.due_at if action.due_at and action.due_at > until else None
    by = f"The rule {decision.blocked_by.id} forbids it until then." if decision.blocked_by else ""
    reasons = (*action.reasons, by) if by else action.reasons
    return replaced(action, verdict=str(Verdict.WAITING), opens_at=until, due_at=due, reasons=reasons)
