"""Sending by SMTP, one message to one person."""

from __future__ import annotations

import smtplib
from contextlib import closing, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from punctilio.contracts import Draft, Outcome, Receipt
from punctilio.errors import UsageError
from punctilio_email.addresses import address_of, in_ascii
from punctilio_email.messages import CASE, CONTENT, DECISION, UNSENT, message_of
from punctilio_email.servers import PATIENCE, Server, encryption, password, server

_TAKEN: Final = 250
_OURS: Final = (CASE, CONTENT, DECISION, UNSENT)
"""Headers of drafts, which concern nobody else."""


def send(draft: Draft, place: str) -> Receipt:
    """Send the draft by the server at the address ``place``.

    It is ``REFUSED`` where surely nothing was sent, and ``UNKNOWN`` where the connection broke off after the text went
    out and before the server said that it has it.
    """
    try:
        at = server(place)
        message = _outgoing(draft, at)
        with closing(_connected(at)) as client:
            return _sent(draft, at, client, message)
    except UsageError as refusal:
        return _receipt(draft, Outcome.REFUSED, place, str(refusal))
    except smtplib.SMTPResponseException as refusal:
        return _receipt(draft, Outcome.REFUSED, place, _answer(refusal.smtp_code, refusal.smtp_error))
    except (OSError, smtplib.SMTPException) as failure:
        return _receipt(draft, Outcome.REFUSED, place, f"The server could not be reached: {failure}.")


def _outgoing(draft: Draft, at: Server) -> EmailMessage:
    message = message_of(draft)
    if message["To"] is None:
        raise UsageError("There is no address to send it to. Note the person's `email` in the log.")
    if not at.sender:
        raise UsageError("There is no sender. Add ?from=YOUR-ADDRESS to the address of the server.")
    for name in _OURS:
        del message[name]
    message["From"] = in_ascii(at.sender)
    message["Date"] = format_datetime(datetime.now(UTC))
    return message


def _connected(at: Server) -> smtplib.SMTP:
    """Encrypted, unless the server is this machine, and logged in."""
    secret = password(at) if at.user else ""
    if not (at.user + secret).isascii():
        raise UsageError("Only names and passwords in ASCII characters can log in here. Choose such ones for it.")
    if at.is_encrypted:
        client: smtplib.SMTP = smtplib.SMTP_SSL(at.host, at.port, timeout=PATIENCE, context=encryption())
    else:
        client = smtplib.SMTP(at.host, at.port, timeout=PATIENCE)
    try:
        client.ehlo_or_helo_if_needed()
        if not at.is_encrypted and not at.is_here:
            client.starttls(context=encryption())
            client.ehlo_or_helo_if_needed()
        if at.user:
            client.login(at.user, secret)
    except BaseException:
        client.close()
        raise
    return client


def _sent(draft: Draft, at: Server, client: smtplib.SMTP, message: EmailMessage) -> Receipt:
    address = str(address_of(draft.action.to))
    for code, answer in (client.mail(in_ascii(at.sender)), client.rcpt(address)):
        if code >= 300:
            return _receipt(draft, Outcome.REFUSED, str(at), _answer(code, answer))
    try:
        code, answer = client.data(message.as_bytes())
    except smtplib.SMTPDataError:  # it wants no text at all
        raise
    except (OSError, smtplib.SMTPException) as failure:
        words = f"The connection broke off before the server said that it has the message: {failure}."
        return _receipt(draft, Outcome.UNKNOWN, str(at), words)
    if code != _TAKEN:
        return _receipt(draft, Outcome.REFUSED, str(at), _answer(code, answer))
    with suppress(OSError, smtplib.SMTPException):
        client.quit()
    return _receipt(draft, Outcome.SENT, address)


def _answer(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"The server answered {code} {' '.join(words.split())}"


def _receipt(draft: Draft, outcome: Outcome, place: str, message: str = "") -> Receipt:
    return Receipt(decision=draft.action.decision, outcome=outcome, place=place, message=message)
