"""``rules export --send``: each message is confirmed, and goes out once at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

import punctilio
from punctilio.contracts import Draft, Outcome, Receipt, Sender
from punctilio.errors import PluginError, UsageError
from punctilio.inert import inert
from punctilio.model.decision import Level
from punctilio.outbox import Outbox
from punctilio.plugins.calls import delivered

if TYPE_CHECKING:
    from punctilio.contracts import Channel
    from punctilio.plugins.registry import Registered
    from punctilio.tables.tables import Evaluation


def sent(
    channel: Registered[Channel],
    drafts: Sequence[Draft],
    destination: str,
    evaluation: Evaluation,
    *,
    is_confirmed: bool,
) -> Iterator[Receipt]:
    """Send the drafts, each after the person said so: a receipt for each.

    What has gaps, or breaks a `must` rule, is not sent. Whoever breaks off when asked is not asked again. Raises
    UsageError for a channel that cannot send, and for an outbox of no use; what goes wrong later is told in receipts.
    """
    if not isinstance(channel.thing, Sender):
        raise UsageError(f"The channel {channel.name} cannot send. Leave --send out, and send it yourself.")
    outbox, ask = Outbox(), _Asking(destination)
    outbox.require_usable()
    for draft, findings in zip(drafts, punctilio.check_drafts(evaluation, drafts), strict=True):
        broken = [finding.message for finding in findings if finding.level == Level.ERROR]
        if draft.gaps:
            yield _refused(draft, f"It has gaps that only you can fill in: {', '.join(draft.gaps)}")
        elif broken:
            yield _refused(draft, " ".join(broken))
        elif not (is_confirmed or ask.about(draft)):
            yield _refused(draft, "You did not confirm it.")
        else:
            try:
                yield outbox.send(draft, destination, partial(delivered, channel))
            except UsageError as failure:  # the outbox's own word, before anything went out
                yield _refused(draft, str(failure))
            except (PluginError, OSError) as failure:
                yield Receipt(decision=draft.action.decision, outcome=Outcome.UNKNOWN, message=str(failure))


class _Asking:
    """Asks the person of each message, until they break off, or nobody is there to answer."""

    def __init__(self, destination: str) -> None:
        self._destination = destination
        self._is_over = False

    def about(self, draft: Draft) -> bool:
        """Whether the person wants it sent, having seen it."""
        if self._is_over:
            return False
        to = draft.action.to
        lines = [f"To: {to.name or to.key}{_address(draft)}" if to else "To: nobody", f"By: {self._destination}"]
        lines += [f"Subject: {draft.subject}"] if draft.subject else []
        for line in ("", *lines, "", *draft.text.split("\n"), ""):
            click.echo(inert(line), err=True)
        try:
            return click.confirm("Send it?", err=True)
        except click.Abort:
            self._is_over = True
            return False


def _address(draft: Draft) -> str:
    address = draft.action.to.attributes.get("email") if draft.action.to else None
    return f" <{address}>" if address else ""


def _refused(draft: Draft, sentence: str) -> Receipt:
    return Receipt(decision=draft.action.decision, outcome=Outcome.REFUSED, message=sentence)
