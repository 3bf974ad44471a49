"""Nothing is sent twice, and what is unknown stays so until a person says what became of it."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from punctilio.contracts import Draft, Outcome, Receipt
from punctilio.errors import UsageError
from punctilio.outbox import Outbox, State, state_folder
from punctilio.testing import an_action

DECISION = "0123456789abcdef"
PLACE = "smtps://mail.example.com"


class Post:
    """Delivers by writing down what it was given; ends as it is told."""

    def __init__(self, ending: Outcome | BaseException = Outcome.SENT) -> None:
        self.ending = ending
        self.delivered: list[Draft] = []

    def __call__(self, draft: Draft, destination: str) -> Receipt:
        self.delivered.append(draft)
        if isinstance(self.ending, BaseException):
            raise self.ending
        return Receipt(decision=draft.action.decision, outcome=self.ending, place=destination, message="Said.")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "state" / "outbox.sqlite3")


def draft(text: str = "Thank you.", decision: str = DECISION) -> Draft:
    return Draft(action=an_action(decision=decision), channel="email", text=text)


def test_what_is_sent_is_written_down(outbox: Outbox) -> None:
    receipt = outbox.send(draft(), PLACE, Post())

    [delivery] = outbox.deliveries()
    assert receipt.outcome == Outcome.SENT
    assert (delivery.decision, delivery.content_hash) == (DECISION, draft().content_hash)
    assert (delivery.channel, delivery.destination, delivery.case, delivery.person) == ("email", PLACE, "acme", "ann")
    assert (delivery.state, delivery.message) == (State.SENT, "Said.")
    assert delivery.ended_at is not None
    assert delivery.begun_at <= delivery.ended_at


@pytest.mark.parametrize("text", ["Thank you.", "Thank you again."])
def test_what_was_sent_is_not_sent_again_in_any_words(outbox: Outbox, text: str) -> None:
    outbox.send(draft(), PLACE, Post())
    post = Post()

    receipt = outbox.send(draft(text), PLACE, post)

    assert receipt.outcome == Outcome.UNCHANGED
    assert "It was sent already" in receipt.message
    assert not post.delivered


def test_the_decisions_of_others_are_no_matter(outbox: Outbox) -> None:
    outbox.send(draft(), PLACE, Post())

    assert outbox.send(draft(decision="fedcba9876543210"), PLACE, Post()).outcome == Outcome.SENT
    assert len(outbox.deliveries()) == 2


def test_what_was_surely_refused_may_be_tried_again(outbox: Outbox) -> None:
    assert outbox.send(draft(), PLACE, Post(Outcome.REFUSED)).outcome == Outcome.REFUSED
    assert [one.state for one in outbox.deliveries()] == [State.REFUSED]

    assert outbox.send(draft(), PLACE, Post()).outcome == Outcome.SENT
    assert [one.state for one in outbox.deliveries()] == [State.SENT]


@pytest.mark.parametrize("text", ["Thank you.", "Thank you again."])
def test_what_is_unknown_is_not_tried_again(outbox: Outbox, text: str) -> None:
    outbox.send(draft(), PLACE, Post(Outcome.UNKNOWN))
    post = Post()

    receipt = outbox.send(draft(text), PLACE, post)

    assert receipt.outcome == Outcome.UNKNOWN
    assert f"`rules outbox resolve {DECISION} --sent`" in receipt.message
    assert not post.delivered


@pytest.mark.parametrize("failure", [OSError("the line is cut"), RuntimeError(), KeyboardInterrupt()])
def test_a_delivery_that_fails_is_unknown(outbox: Outbox, failure: BaseException) -> None:
    with pytest.raises(type(failure)):
        outbox.send(draft(), PLACE, Post(failure))

    [delivery] = outbox.deliveries()
    assert delivery.state == State.UNKNOWN
    assert not delivery.is_settled
    assert delivery.message.startswith("The delivery broke off: ")


def test_an_outcome_that_says_nothing_of_sending_is_unknown(outbox: Outbox) -> None:
    outbox.send(draft(), PLACE, Post(Outcome.CREATED))

    assert [one.state for one in outbox.deliveries()] == [State.UNKNOWN]


@pytest.mark.parametrize(("was_sent", "then"), [(True, Outcome.UNCHANGED), (False, Outcome.SENT)])
def test_a_person_says_what_became_of_it(outbox: Outbox, was_sent: bool, then: Outcome) -> None:
    outbox.send(draft(), PLACE, Post(Outcome.UNKNOWN))

    resolved = outbox.resolve(DECISION, was_sent=was_sent)

    assert resolved.state == (State.SENT if was_sent else State.REFUSED)
    assert outbox.send(draft(), PLACE, Post()).outcome == then


def test_what_is_known_is_not_resolved(outbox: Outbox) -> None:
    with pytest.raises(UsageError, match="No delivery of"):
        outbox.resolve(DECISION, was_sent=True)
    outbox.send(draft(), PLACE, Post())

    with pytest.raises(UsageError, match="No delivery of"):
        outbox.resolve(DECISION, was_sent=False)

    assert [one.state for one in outbox.deliveries()] == [State.SENT]


def test_it_is_written_down_before_it_begins(outbox: Outbox) -> None:
    seen: list[State] = []

    def deliver(given: Draft, destination: str) -> Receipt:
        seen.extend(one.state for one in outbox.deliveries())
        return Receipt(decision=given.action.decision, outcome=Outcome.SENT)

    outbox.send(draft(), PLACE, deliver)

    assert seen == [State.BEGUN]


def test_two_at_once_send_once(outbox: Outbox) -> None:
    post = Post()

    with ThreadPoolExecutor(8) as pool:
        sending = [pool.submit(outbox.send, draft(), PLACE, post) for _ in range(16)]
    receipts = [one.result() for one in sending]

    assert len(post.delivered) == 1
    assert [receipt.outcome for receipt in receipts].count(Outcome.SENT) == 1


def test_a_file_that_is_no_outbox_lets_nothing_out(outbox: Outbox) -> None:
    outbox.file.parent.mkdir()
    outbox.file.write_bytes(b"mine" * 1000)
    post = Post()

    with pytest.raises(UsageError, match="cannot be used"):
        outbox.send(draft(), PLACE, post)

    assert not post.delivered
    assert outbox.file.read_bytes() == b"mine" * 1000


def test_a_folder_that_cannot_be_made_lets_nothing_out(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    post = Post()

    with pytest.raises(UsageError, match="Nothing is sent without it"):
        Outbox(tmp_path / "state" / "outbox.sqlite3").send(draft(), PLACE, post)

    assert not post.delivered


def test_an_outbox_of_a_later_version_is_left_alone(outbox: Outbox) -> None:
    outbox.send(draft(), PLACE, Post())
    with sqlite3.connect(outbox.file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(UsageError, match="newer Punctilio"):
        outbox.send(draft(decision="fedcba9876543210"), PLACE, Post())


def test_nothing_was_sent_where_there_is_no_outbox(outbox: Outbox) -> None:
    assert outbox.deliveries() == ()
    assert not outbox.file.exists()


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"XDG_STATE_HOME": "/var/state"}, "linux", "/var/state/punctilio"),
        ({"XDG_STATE_HOME": "/var/state"}, "darwin", "/var/state/punctilio"),
        ({"XDG_STATE_HOME": "relative"}, "linux", "~/.local/state/punctilio"),
        ({}, "linux", "~/.local/state/punctilio"),
        ({}, "darwin", "~/Library/Application Support/punctilio"),
        ({"LOCALAPPDATA": "/c/Local"}, "win32", "/c/Local/punctilio"),
        ({}, "win32", "~/AppData/Local/punctilio"),
    ],
)
def test_each_platform_has_its_place(environment: dict[str, str], platform: str, folder: str) -> None:
    assert state_folder(environment, platform) == Path(folder).expanduser()


def test_an_end_that_cannot_be_written_down_leaves_it_unknown_and_is_told(outbox: Outbox) -> None:
    def deliver(sent: Draft, place: str) -> Receipt:
        for file in outbox.file.parent.iterdir():
            file.unlink()
        outbox.file.write_bytes(b"no database " * 100)
        return Receipt(decision=sent.action.decision, outcome=Outcome.SENT, place=place)

    receipt = outbox.send(draft(), PLACE, deliver)

    assert receipt.outcome == Outcome.UNKNOWN
    assert receipt.message.startswith("It ended as sent, which could not be written down: it counts as unknown.")


def test_whether_it_is_of_use_can_be_asked_before(outbox: Outbox) -> None:
    outbox.require_usable()
    assert outbox.deliveries() == ()
    outbox.file.write_bytes(b"no database " * 100)

    with pytest.raises(UsageError, match="Nothing is sent without it"):
        outbox.require_usable()
