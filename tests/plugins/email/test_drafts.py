"""One draft for each decision, wherever drafts stand: in a folder, a Maildir, or on a real server."""

from __future__ import annotations

import imaplib
import mailbox
import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from punctilio.contracts import Action, Draft, Judged, Outcome, Person, Receipt
from punctilio.errors import UsageError
from punctilio.testing import a_context, an_action
from punctilio_email.channel import Email
from punctilio_email.messages import header, message_of
from punctilio_email.servers import PASSWORD as VARIABLE
from tests.plugins.email.dovecot import PASSWORD, dovecot, needs_dovecot

OTHER = "fedcba9876543210"
LINES = "Dear Ann,\nthank you for your time."


class Place:
    """Where drafts stand, as the person who looks at them sees it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def contents(self) -> list[bytes]:
        """Every draft that is there."""
        raise NotImplementedError

    def change(self, before: bytes, after: bytes) -> None:
        """Edit the only draft, as a program does that knows all its headers."""
        raise NotImplementedError

    def add(self, data: bytes) -> None:
        """Put a draft of one's own there."""
        raise NotImplementedError


class InFolder(Place):
    def contents(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted(Path(self.url).iterdir())]

    def change(self, before: bytes, after: bytes) -> None:
        [file] = Path(self.url).iterdir()
        assert before in file.read_bytes()
        file.write_bytes(file.read_bytes().replace(before, after))

    def add(self, data: bytes) -> None:
        (Path(self.url) / "own.eml").write_bytes(data)


class InMaildir(Place):
    @property
    def box(self) -> mailbox.Maildir:
        return mailbox.Maildir(self.url.removeprefix("maildir:"))

    def contents(self) -> list[bytes]:
        return [self.box.get_bytes(key) for key in self.box.keys()]  # noqa: SIM118  # it is no mapping

    def change(self, before: bytes, after: bytes) -> None:
        [key] = self.box.keys()
        assert before in self.box.get_bytes(key)
        self.box[key] = mailbox.MaildirMessage(self.box.get_bytes(key).replace(before, after))

    def add(self, data: bytes) -> None:
        self.box.add(mailbox.MaildirMessage(data))


class OnServer(Place):
    @contextmanager
    def client(self) -> Generator[imaplib.IMAP4, None, None]:
        parts = urlsplit(self.url)
        with imaplib.IMAP4(str(parts.hostname), parts.port or 0) as client:
            client.authenticate("PLAIN", lambda _: b"\0ann@example.com\0" + PASSWORD.encode())
            client.select('"My Drafts"')
            yield client

    def contents(self) -> list[bytes]:
        with self.client() as client:
            return [part[1] for part in client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)]

    def change(self, before: bytes, after: bytes) -> None:
        [data] = self.contents()
        assert before in data
        with self.client() as client:
            client.store("1", "+FLAGS", r"(\Deleted)")
            client.append('"My Drafts"', r"(\Draft)", "", data.replace(before, after))
            client.expunge()

    def add(self, data: bytes) -> None:
        with self.client() as client:
            client.append('"My Drafts"', r"(\Draft)", "", data)

    def flags(self) -> list[bytes]:
        with self.client() as client:
            return [line for line in client.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OnServer]:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with dovecot() as url:
        yield OnServer(url)


