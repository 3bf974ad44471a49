"""A program that sends one message and ends; the tests kill it wherever it can be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from punctilio.contracts import Action, Draft, Person, Receipt
from punctilio.outbox import Outbox
from punctilio_email.smtp import send


def send_once(file: Path, place: str, decision: str) -> Receipt:
    """Send the message of a decision, by an outbox."""
    ann = Person(key="ann", name="Ann Lee", attributes={"email": "ann@example.com"})
    action = Action(
        decision=decision, case="acme", rule="thank-you", title="Thank her", verdict="due", type="message.sent", to=ann
    )
    draft = Draft(action=action, channel="email", text="Dear Ann, thank you for your time.", subject="Thank you")
    return Outbox(file).send(draft, place, send)


if __name__ == "__main__":
    print(send_once(Path(sys.argv[1]), sys.argv[2], sys.argv[3]).outcome, flush=True)
