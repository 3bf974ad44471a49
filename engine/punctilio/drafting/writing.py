"""What is due in a case, written out: the actions that are open, each with its text and what the rules say of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from punctilio.contracts import Action, Context, TemplateFilter
from punctilio.drafting.actions import action_of, aware
from punctilio.drafting.facts import Fact, Facts, Moment, Names, names
from punctilio.drafting.folders import Source, require_folders, template
from punctilio.drafting.gaps import uncovered
from punctilio.drafting.gathering import CaseFile, case_file, case_files, facts_of
from punctilio.drafting.judging import as_message, judged
from punctilio.drafting.rendering import Compiled, Text, compiled, rendered
from punctilio.drafting.values import Drafts, Prepared, TextFinding, Withheld
from punctilio.errors import InvalidTemplateError, UsageError
from punctilio.explanation import Decision, explain
from punctilio.inert import inert
from punctilio.model.decision import ACTIONABLE, Verdict
from punctilio.model.rule import Expect, Rulebook
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
) -> Drafts:
    """Write what is due in a case: of these rules, and to these people, where any are named."""
    selection = Selection(frozenset({case}), frozenset(rules))
    require_known(evaluation, selection)
    _require_whole(evaluation, case)
    require_folders(templates := tuple(templates))
    file = case_file(evaluation, case)
    _require_people(file, people)
    [told] = explain(evaluation, selection).cases
    template_of = _library(evaluation.rulebook, names(file.vocabulary), templates, tuple(filters))
    chosen = [decision for decision in told.decisions if _is_for(decision, people)]
    triggers = _triggers(evaluation, (case,))
    prepared = _prepared(evaluation, file, _due(chosen), triggers, template_of, options)
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


def unjudged(
    evaluation: Evaluation,
    cases: Collection[str],
    *,
    templates: Iterable[str | Path] = (),
    filters: Iterable[TemplateFilter] = (),
    options: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[Action, Context | InvalidTemplateError]]:
    """What is due in these cases, written out, case by case, and not judged, which is most of the work.

    Where the facts of one message are too much for its template, it is that message alone that has no text; a template
    that is wrong whatever the log says raises InvalidTemplateError.
    """
    require_known(evaluation, Selection(frozenset(cases)))
    for case in cases:
        _require_whole(evaluation, case)
    told = {one.case: one for one in explain(evaluation, Selection(frozenset(cases))).cases} if cases else {}
    file_of, triggers = case_files(evaluation, cases), _triggers(evaluation, cases)
    require_folders(templates := tuple(templates))
    template_of = _library(evaluation.rulebook, names(evaluation.rulebook.vocabulary), templates, tuple(filters))
    for case in cases:
        if due := _due(told[case].decisions):
            file = file_of(case)
            for decision in due:
                yield action_of(file, decision), _context_or_why_not(file, decision, triggers, template_of, options)


def _context_or_why_not(
    file: CaseFile,
    decision: Decision,
    triggers: Mapping[str, int],
    template_of: Callable[[str | None], Compiled],
    options: Mapping[str, str],
) -> Context | InvalidTemplateError:
    template_of(decision.do.template if decision.do else None)  # one that is wrong itself concerns every message
    try:
        text, facts = _written(file, decision, triggers[decision.id], template_of)
    except InvalidTemplateError as wrong:
        return wrong
    return _context(file, text, facts, options)


def _library(
    rulebook: Rulebook, known: Mapping[str, Names], folders: Sequence[str | Path], filters: Sequence[TemplateFilter]
) -> Callable[[str | None], Compiled]:
    """Templates by name, each compiled when it is asked for first."""

    @cache
    def template_of(name: str | None) -> Compiled:
        return compiled(template(name, rulebook, folders) if name else NO_TEMPLATE, known, filters)

    return template_of


def _triggers(evaluation: Evaluation, cases: Collection[str]) -> dict[str, int]:
    """From what event each decision of these cases arose."""
    mine = evaluation.decisions.filter(pl.col(c.CASE).is_in(list(cases)))
    return dict(mine.select(c.ID, c.TRIGGER).iter_rows())


def _due(decisions: Iterable[Decision]) -> list[Decision]:
    return [decision for decision in decisions if decision.verdict in ACTIONABLE and decision.do is not None]


def _prepared(
    evaluation: Evaluation,
    file: CaseFile,
    due: Sequence[Decision],
    triggers: Mapping[str, int],
    template_of: Callable[[str | None], Compiled],
    options: Mapping[str, str],
) -> tuple[Prepared, ...]:
    written = [_written(file, decision, triggers[decision.id], template_of) for decision in due]
    actions = [action_of(file, decision) for decision in due]
    messages = [
        as_message(file.vocabulary, action, text.text, text.subject, text.gaps)
        for action, (text, _) in zip(actions, written, strict=True)
    ]
    said = judged(evaluation, file.case, messages)
    return tuple(
        Prepared(
            action=action,
            context=_context(file, text, facts, options),
            rule=decision.rule,
            state=decision.verdict_words,
            findings=findings,
            remarks=tuple(_remarks(decision, findings)),
        )
        for decision, action, (text, facts), findings in zip(due, actions, written, said, strict=True)
    )


def _context(file: CaseFile, text: Text, facts: Mapping[str, Fact], options: Mapping[str, str]) -> Context:
    return Context(
        as_of=file.as_of,
        text=text.text,
        subject=text.subject,
        gaps=text.gaps,
        facts=_plain(facts),
        options=MappingProxyType(dict(options)),
    )


def _written(
    file: CaseFile, decision: Decision, trigger: int, template_of: Callable[[str | None], Compiled]
) -> tuple[Text, Mapping[str, Fact]]:
    assert decision.do is not None  # what is due has an action
    to, through = decision.do.to, decision.do.through
    facts = facts_of(file, decision.rule, trigger, to.key if to else None, through.key if through else None)
    return rendered(template_of(decision.do.template), facts), facts


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


def _require_whole(evaluation: Evaluation, case: str) -> None:
    if case in evaluation.left_out:
        raise UsageError(f"The case `{case}` is left out, since lines of it could not be read. Mend them first.")


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


def _plain(facts: Mapping[str, Fact]) -> Mapping[str, Mapping[str, object]]:
    """The facts that the log has, as plain values, which nobody can change."""
    groups = {name: _known(group) for name, group in facts.items() if isinstance(group, Facts)}
    return MappingProxyType(groups)


def _known(group: Facts) -> Mapping[str, object]:
    known = ((key, value) for key, value in group.known.items() if isinstance(value, int | float) or value)
    return MappingProxyType({key: _value(value) for key, value in known})


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
