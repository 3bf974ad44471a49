"""What became of an interrupted delivery is looked up where the person says, and never guessed."""

from __future__ import annotations

import imaplib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from punctilio.cli.main import run
from punctilio.contracts import Attempt
from punctilio.errors import UsageError
from punctilio.outbox import Outbox
from punctilio.testing import a_context, an_action
from punctilio_email.channel import Email
from punctilio_email.messages import message_of
from punctilio_email.servers import PASSWORD as VARIABLE
from tests.plugins.email.dovecot import PASSWORD, dovecot, needs_dovecot
from tests.plugins.email.mailserver import Post, mail_server
from tests.plugins.email.sending import send_once

DECISION = "0123456789abcdef"
SENT = b"""\
From: me@example.org\r
To: Ann Lee <ann@example.com>\r
Date: Tue, 03 Mar 2026 18:00:00 +0000\r
Message-ID: <0123456789abcdef@punctilio.invalid>\r
Subject: Thank you\r
\r
Dear Ann, thank you.\r
"""

pytestmark = needs_dovecot


class Server:
    """The person's mailboxes on a real server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def keep(self, data: bytes, folder: str = "Sent Mail", flags: str = r"(\Seen)") -> None:
        parts = urlsplit(self.url)
        with imaplib.IMAP4(str(parts.hostname), parts.port or 0) as client:
            client.authenticate("PLAIN", lambda _: b"\0ann@example.com\0" + PASSWORD.encode())
            assert client.append(f'"{folder}"', flags, "", data)[0] == "OK"


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    with dovecot() as url:
        yield url


@pytest.fixture
def server(running: str, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    return Server(running)


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as post:
        yield post


def asked(place: str, decision: str = DECISION) -> bool | None:
    attempt = Attempt(
        decision=decision, content_hash="", destination="smtp://x", begun_at=a_context().as_of, case="acme"
    )
    return Email().was_delivered(attempt, place)


def test_what_stands_in_the_sent_mail_was_sent(server: Server) -> None:
    decision = "aaaaaaaaaaaaaaaa"
    assert asked(server.url, decision) is None

    server.keep(SENT.replace(DECISION.encode(), decision.encode()))

    assert asked(server.url, decision) is True
    assert asked(f"{server.url}/Sent%20Mail", decision) is True
    assert asked(f"{server.url}/INBOX", decision) is None
    assert asked(server.url, decision[:-1]) is None


@pytest.mark.parametrize("is_changed", [False, True], ids=["as-it-was-written", "by-a-mail-program"])
def test_a_draft_is_none_that_was_sent(server: Server, is_changed: bool) -> None:
    decision = f"bbbbbbbbbbbbbbb{is_changed:d}"
    if is_changed:
        server.keep(SENT.replace(DECISION.encode(), decision.encode()), "My Drafts", r"(\Draft)")
    else:
        draft = Email().render(an_action(decision=decision), a_context())
        server.keep(message_of(draft).as_bytes(), "My Drafts", "()")

    assert asked(f"{server.url}/My%20Drafts", decision) is None


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/No%20Such", "it does not open that folder"),
        ("smtp://127.0.0.1", "smtp://127.0.0.1 is no mailbox. Name that of your sent mail"),
        ("sent", "sent is no mailbox."),
    ],
)
def test_a_place_that_cannot_be_asked_is_a_sentence(server: Server, place: str, words: str) -> None:
    with pytest.raises(UsageError) as refusal:
        asked(server.url + place if place.startswith("/") else place)
    assert words in str(refusal.value)


def test_an_interrupted_delivery_is_settled_by_what_stands_there_and_never_repeated(
    server: Server, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file, place, decision = Outbox().file, f"{post.url}?from=me%40example.org", "cccccccccccccccc"
    post.at_data = None
    assert send_once(file, place, decision).outcome == "unknown"

    assert run(["outbox", "resolve", decision, "--ask", server.url]) == 3
    said = capsys.readouterr()
    assert said.out.startswith(f"{decision} unknown: Thank her, ann (acme), by email, ")
    assert said.err == f"What is at {server.url} does not say whether it arrived: it stays unknown.\n"

    [envelope] = post.arrived
    assert isinstance(envelope.content, bytes)
    server.keep(envelope.content)
    assert run(["outbox", "resolve", decision, "--ask", server.url]) == 0
    assert capsys.readouterr().out.startswith(f"{decision} sent: ")
    assert run(["outbox", "list", "--format", "json"]) == 0
    [delivery] = json.loads(capsys.readouterr().out)["deliveries"]
    assert (delivery["state"], delivery["message"]) == ("sent", f"As {server.url} said.")

    post.at_data = "250 OK"
    assert send_once(file, place, decision).outcome == "unchanged"
    assert len(post.arrived) == 1
