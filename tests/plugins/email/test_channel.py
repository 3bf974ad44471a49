"""The channel holds to its contract, on every shelf that it has."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from punctilio.contracts import Channel, Outcome, Person
from punctilio.errors import UsageError
from punctilio.testing import ChannelContract, a_context, an_action
from punctilio_email.channel import Email
from punctilio_email.links import LONGEST


class TestFolder(ChannelContract):
    def channel(self) -> Channel:
        return Email()


class TestMaildir(ChannelContract):
    def channel(self) -> Channel:
        return Email()

    def destination(self, folder: Path) -> str:
        return f"maildir:{folder / 'box'}"


def test_a_short_draft_can_be_opened_by_a_link() -> None:
    text = "Dear Zoë,\n\nis 5 & 6 = 11? 100% & more #1"

    url = Email().render(an_action(), a_context(text=text, subject="A & B")).url

    assert url is not None
    parts = urlsplit(url)
    assert (parts.scheme, parts.path) == ("mailto", "ann@example.com")
    assert parse_qs(parts.query, strict_parsing=True) == {"subject": ["A & B"], "body": [text.replace("\n", "\r\n")]}


def test_what_is_too_long_for_a_link_has_none() -> None:
    assert Email().render(an_action(), a_context(text="x" * LONGEST)).url is None


def test_what_nobody_is_named_for_has_no_link() -> None:
    assert Email().render(an_action(to=None), a_context()).url is None


@pytest.mark.parametrize(
    ("destination", "sentence"),
    [
        ("smtps://mail.example.com", "sends. Say --send where that is meant"),
        ("ftp://mail.example.com", "E-mail knows no ftp:// addresses."),
        ("imaps://ann:secret@mail.example.com", "Leave the password out of the address"),
        ("imaps:///Drafts", "is no address of a mail server"),
        ("imaps://ann%0d%0aLOGOUT@mail.example.com", "is no address of a mail server"),
        ("imaps://mail.example.com?from=a&to=b", "is no address of a mail server"),
        ("imaps://mail.example.com:x", "is no address of a mail server"),
    ],
)
def test_a_place_that_is_none_is_named(destination: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refusal:
        Email().export([], destination)

    assert sentence in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_file_is_no_place_for_drafts(tmp_path: Path) -> None:
    file = tmp_path / "drafts"
    file.write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="is a file"):
        Email().export([], str(file))

    assert file.read_text(encoding="utf-8") == "mine"


def test_somebody_without_a_name_is_no_accident() -> None:
    ann = Person(key="ann", attributes={"email": "ann@example.com"})

    assert Email().render(an_action(to=ann), a_context()).url is not None


def test_links_are_given_where_there_are_any() -> None:
    drafts = [
        Email().render(an_action(), a_context()),
        Email().render(an_action(decision="fedcba9876543210", to=None), a_context()),
    ]

    with_link, without = Email().export(drafts, "mailto:")

    assert (with_link.outcome, with_link.place) == (Outcome.CREATED, drafts[0].url)
    assert (without.outcome, without.place) == (Outcome.REFUSED, "")


def test_an_option_that_there_is_not_is_named() -> None:
    with pytest.raises(UsageError, match="E-mail has no option `colour`"):
        Email().limits({"colour": "red"})
