"""Messages are sent by a real server, and what became of them is said as it is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from punctilio.contracts import Draft, Outcome, Person, Receipt
from punctilio.testing import a_context, an_action
from punctilio_email.channel import Email
from punctilio_email.servers import PASSWORD
from tests.plugins.email.mailserver import TAKEN, Post, mail_server

ME = "?from=me%40example.org"


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as server:
        yield server


def draft(text: str = "Dear Zoë,\n.\n..\nthank you.", email: str | None = "ann@exämple.com") -> Draft:
    ann = Person(key="ann", name="Ann Lee", attributes={"email": email} if email else {})
    return Email().render(an_action(to=ann), a_context(text=text))


def send(place: str, **changes: str | None) -> Receipt:
    return Email().deliver(draft(**changes), place)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # by name


def test_what_is_sent_arrives_as_it_was_written(post: Post) -> None:
    receipt = send(post.url + ME)

    [envelope] = post.arrived
    assert receipt.outcome == Outcome.SENT
    assert (envelope.mail_from, envelope.rcpt_tos) == ("me@example.org", ["ann@xn--exmple-cua.com"])
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
    assert message["To"].addresses[0].addr_spec == "ann@xn--exmple-cua.com"
    assert message["From"].addresses[0].addr_spec == "me@example.org"
    assert message["Message-ID"] == "<0123456789abcdef@punctilio.invalid>"
    assert message["Date"].datetime is not None
    assert message.get_content() == "Dear Zoë,\r\n.\r\n..\r\nthank you.\r\n"


def test_what_drafts_say_to_programs_is_not_sent(post: Post) -> None:
    send(post.url + ME)

    content = post.arrived[0].content
    assert isinstance(content, bytes)
    assert b"\r\nX-" not in content


@pytest.mark.parametrize("answer", ["550 No such person", "451 Later"])
def test_whom_the_server_does_not_know_gets_nothing(post: Post, answer: str) -> None:
    post.at_rcpt = answer

    receipt = send(post.url + ME)

    assert receipt.outcome == Outcome.REFUSED
    assert answer in receipt.message
    assert not post.arrived


@pytest.mark.parametrize("answer", ["554 No", "452 Full"])
def test_a_message_that_the_server_does_not_take_is_refused(post: Post, answer: str) -> None:
    post.at_data = answer

    receipt = send(post.url + ME)

    assert receipt.outcome == Outcome.REFUSED
    assert answer in receipt.message


def test_a_connection_that_breaks_off_before_the_text_is_a_refusal(post: Post) -> None:
    post.at_rcpt = None

    assert send(post.url + ME).outcome == Outcome.REFUSED
    assert not post.arrived


def test_a_connection_that_breaks_off_after_the_text_leaves_it_unknown(post: Post) -> None:
    post.at_data = None

    receipt = send(post.url + ME)

    assert receipt.outcome == Outcome.UNKNOWN
    assert "before the server said that it has the message" in receipt.message


def test_the_password_comes_from_the_environment(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "password")
    place = post.url.replace("//", "//me%40example.org@")

    receipt = send(place)

    assert receipt.outcome == Outcome.SENT
    assert post.logins == [(b"me@example.org", b"password")]
    assert post.arrived[0].mail_from == "me@example.org"


@pytest.mark.parametrize("password", ["secret", "sécret"])
def test_a_wrong_password_sends_nothing(post: Post, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, password)

    receipt = send(post.url.replace("//", "//me%40example.org@"))

    assert receipt.outcome == Outcome.REFUSED
    assert password not in receipt.message
    assert not post.arrived


def test_without_a_sender_or_a_reader_nothing_is_sent(post: Post) -> None:
    nobody, unsigned = send(post.url + ME, email=None), send(post.url)

    assert nobody.outcome == unsigned.outcome == Outcome.REFUSED
    assert "Note the person's `email` in the log." in nobody.message
    assert "Add ?from=YOUR-ADDRESS" in unsigned.message
    assert not post.arrived


def test_a_server_that_is_not_there_is_a_refusal() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        receipt = send(f"smtp://127.0.0.1:{free.getsockname()[1]}{ME}")

    assert receipt.outcome == Outcome.REFUSED


def test_a_place_that_is_none_is_a_refusal() -> None:
    assert send("nowhere").outcome == Outcome.REFUSED


def test_each_connection_takes_one_message(post: Post) -> None:
    send(post.url + ME)
    post.at_data = TAKEN
    send(post.url + ME, text="Another.")

    assert len(post.arrived) == 2


def test_nothing_is_said_unencrypted_to_another_machine(post: Post) -> None:
    receipt = send(post.url.replace("127.0.0.1", "0.0.0.0") + ME)  # an address that leads here, and could be another's

    assert receipt.outcome == Outcome.REFUSED
    assert "STARTTLS" in receipt.message
    assert not post.arrived
