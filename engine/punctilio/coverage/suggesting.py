"""The case that would cover what is not covered, as it could be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from punctilio.casefiles.clocks import Clock
from punctilio.casefiles.trying import TriedFile
from punctilio.casefiles.turning import INSTANT_AFTER
from punctilio.coverage.targets import Effect, Target
from punctilio.model.decision import Verdict
from punctilio.model.rule import Expect, Force, Rule, Rulebook
from punctilio.model.window import Bound, Duration
from punctilio.tables import columns as c
from punctilio.value import Value

_SECOND: Final = timedelta(seconds=1)
_WORDS: Final = {
    Verdict.WAITING: "as of before it opens",
    Verdict.DUE: "as of its due or before, undone",
    Verdict.OPEN: "as of after it opened, undone",
    Verdict.OVERDUE: "as of just after its due, undone",
    Verdict.BLOCKED: "as of when a `must` rule forbids its action",
    Verdict.SATISFIED: "with an event that fits `until`, in time",
    Verdict.LATE: "with an event that fits `until`, after its due",
    Verdict.EARLY: "with an event that fits `until`, before it opens",
    Verdict.MISSED: "as of just after it expires, undone",
    Verdict.LAPSED: "as of just after it expires, undone",
    Verdict.EXCUSED: "as of just after it expires, while a `must` rule forbids its action",
    Verdict.CANCELLED: "with an event that cancels it or closes the case",
    Verdict.WAIVED: "with a waiver.granted for it",
    Verdict.REPLACED: "with a second event that sets it off, before it is done",
}
_EFFECTS: Final = {
    Effect.FINDING: "with an event that breaks it, and its finding under `findings`",
    Effect.ADVICE: "with an event that it advises against, and `notes: [{note: advice}]`",
    Effect.CLEAR: "with an event that it looks at and finds nothing wrong with",
    Effect.BLOCKED: "with a decision that is `blocked`, by it, or with a draft that it forbids, under `notes`",
    Effect.WARNED: "with a decision that names it in `warned_by`, or with a draft that it warns of, under `notes`",
    Effect.CLOSED: "with an event that closes the case, and its status under `statuses`",
    Effect.REOPENED: "with an event that fits `reopen`, and the status under `statuses` before and after it",
}


_SIDES: Final = {"just before": "just before", "at": "exactly", "just after": "just after"}
_EDGES: Final = {"opens": "the instant it opens", "due": "its due", "expires": "the instant it expires"}


class Suggestion(Value):
    """``words`` say which case is missing; ``snippet`` is an entry under `at`, of the case ``file`` if there is one."""

    words: str
    snippet: str
    file: str | None = None


def suggestion(target: Target, rulebook: Rulebook, files: Iterable[TriedFile]) -> Suggestion:
    """The case that would cover the target; where a case file has such an instance already, an instant for it."""
    rule = next(rule for rule in rulebook.rules if rule.id == target.rule)
    if target.edge is not None and isinstance(rule.kind, Expect):
        return _at_edge(target, target.edge, rule, rule.kind, files)
    if target.what in tuple(Verdict):
        when = _WORDS[Verdict(target.what)]
        return Suggestion(f"{when}.", f"{{as_of: …, decisions: [{{rule: {rule.id}, verdict: {target.what}}}]}}")
    effect = Effect(target.what)
    return Suggestion(f"{_EFFECTS[effect]}.", _of_effect(effect, rule))


def _of_effect(effect: Effect, rule: Rule) -> str:
    match effect:
        case Effect.FINDING:
            return f"{{as_of: …, findings: [{rule.id}]}}"
        case Effect.ADVICE:
            return f"{{as_of: …, notes: [{{note: advice, rule: {rule.id}}}]}}"
        case Effect.BLOCKED:
            return f"{{as_of: …, decisions: [{{verdict: blocked, blocked_by: {rule.id}}}]}}"
        case Effect.WARNED:
            return f"{{as_of: …, decisions: [{{warned_by: [{rule.id}]}}]}}"
        case Effect.CLOSED | Effect.REOPENED:
            status = getattr(rule.kind, "status", "open") if effect is Effect.CLOSED else "open"
            return f"{{as_of: …, statuses: {{acme: {status}}}}}"
        case Effect.CLEAR:
            return "{as_of: …, findings: []}"


def _at_edge(target: Target, edge: str, rule: Rule, kind: Expect, files: Iterable[TriedFile]) -> Suggestion:
    """An instant at the edge; of an instance that a case file has, if there is one."""
    bound: Bound | None = getattr(kind.window, edge)
    verdict = _verdict(target.what, edge, kind)
    start = kind.window.from_field or "the end of what sets it off"
    where = f"{start} + {bound.text}" if isinstance(bound, Duration) else bound.text if bound else "its deadline"
    words = f"as of {_SIDES[target.what]} {_EDGES[edge]} ({where}), undone."
    is_breach = verdict in (Verdict.OVERDUE, Verdict.MISSED) and rule.force is not Force.MAY
    more = f", findings: [{rule.id}]" if is_breach else ""
    for file, at, person in _instances(rule, edge, files):
        if file.file is not None:
            shown = Clock(file.file.zone).shown(_moved(at, target.what))
            who = f"person: {person}, " if person else ""
            entry = f"{{as_of: {shown}, decisions: [{{rule: {rule.id}, {who}verdict: {verdict}}}]{more}}}"
            return Suggestion(words, entry, file.name)
    return Suggestion(words, f"{{as_of: …, decisions: [{{rule: {rule.id}, verdict: {verdict}}}]{more}}}")


def _instances(rule: Rule, edge: str, files: Iterable[TriedFile]) -> Iterator[tuple[TriedFile, datetime, str | None]]:
    """Instances that nothing settled, with the instant of that edge."""
    for file in files:
        if file.rulebook is None or not any(one.id == rule.id and one.kind == rule.kind for one in file.rulebook.rules):
            continue
        for answer in file.answers[-1:]:
            for row in answer.seen[-1].rows["decisions"] if answer.seen else ():
                is_undone = row[c.DONE] is None and row[c.ENDED_BY] is None
                if row[c.RULE] == rule.id and is_undone and row[f"{edge}_at"] is not None:
                    yield file, row[f"{edge}_at"], row[c.PERSON]


def _moved(at: datetime, side: str) -> datetime:
    return at - _SECOND if side == "just before" else at + INSTANT_AFTER if side == "just after" else at


def _verdict(side: str, edge: str, kind: Expect) -> str:
    """What an undone instance is there."""
    window = kind.window
    has_due = window.due is not None or kind.before is not None
    now = Verdict.DUE if has_due else Verdict.OPEN
    if edge == "opens":
        return Verdict.WAITING if side == "just before" else now
    if edge == "due":
        return Verdict.OVERDUE if side == "just after" else now
    if side == "just after":
        return Verdict.MISSED if has_due else Verdict.LAPSED
    return Verdict.OVERDUE if has_due and window.due != window.expires else now