@pytest.fixture(params=["folder", "maildir", pytest.param("server", marks=needs_dovecot)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return InFolder(str(tmp_path / "drafts"))
    if request.param == "maildir":
        return InMaildir(f"maildir:{tmp_path / 'box'}")
    server: OnServer = request.getfixturevalue("server")
    return server


def draft(text: str = LINES, decision: str = "", subject: str = "Thank you", case: str = "acme") -> Draft:
    action = an_action(decision=decision, case=case) if decision else an_action(case=case)
    return Email().render(action, a_context(text=text, subject=subject))


def export(place: Place, *drafts: Draft) -> list[Receipt]:
    return list(Email().export(drafts, place.url))


def outcomes(place: Place, *drafts: Draft) -> list[Outcome]:
    return [receipt.outcome for receipt in export(place, *drafts)]


def test_again_changes_nothing(place: Place) -> None:
    assert outcomes(place, draft(), draft(decision=OTHER)) == [Outcome.CREATED, Outcome.CREATED]
    before = place.contents()

    assert outcomes(place, draft(), draft(decision=OTHER)) == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert place.contents() == before
    assert len(before) == 2


@pytest.mark.parametrize("changed", [draft("Dear Ann, thank you."), draft(subject="Zoë 王 🕊"), draft("Zoë\n王 🕊")])
def test_another_text_takes_its_place(place: Place, changed: Draft) -> None:
    export(place, draft())

    assert outcomes(place, changed) == [Outcome.REPLACED]
    assert outcomes(place, changed) == [Outcome.UNCHANGED]
    assert [data.replace(b"\r\n", b"\n") for data in place.contents()] == [
        message_of(changed).as_bytes().replace(b"\r\n", b"\n")
    ]


def test_what_the_person_changed_is_left_alone(place: Place) -> None:
    export(place, draft())
    place.change(b"thank you for your time", b"I enjoyed our talk")
    before = place.contents()

    [receipt] = export(place, draft("Something else."))

    assert receipt.outcome == Outcome.KEPT
    assert receipt.message == "You changed this draft, so it was left alone."
    assert place.contents() == before


def test_what_a_mail_program_wrote_anew_is_left_alone(place: Place) -> None:
    """Many lose the headers that they do not know, and choose another Message-ID."""
    export(place, draft())
    place.change(b"thank you for your time", b"I enjoyed our talk")
    place.change(b"X-Punctilio-Decision", b"X-Other")
    place.change(b"Message-ID: <", b"Message-ID: <other-")

    assert outcomes(place, draft("Something else.")) == [Outcome.KEPT]
    assert len(place.contents()) == 1


def test_two_of_one_decision_become_one(place: Place) -> None:
    """As an export leaves behind that was interrupted between putting the new draft there and taking the old away."""
    export(place, draft())
    place.add(message_of(draft("Something else.")).as_bytes())
    assert len(place.contents()) == 2

    assert outcomes(place, draft("Something else.")) == [Outcome.REPLACED]
    assert len(place.contents()) == 1
    assert outcomes(place, draft("Something else.")) == [Outcome.UNCHANGED]


def test_other_mail_is_left_alone(place: Place) -> None:
    export(place)
    Path(place.url).mkdir(exist_ok=True) if isinstance(place, InFolder) else None
    own = b"To: ann@example.com\r\nSubject: Lunch\r\n\r\nAt noon?\r\n"
    place.add(own)

    export(place, draft())
    export(place, draft("Something else."))

    assert own.replace(b"\r\n", b"\n") in [data.replace(b"\r\n", b"\n") for data in place.contents()]
    assert len(place.contents()) == 2


def test_somebody_without_an_address_has_a_draft_too(place: Place) -> None:
    nobody = Email().render(an_action(to=Person(key="ann", name="Ann")), a_context())

    assert outcomes(place, nobody) == [Outcome.CREATED]
    assert outcomes(place, nobody) == [Outcome.UNCHANGED]


@needs_dovecot
def test_drafts_are_marked_as_such_in_the_folder_that_the_server_keeps_them_in(server: OnServer) -> None:
    [receipt] = export(server, draft())

    assert receipt.place.endswith("/My Drafts;UID=1")
    assert re.search(rb"\\Seen.*\\Draft|\\Draft.*\\Seen", server.flags()[0])


@needs_dovecot
def test_mail_that_the_person_threw_away_is_not_expunged(server: OnServer) -> None:
    export(server, draft())
    server.add(b"Subject: Mine\r\n\r\nMine.\r\n")
    with server.client() as client:
        client.store("2", "+FLAGS", r"(\Deleted)")

    assert outcomes(server, draft("Something else.")) == [Outcome.REPLACED]
    assert any(b"Mine." in data for data in server.contents())


@needs_dovecot
def test_a_folder_of_its_own_is_made(server: OnServer) -> None:
    there = Place(f"{server.url}/To%20%22send%22")

    assert outcomes(there, draft()) == [Outcome.CREATED]
    assert outcomes(there, draft()) == [Outcome.UNCHANGED]


@needs_dovecot
def test_a_wrong_password_is_said(server: OnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "secret")

    with pytest.raises(UsageError, match=r"refused: .*Mend that, and try again") as refusal:
        export(server, draft())

    assert "secret" not in str(refusal.value)


@needs_dovecot
def test_the_password_may_stand_in_netrc(server: OnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(UsageError, match="There is no password for ann@example"):
        export(server, draft())
    (tmp_path / ".netrc").write_text(
        'machine 127.0.0.1\nlogin ann@example.com\npassword "pä\\"ss\\\\word"\n', encoding="utf-8"
    )
    os.chmod(tmp_path / ".netrc", 0o600)

    assert outcomes(server, draft()) == [Outcome.CREATED]


@needs_dovecot
def test_nothing_is_said_unencrypted_to_another_machine(server: OnServer) -> None:
    there = Place(server.url.replace("127.0.0.1", "0.0.0.0"))  # an address that leads here, and could be another's

    with pytest.raises(UsageError, match="TLS not supported by server"):
        export(there, draft())

    assert not server.contents()


def withdraw(place: Place, *actions: Action) -> list[tuple[str, Outcome, str]]:
    return [(one.decision, one.outcome, one.message) for one in Email().withdraw(actions, place.url)]


OVER = an_action(verdict="satisfied")


def test_what_is_over_is_taken_away_and_nothing_else(place: Place) -> None:
    export(place, draft(decision=OTHER))
    before = place.contents()
    export(place, draft(), draft(decision=OTHER))

    words = "There is nothing to do by e-mail any more (satisfied), so the draft was taken away."
    assert withdraw(place, OVER, an_action(decision="ee")) == [(OVER.decision, Outcome.CANCELLED, words)]
    assert place.contents() == before
    assert withdraw(place, OVER) == []


def test_a_draft_that_the_person_changed_stays_though_it_is_over(place: Place) -> None:
    export(place, draft())
    place.change(b"thank you for", b"thank you so much for")
    before = place.contents()

    [(_, outcome, words)] = withdraw(place, OVER)

    assert outcome == Outcome.KEPT
    assert words.endswith("any more (satisfied). You changed this draft, so it was left alone.")
    assert place.contents() == before


def test_a_draft_of_ones_own_to_the_same_person_is_nobodys_business(place: Place) -> None:
    export(place, draft())
    place.add(b"To: Ann Lee <ann@example.com>\r\nSubject: Thank you\r\n\r\nMine.\r\n")

    assert [outcome for _, outcome, _ in withdraw(place, OVER)] == [Outcome.CANCELLED]
    assert [b"Mine." in data for data in place.contents()] == [True]


def test_links_are_nowhere_to_be_taken_from() -> None:
    assert list(Email().withdraw([OVER], "mailto:")) == []


ASKED_NO_MORE = Judged(as_of=a_context().as_of, cases=frozenset({"acme"}), decisions=frozenset({OTHER}))


def sweep(place: Place, judged: Judged = ASKED_NO_MORE) -> list[tuple[str, Outcome, str]]:
    return [(one.decision, one.outcome, one.message) for one in Email().sweep(judged, place.url)]


def test_what_nothing_asks_for_any_more_is_taken_away_and_nothing_else(place: Place) -> None:
    others = (draft(decision=OTHER), draft(decision="ee", case="best"), draft(decision="dd", case="acme "))
    export(place, *others)
    place.add(b"To: Bob <bob@example.com>\r\nSubject: Thank you\r\n\r\nMine.\r\n")
    before = place.contents()
    export(place, draft(), *others)

    words = "Nothing in the log asks for it any more, so the draft was taken away."
    assert sweep(place) == [(OVER.decision, Outcome.CANCELLED, words)]
    assert place.contents() == before
    assert sweep(place) == []


def test_a_draft_that_the_person_changed_stays_though_nothing_asks_for_it(place: Place) -> None:
    export(place, draft())
    place.change(b"thank you for", b"thank you so much for")
    before = place.contents()

    [(_, outcome, words)] = sweep(place)

    assert outcome == Outcome.KEPT
    assert words == "Nothing in the log asks for it any more. You changed this draft, so it was left alone."
    assert place.contents() == before


def test_twice_as_many_drafts_are_twice_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = [0]

    def counted(message: EmailMessage, name: str) -> str:
        counts[-1] += 1
        return header(message, name)

    monkeypatch.setattr("punctilio_email.shelves.header", counted)
    for many in (10, 20):
        drafts = [draft(decision=f"{number:016x}") for number in range(many)]
        folder = InFolder(str(tmp_path / str(many)))
        export(folder, *drafts)
        counts.append(0)
        assert set(outcomes(folder, *drafts)) == {Outcome.UNCHANGED}

    assert counts[2] <= 2 * counts[1]
