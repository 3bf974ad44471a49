"""What a channel is handed of an evaluation, and what it is to take away again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl

from punctilio.contracts import (
    Action,
    Agenda,
    Channel,
    Context,
    Draft,
    Judged,
    Outcome,
    Receipt,
    TemplateFilter,
    Withdrawer,
)
from punctilio.drafting.agenda import agenda
from punctilio.drafting.messages import drafted_message, messages_by
from punctilio.drafting.writing import unjudged
from punctilio.errors import InvalidTemplateError, UsageError
from punctilio.plugins.calls import drafted, overrun
from punctilio.plugins.registry import Registered
from punctilio.tables import columns as c
from punctilio.tables.tables import Evaluation
from punctilio.value import Value, replaced


class Export(Value, kw_only=True):
    """What is to be exported by a channel. ``actions`` are by their decisions; each that is to be done is one of
    ``drafts``, or ``refused``: its channel can make no draft of it, or it is over the limits. ``over`` are the other
    expectations of the same cases, of which nothing is to stand there any more, for a channel that can take away, and
    ``judged`` says what else may stand there."""

    actions: Mapping[str, Action]
    drafts: tuple[Draft, ...]
    refused: tuple[Receipt, ...]
    over: tuple[Action, ...]
    judged: Judged


def prepared(
    evaluation: Evaluation,
    channel: Registered[Channel],
    cases: Collection[str],
    options: Mapping[str, str],
    filters: Iterable[TemplateFilter],
    templates: Iterable[str | Path] = (),
) -> Export:
    """What the channel shows of these cases (all, where none is named): the whole plan where it is an agenda, else
    what may be done by it now. Raises UsageError for a case that is not there, and whatever templates and plugins do.
    """
    is_whole = isinstance(channel.thing, Agenda)
    if is_whole:
        asked: Iterable[tuple[Action, Context | InvalidTemplateError]]
        plan = Context(as_of=evaluation.as_of, options=MappingProxyType(dict(options)))
        asked = ((action, plan) for action in agenda(evaluation, cases))
    else:
        asked = _due(evaluation, channel.name, cases, options, tuple(filters), tuple(templates))
    actions: dict[str, Action] = {}
    made: list[Draft] = []
    refused: list[Receipt] = []
    for action, context in asked:
        actions[action.decision] = action
        try:
            made.append(_draft(channel, action, context))
        except (UsageError, InvalidTemplateError) as refusal:  # the channel's own words, or ours, on this draft alone
            refused.append(Receipt(decision=action.decision, outcome=Outcome.REFUSED, message=str(refusal)))
    others = agenda(evaluation, cases) if isinstance(channel.thing, Withdrawer) and not is_whole else ()
    over = {action.decision: action for action in others if action.decision not in actions}
    return Export(
        actions={**over, **actions},
        drafts=tuple(made),
        refused=tuple(refused),
        over=tuple(over.values()),
        judged=_judged(evaluation, cases),
    )


def _judged(evaluation: Evaluation, cases: Collection[str]) -> Judged:
    """What is known of these cases. Of one in doubt, a line that nobody could read may say more."""
    sure = frozenset(cases or evaluation.statuses[c.CASE]) - frozenset(evaluation.in_doubt)
    decisions = evaluation.decisions.filter(pl.col(c.CASE).is_in(sorted(sure)))[c.ID]
    return Judged(as_of=evaluation.as_of, cases=sure, decisions=frozenset(decisions))


def _due(
    evaluation: Evaluation,
    channel: str,
    cases: Collection[str],
    options: Mapping[str, str],
    filters: Collection[TemplateFilter],
    templates: Collection[str | Path],
) -> Iterator[tuple[Action, Context | InvalidTemplateError]]:
    """What names the channel, and what names none, each with the messages that went before it."""
    before = messages_by(evaluation, channel)
    chosen = tuple(dict.fromkeys(cases or evaluation.statuses[c.CASE]))
    for action, context in unjudged(evaluation, chosen, templates=templates, filters=filters, options=options):
        if action.fields.get("channel", channel) != channel:
            continue
        if isinstance(context, InvalidTemplateError):
            yield action, context
        else:
            yield action, replaced(context, messages=before)
            before = (*before, drafted_message(action, context))


def _draft(channel: Registered[Channel], action: Action, context: Context | InvalidTemplateError) -> Draft:
    if isinstance(context, InvalidTemplateError):
        raise context
    draft = drafted(channel, action, context)
    if wrong := overrun(channel, draft, context):
        raise UsageError(" ".join(wrong))
    return draft
