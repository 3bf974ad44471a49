"""``rules outbox``: what was sent, and what perhaps was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from punctilio.cli import output
from punctilio.cli.options import PROBLEM_REPORTS
from punctilio.errors import UsageError
from punctilio.inert import inert

if TYPE_CHECKING:
    from punctilio.outbox import Delivery

INCOMPLETE: Final = 3


@click.group(short_help="Show what was sent, and say what became of it.")
def outbox() -> None:
    """Show what was sent, and say what became of what is unknown."""


@outbox.command("list")
@click.option(
    "--format", "form", type=click.Choice(PROBLEM_REPORTS), default="text", show_default=True, help="The report."
)
@click.pass_context
def list_(context: click.Context, form: str) -> None:
    """List every delivery, the earliest first. Exits with 1 where it is unknown whether one arrived."""
    from punctilio.outbox import Outbox  # `--help` does without it

    found = Outbox().deliveries()
    output.write(_as_json(found) if form == "json" else _as_text(found))
    context.exit(0 if all(one.is_settled for one in found) else 1)


@outbox.command(short_help="Settle what is unknown of a delivery.")
@click.argument("decision")
@click.option("--sent/--not-sent", "was_sent", default=None, help="What you found out.")
@click.option("--ask", "place", metavar="PLACE", help="Have the channel look there, such as into your sent mail.")
@click.pass_context
def resolve(context: click.Context, decision: str, was_sent: bool | None, place: str | None) -> None:
    """Say whether the delivery for DECISION, which is unknown, arrived; or have its channel find out.

    What did not arrive may be sent again. Nothing is sent by this. Exits with 3 where it stays unknown.
    """
    from punctilio.outbox import Outbox  # `--help` does without it

    box = Outbox()
    if (was_sent is None) == (place is None):
        raise UsageError("Say what you found out, --sent or --not-sent, or where to look: --ask PLACE.")
    by = "As a person said."
    if place is not None:
        was_sent, by = _found_out(box.unsettled(decision), place), f"As {place} said."
    if was_sent is None:
        output.write(_line(box.unsettled(decision)) + "\n")
        output.remark(inert(f"What is at {place} does not say whether it arrived: it stays unknown."))
        context.exit(INCOMPLETE)
    output.write(_line(box.resolve(decision, was_sent=was_sent, by=by)) + "\n")


def _found_out(delivery: Delivery, place: str) -> bool | None:
    """What its channel says of it."""
    from punctilio.contracts import Attempt
    from punctilio.plugins.calls import was_delivered
    from punctilio.plugins.loading import installed

    plugins = installed()
    if delivery.channel not in plugins.channels:
        raise UsageError(f"The channel {delivery.channel} is not installed any more.{plugins.failures}")
    attempt = Attempt(
        decision=delivery.decision,
        content_hash=delivery.content_hash,
        destination=delivery.destination,
        begun_at=delivery.begun_at,
        case=delivery.case,
        person=delivery.person or None,
    )
    return was_delivered(plugins.channels[delivery.channel], attempt, place)


# ── words ──


def _as_text(found: Iterable[Delivery]) -> str:
    return "".join(f"{_line(one)}\n" for one in found) or "Nothing was sent.\n"


def _line(one: Delivery) -> str:
    to = f", {one.person}" if one.person else ""
    state = one.state if one.is_settled else "unknown"
    said = f": {one.message}" if one.message else ""
    return inert(
        f"{one.decision} {state}: {one.title}{to} ({one.case}), by {one.channel}, "
        f"{one.begun_at:%Y-%m-%d %H:%M} UTC -> {one.destination}{said}"
    )


def _as_json(found: Iterable[Delivery]) -> str:
    return json.dumps({"deliveries": [_record(one) for one in found]}, indent=2) + "\n"


def _record(one: Delivery) -> dict[str, Any]:
    return {
        "decision": one.decision,
        "content_hash": one.content_hash,
        "channel": one.channel,
        "destination": one.destination,
        "case": one.case,
        "title": one.title,
        "person": one.person or None,
        "state": str(one.state),
        "begun_at": _utc(one.begun_at),
        "ended_at": _utc(one.ended_at) if one.ended_at else None,
        "message": one.message,
    }


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
