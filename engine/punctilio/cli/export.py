"""``rules export``: put what is due where a person does it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

import punctilio
from punctilio.atomic import is_stream
from punctilio.cli import output
from punctilio.cli.options import PROBLEM_REPORTS, as_of_option, known_option, map_option, rule_sources, rules_option
from punctilio.cli.small import spare
from punctilio.errors import PunctilioError, UsageError
from punctilio.inert import inert
from punctilio.problems import closest

if TYPE_CHECKING:
    from punctilio.contracts import Action, Channel, Receipt
    from punctilio.drafting.exporting import Export
    from punctilio.plugins.registry import Plugins, Registered
    from punctilio.tables.tables import Evaluation

INCOMPLETE: Final = 3


@click.command(short_help="Put what is due into a calendar, a mailbox, a folder.")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option("--to", "name", required=True, metavar="CHANNEL", help="Where it goes, such as calendar.")
@click.option("--output", "-o", "destination", metavar="PLACE", help="A file, a folder or an address: see the channel.")
@click.option(
    "--option", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the channel; may be repeated."
)
@rules_option
@as_of_option("Export the plan as it stood then")
@known_option
@click.option("--case", "cases", multiple=True, metavar="CASE", help="Export this case only; may be repeated.")
@click.option(
    "--templates",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Take templates (NAME.txt) from this folder first; may be repeated.",
)
@map_option
@click.option(
    "--format", "form", type=click.Choice(PROBLEM_REPORTS), default="text", show_default=True, help="The report."
)
@click.option("--send", "is_sending", is_flag=True, help="Send each message, once, after asking you.")
@click.option("--yes", "is_confirmed", is_flag=True, help="Send without asking.")
@click.pass_context
def export(
    context: click.Context,
    logs: tuple[str, ...],
    name: str,
    destination: str | None,
    settings: tuple[str, ...],
    sources: tuple[str, ...],
    as_of: datetime | None,
    known_at: datetime | None,
    cases: tuple[str, ...],
    templates: tuple[Path, ...],
    mapping: Path | None,
    form: str,
    is_sending: bool,
    is_confirmed: bool,
) -> None:
    """Put what is due where a person does it: into a calendar, a mailbox, a folder.

    To export again changes nothing, or what has changed since: what is not to be done any more is taken away, and
    what the person changed there is left alone. Nothing is sent without --send. LOG is a file, a glob, or - for
    standard input.
    """
    from punctilio.plugins.loading import installed  # `--help` does without it

    plugins, options = installed(), _options(settings)
    channel = _channel(name, plugins)
    if is_confirmed and not is_sending:
        raise UsageError("--yes confirms what is sent, and nothing is. Say --send too, or leave it out.")
    if not destination:
        raise UsageError(f"Say where {name} is to put it: -o PLACE.")
    if destination == "-" or (is_stream(Path(destination)) and not Path(destination).is_dir()):
        raise UsageError(f"What {name} puts there is brought up to date, which a stream cannot be. Name another PLACE.")
    from punctilio.plugins.calls import filters_of, limits_of

    limits_of(channel, options)  # a wrong option is told once, before anything is read
    spare(logs)
    rulebook = punctilio.load_rules(*rule_sources(sources))
    log = punctilio.read_log(*logs, rules=rulebook, mapping=mapping)
    evaluation = punctilio.evaluate(rulebook, log, as_of=as_of or datetime.now(UTC), known_at=known_at)

    from punctilio.contracts import Outcome
    from punctilio.drafting.exporting import prepared

    plan = prepared(evaluation, channel, cases, options, filters_of(plugins), templates)
    if is_sending:
        from punctilio.cli.sending import sent

        done, failure = [*sent(channel, plan.drafts, destination, evaluation, is_confirmed=is_confirmed)], ""
    else:
        done, failure = _put(channel, plan, destination)
    receipts = [*done, *plan.refused]
    words = _as_json(name, evaluation, receipts, plan.actions) if form == "json" else _as_text(receipts, plan.actions)
    output.write(words)
    if failure:
        output.complain_of(failure)
    is_whole = not any(receipt.outcome in (Outcome.REFUSED, Outcome.UNKNOWN) for receipt in receipts)
    context.exit(0 if is_whole and not failure else INCOMPLETE)


def _put(channel: Registered[Channel], plan: Export, destination: str) -> tuple[list[Receipt], str]:
    """What was put there and what was taken away, and what prevented that."""
    from punctilio.plugins.calls import exported

    put = exported(channel, plan.drafts, destination)
    gone, failure = _taken_away(channel, plan, destination)
    return [*put, *gone], failure


def _taken_away(channel: Registered[Channel], plan: Export, destination: str) -> tuple[list[Receipt], str]:
    """What is to stand there no more, taken away, and what prevented it: what was put there is told all the same."""
    from punctilio.plugins.calls import swept, withdrawn

    gone: list[Receipt] = []
    try:
        gone.extend(withdrawn(channel, plan.over, destination))
        gone.extend(swept(channel, plan.judged, destination))
    except (PunctilioError, OSError) as failure:
        return gone, f"Not all that is over was taken away: {failure}"
    return gone, ""


def _channel(name: str, plugins: Plugins) -> Registered[Channel]:
    if name not in plugins.channels:
        near = closest(name, plugins.channels)
        known = ", ".join(sorted(plugins.channels)) or "none"
        meant = f"Did you mean `{near}`?" if near else f"There is {known}."
        raise UsageError(f"No channel is called `{inert(name)}`. {meant}{plugins.failures}")
    return plugins.channels[name]


def _options(settings: Sequence[str]) -> dict[str, str]:
    pairs = [setting.partition("=") for setting in settings]
    for name, sign, _ in pairs:
        if not name or not sign:
            raise UsageError(f"`--option {inert(name)}` sets nothing. Write --option NAME=VALUE.")
    return {name: value for name, _, value in pairs}


# ── words ──


def _as_text(receipts: Sequence[Receipt], actions: Mapping[str, Action]) -> str:
    """A line for each thing that is there, or should be; then how many."""
    shown = [receipt for receipt in receipts if receipt.place or receipt.message]
    lines = [_line(receipt, actions.get(receipt.decision)) for receipt in shown]
    counts = Counter(str(receipt.outcome) for receipt in shown)
    total = ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in sorted(counts)) or "Nothing to export"
    return "\n".join([*lines, f"{total}."]) + "\n"


def _line(receipt: Receipt, action: Action | None) -> str:
    what = receipt.decision
    if action:
        to = f", {action.to.name or action.to.key}" if action.to else ""
        what = f"{action.title}{to} ({action.case})"
    place = f" -> {receipt.place}" if receipt.place else ""
    said = f": {receipt.message}" if receipt.message else ""
    return inert(f"{receipt.outcome}: {what}{place}{said}")


def _as_json(channel: str, evaluation: Evaluation, receipts: Sequence[Receipt], actions: Mapping[str, Action]) -> str:
    told = {
        "channel": channel,
        "as_of": _utc(evaluation.as_of),
        "known_at": _utc(evaluation.known_at) if evaluation.known_at else None,
        "rulebook": {"name": evaluation.rulebook.name, "hash": evaluation.rulebook.hash},
        "receipts": [_record(receipt, actions.get(receipt.decision)) for receipt in receipts],
    }
    return json.dumps(told, indent=2) + "\n"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _record(receipt: Receipt, action: Action | None) -> dict[str, str | None]:
    return {
        "decision": receipt.decision,
        "case": action.case if action else None,
        "rule": action.rule if action else None,
        "outcome": str(receipt.outcome),
        "place": receipt.place or None,
        "message": receipt.message or None,
    }
