"""What is due in a case, written out: the actions that are open, each with its text and what the rules say of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from punctilio.contracts import Context, TemplateFilter
from punctilio.drafting.actions import action_of, aware
from punctilio.drafting.facts import Fact, Facts, Moment, names
from punctilio.drafting.folders import Source, require_folders, template
from punctilio.drafting.gaps import uncovered
from punctilio.drafting.gathering import CaseFile, case_file, facts_of
from punctilio.drafting.judging import as_message, judged
from punctilio.drafting.rendering import Compiled, Text, compiled, rendered
from punctilio.drafting.values import Drafts, Prepared, TextFinding, Withheld
from punctilio.errors import UsageError
from punctilio.explanation import Decision, explain
from punctilio.inert import inert
from punctilio.model.decision import ACTIONABLE, Verdict
from punctilio.model.rule import Expect
from punctilio.problems import closest
from punctilio.selection import Selection, require_known
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation

NO_TEMPLATE: Final = Source("", "[your message]")
"""Of an action that names no template, only the person knows what it says."""


def drafts(
    evaluation: Evaluation,
    case: str,
    *,
    rules: Collection[str] = (),
    people: Collection[str] = (),
    templates: Iterable[str | Path] = (),
    filters: Iterable[TemplateFilter] = (),
    options: Mapping[str, str] = MappingProxyType({}),
    is_judged: bool = True,
) -> Drafts:
    """Write what is due in a case: of these rules, and to these people, where any are named.

    Unless ``is_judged``, nothing is said of the texts, which is most of the work.
    """
    folders, selection = tuple(templates), Selection(frozenset({case}), frozenset(rules))
    require_known(evaluation, selection)
    if case in evaluation.left_out:
        raise UsageError(f"The case `{case}` is left out, since lines of it could not be read. Mend them first.")
    require_folders(folders)
    file = case_file(evaluation, case)
    _require_people(file, people)
    [told] = explain(evaluation, selection).cases
    chosen = [decision for decision in told.decisions if _is_for(decision, people)]
    due = [decision for decision in chosen if decision.verdict in ACTIONABLE and decision.do is not None]
    prepared = _prepared(evaluation, file, due, folders, tuple(filters), options, is_judged)
    return Drafts(
        case=case,
        as_of=evaluation.as_of,
        zone=told.zone,
        rulebook=evaluation.rulebook,
        prepared=prepared,
        withheld=tuple(_withheld(decision) for decision in chosen if _is_withheld(decision)),
        next=told.next,
        known_at=evaluation.known_at,
    )


def _prepared(
    evaluation: Evaluation,
    file: CaseFile,
    due: Sequence[Decision],
    folders: Sequence[str | Path],
    filters: Sequence[TemplateFilter],
    options: Mapping[str, str],
    is_judged: bool,
) -> tuple[Prepared, ...]:
    known = names(file.vocabulary)
    found: dict[str | None, Compiled] = {}
    for decision in due:
        name = decision.do.template if decision.do else None
        if name not in found:
            source = template(name, evaluation.rulebook, folders) if name else NO_TEMPLATE
            found[name] = compiled(source, known, filters)
    mine = evaluation.decisions.filter(pl.col(c.CASE) == file.case)
    triggers = dict(mine.select(c.ID, c.TRIGGER).iter_rows())
    written = [_written(file, decision, triggers[decision.id], found) for decision in due]
    actions = [action_of(file, decision) for decision in due]
    messages = [
        as_message(file.vocabulary, action, text.text, text.subject, text.gaps)
        for action, (text, _) in zip(actions, written, strict=True)
    ]
    said = judged(evaluation, file.case, messages) if is_judged else [()] * len(messages)
    return tuple(
        Prepared(
            action=action,
            context=Context(
                as_of=evaluation.as_of,
                text=text.text,
                subject=text.subject,
                gaps=text.gaps,
                facts=_plain(facts),
                options=options,
            ),
            rule=decision.rule,
            state=decision.verdict_words,
            findings=findings,
            remarks=tuple(_remarks(decision, findings)),
        )
        for decision, action, (text, facts), findings in zip(due, actions, written, said, strict=True)
    )


def _written(
    file: CaseFile, decision: Decision, trigger: int, templates: Mapping[str | None, Compiled]
) -> tuple[Text, Mapping[str, Fact]]:
    assert decision.do is not None  # what is due has an action
    to, through = decision.do.to, decision.do.through
    facts = facts_of(file, decision.rule, trigger, to.key if to else None, through.key if through else None)
    return rendered(templates[decision.do.template], facts), facts


def _remarks(decision: Decision, findings: Iterable[TextFinding]) -> Iterable[str]:
    """What advises against the action, and what is written already."""
    said = {finding.rule.id for finding in findings}
    for rule in decision.warned_by:
        if rule not in said:
            yield f"The rule {rule} advises against it now."
    yield from (f"{event.words} is there already, and does not count." for event in decision.near)


# ── which ──


def _is_for(decision: Decision, people: Collection[str]) -> bool:
    to = decision.do.to if decision.do else None
    return not people or not {person.key for person in (to, decision.person) if person}.isdisjoint(people)


def _is_withheld(decision: Decision) -> bool:
    has_action = isinstance(decision.rule.kind, Expect) and decision.rule.kind.action is not None
    return decision.verdict == Verdict.BLOCKED and has_action


def _require_people(file: CaseFile, people: Collection[str]) -> None:
    known = file.concerned()
    for key in sorted(set(people) - known):
        near = closest(key, known)
        meant = f" Did you mean `{near}`?" if near else f" There is {', '.join(sorted(known))}." if known else ""
        raise UsageError(f"There is nobody called `{key}` in this case.{meant}")


def _withheld(decision: Decision) -> Withheld:
    until = decision.blocked_until
    whom = f", for {decision.person.called}" if decision.person else ""
    return Withheld(
        decision=decision.id,
        rule=decision.rule,
        person=decision.person,
        blocked_by=decision.blocked_by,
        blocked_until=aware(until),
        sentence=f"{inert(decision.rule.title or decision.rule.id)}{whom}: {decision.verdict_words}.",
    )


# ── for channels ──


def _plain(facts: Mapping[str, Fact]) -> dict[str, dict[str, object]]:
    """The facts that the log has, as plain values."""
    return {
        name: {key: _value(value) for key, value in group.known.items() if isinstance(value, int | float) or value}
        for name, group in facts.items()
        if isinstance(group, Facts)
    }


def _value(fact: Fact) -> object:
    match fact:
        case str():
            return uncovered(fact)
        case Moment():
            return fact.iso
        case tuple():
            return tuple(uncovered(item) for item in fact if isinstance(item, str))
        case _:
            return fact
