"""What is registered is called here, under guard, and what it gives back is looked at before anybody relies on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import cast

from punctilio.contracts import (
    Action,
    Asker,
    Attempt,
    Channel,
    Check,
    Context,
    Draft,
    Judged,
    Limits,
    Receipt,
    Sender,
    Sweeper,
    TemplateFilter,
    Withdrawer,
)
from punctilio.errors import PluginError, UsageError
from punctilio.model.decision import Verdict
from punctilio.origin import Origin
from punctilio.plugins.discovery import found
from punctilio.plugins.guard import OWN_WORDS, guarded
from punctilio.plugins.loading import loaded
from punctilio.plugins.registry import Plugins, Registered

# ── checks ──


def judged(name: str, origin: Origin, texts: Sequence[str]) -> list[str | None]:
    """What the check says of each text: what is wrong with it, or None.

    A check that fails passes nothing: what is wrong then is that the text could not be judged, and why.
    """
    try:
        check = _check(name, origin)
        return guarded(origin, f"its check `{name}`", lambda: _answers(check, name, origin, texts))
    except PluginError as failure:
        return [f"could not be judged: {failure}"] * len(texts)


def _check(name: str, origin: Origin) -> Check:
    """The check of the plugin that the rulebook was built with, wherever this process runs."""
    plugins = loaded(one for one in found() if one.origin == origin)
    if name not in plugins.checks:
        told = "; ".join(problem for plugin in plugins.plugins for problem in plugin.problems)
        raise PluginError(origin, told or f"it no longer has the check `{name}`")
    return plugins.checks[name].thing


def _answers(check: Check, name: str, origin: Origin, texts: Sequence[str]) -> list[str | None]:
    answers = list(cast(Iterable[object], check.judge(tuple(texts))))
    if len(answers) != len(texts):
        raise PluginError(origin, f"its check `{name}` gave {len(answers)} answers on {len(texts)} texts")
    return [None if answer is None else _words(answer, name, origin) for answer in answers]


def _words(answer: object, name: str, origin: Origin) -> str:
    if not isinstance(answer, str) or not answer.strip():
        raise PluginError(origin, f"its check `{name}` answered {answer!r} where a text or None is wanted")
    return " ".join(answer.split())


# ── template filters ──


def filters_of(plugins: Plugins) -> list[TemplateFilter]:
    """The filters of plugins; each raises PluginError, and nothing else, where it fails."""
    return [TemplateFilter(name, partial(_filtered, one)) for name, one in plugins.template_filters.items()]


def _filtered(one: Registered[TemplateFilter], text: str) -> str:
    given = guarded(one.origin, f"its filter `{one.name}`", lambda: cast(object, one.thing.apply(text)))
    if not isinstance(given, str):
        raise PluginError(one.origin, f"its filter `{one.name}` gave {type(given).__name__} where a text is wanted")
    return given


# ── channels ──


def drafted(channel: Registered[Channel], action: Action, context: Context) -> Draft:
    """The draft that the channel makes of an action, within its limits.

    Raises PluginError for a channel that fails, or changes what is to be done; UsageError is its own word.
    """
    if action.verdict == Verdict.BLOCKED:
        raise PluginError(channel.origin, f"the decision {action.decision} is blocked, so no channel may have it")
    origin, doing = channel.origin, f"its channel `{channel.name}`"
    draft = guarded(origin, doing, lambda: cast(object, channel.thing.render(action, context)), passing=OWN_WORDS)
    if not isinstance(draft, Draft):
        raise PluginError(origin, f"{doing} made a {type(draft).__name__} where a Draft is wanted")
    if draft.action != action or draft.channel != channel.name:
        raise PluginError(origin, f"{doing} made a draft of something else than it was asked for")
    return draft


def limits_of(channel: Registered[Channel], options: Mapping[str, str]) -> Limits:
    """How much fits, with what the person set. UsageError is the channel's own word on an option."""
    doing = f"the limits of its channel `{channel.name}`"
    limits = guarded(channel.origin, doing, lambda: cast(object, channel.thing.limits(options)), passing=(UsageError,))
    if not isinstance(limits, Limits):
        raise PluginError(channel.origin, f"{doing} are a {type(limits).__name__} where Limits are wanted")
    return limits


