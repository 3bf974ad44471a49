"""``rules outbox``: what was sent, and what perhaps was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from punctilio.cli import output
from punctilio.cli.options import PROBLEM_REPORTS
from punctilio.errors import UsageError
from punctilio.inert import inert

if TYPE_CHECKING:
    from punctilio.outbox import Delivery


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


@outbox.command()
@click.argument("decision")
@click.option("--sent/--not-sent", "was_sent", default=None, help="What you found out.")
def resolve(decision: str, was_sent: bool | None) -> None:
    """Say whether the delivery for DECISION, which is unknown, arrived. What did not may be sent again."""
    from punctilio.outbox import Outbox  # `--help` does without it

    if was_sent is None:
        raise UsageError("Say what you found out: --sent or --not-sent.")
    output.write(_line(Outbox().resolve(decision, was_sent=was_sent)) + "\n")


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