def overrun(channel: Registered[Channel], draft: Draft, context: Context) -> list[str]:
    """Where the draft is over the limits of its channel: sentences, none if it fits."""
    limits = limits_of(channel, context.options)
    sizes = (
        ("The text", len(draft.text), limits.characters, "characters"),
        ("The subject", len(draft.subject or ""), limits.subject, "characters"),
        ("The draft", len(draft.attachments), limits.attachments, "attachments"),
    )
    return [
        f"{what} has {size} {unit}; {channel.name} takes {most}."
        for what, size, most, unit in sizes
        if most is not None and size > most
    ]


def exported(channel: Registered[Channel], drafts: Sequence[Draft], destination: str) -> tuple[Receipt, ...]:
    """Have the channel put the drafts into place: a receipt for each, in their order."""
    work = partial(channel.thing.export, tuple(drafts), destination)
    doing = f"its channel `{channel.name}`"
    given = guarded(channel.origin, doing, lambda: tuple(cast(Iterable[object], work())), passing=OWN_WORDS)
    receipts = {receipt.decision: receipt for receipt in given if isinstance(receipt, Receipt)}
    if len(receipts) != len(given) or receipts.keys() != {draft.action.decision for draft in drafts}:
        raise PluginError(channel.origin, f"{doing} did not give one receipt for each draft")
    return tuple(receipts[draft.action.decision] for draft in drafts)


def withdrawn(channel: Registered[Channel], actions: Sequence[Action], destination: str) -> tuple[Receipt, ...]:
    """Have the channel take away what it exported of these actions, if it can: a receipt for each that was there."""
    withdrawer, doing = channel.thing, f"its channel `{channel.name}`"
    if not isinstance(withdrawer, Withdrawer) or not actions:
        return ()
    work = partial(withdrawer.withdraw, tuple(actions), destination)
    given = guarded(channel.origin, doing, lambda: tuple(cast(Iterable[object], work())), passing=OWN_WORDS)
    receipts = [receipt for receipt in given if isinstance(receipt, Receipt)]
    decisions = {receipt.decision for receipt in receipts}
    if not len(receipts) == len(given) == len(decisions) or decisions - {action.decision for action in actions}:
        raise PluginError(channel.origin, f"{doing} took away what it was not asked to, or gave no receipts of it")
    return tuple(receipts)


def swept(channel: Registered[Channel], judged: Judged, destination: str) -> tuple[Receipt, ...]:
    """Have the channel take away what there is no decision of any more, if it can: a receipt for each decision."""
    sweeper, doing = channel.thing, f"its channel `{channel.name}`"
    if not isinstance(sweeper, Sweeper) or not judged.cases:
        return ()
    work = partial(sweeper.sweep, judged, destination)
    given = guarded(channel.origin, doing, lambda: tuple(cast(Iterable[object], work())), passing=OWN_WORDS)
    receipts = [receipt for receipt in given if isinstance(receipt, Receipt)]
    decisions = {receipt.decision for receipt in receipts}
    if not len(receipts) == len(given) == len(decisions) or decisions & judged.decisions:
        raise PluginError(channel.origin, f"{doing} took away what it was not asked to, or gave no receipts of it")
    return tuple(receipts)


def delivered(channel: Registered[Channel], draft: Draft, destination: str) -> Receipt:
    """Have the channel send the draft. Whoever calls this has written down that it is about to be sent."""
    sender, doing = channel.thing, f"its channel `{channel.name}`"
    if not isinstance(sender, Sender):
        raise PluginError(channel.origin, f"{doing} cannot send; export the draft")
    receipt = guarded(
        channel.origin, doing, lambda: cast(object, sender.deliver(draft, destination)), passing=OWN_WORDS
    )
    if not isinstance(receipt, Receipt) or receipt.decision != draft.action.decision:
        raise PluginError(channel.origin, f"{doing} gave no receipt of what it was to send")
    return receipt


def was_delivered(channel: Registered[Channel], attempt: Attempt, place: str) -> bool | None:
    """Have the channel find out whether an interrupted delivery arrived; None where it cannot say.

    Raises UsageError for a channel that cannot find out.
    """
    asker, doing = channel.thing, f"its channel `{channel.name}`"
    if not isinstance(asker, Asker):
        raise UsageError(
            f"The channel {channel.name} cannot find out. Ask whom it was to, and say --sent or --not-sent."
        )
    work = partial(asker.was_delivered, attempt, place)
    answer = guarded(channel.origin, doing, lambda: cast(object, work()), passing=OWN_WORDS)
    if answer is None or isinstance(answer, bool):
        return answer
    raise PluginError(channel.origin, f"{doing} answered {answer!r} where True, False or None is wanted")
