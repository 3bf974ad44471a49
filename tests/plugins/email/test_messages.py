"""Drafts as messages: whatever a log holds is data in them."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from punctilio.contracts import Draft, Person
from punctilio.errors import UsageError
from punctilio.testing import a_context, an_action
from punctilio_email.addresses import in_ascii
from punctilio_email.channel import Email
from punctilio_email.messages import content_hash, is_untouched, message_of, read

HEADERS = [
    "To",
    "Subject",
    "Message-ID",
    "X-Unsent",
    "X-Punctilio-Decision",
    "X-Punctilio-Case",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
    "X-Punctilio-Content",
]
ADDRESS = "ann@example.com"

many = settings(max_examples=200, derandomize=True)

hostile = st.one_of(
    st.text(),
    st.text(alphabet=st.sampled_from('ab \t\r\n\x00\x0b\x0c\x1c\x85\u2028"\\<>(),:;@=?é王🕊.[]'), max_size=120),
    st.lists(
        st.sampled_from(["\r\n", "\n", "Bcc: eve@example.com", "\r\n\r\n", "=?utf-8?q?=0D=0ABcc:_eve=40example.com?=",
                         '", eve@example.com, "', "<eve@example.com>", ",", " ", "x" * 70, "Zoë"]),
        max_size=8,
    ).map("".join),
)  # fmt: skip


def draft(text: str = "Hello.", subject: str | None = "Thank you", name: str | None = "Ann Lee") -> Draft:
    ann = Person(key="ann", name=name, attributes={"email": ADDRESS})
    return Email().render(an_action(to=ann), a_context(text=text, subject=subject))


def read_again(message: EmailMessage) -> EmailMessage:
    return message_from_bytes(message.as_bytes(), _class=EmailMessage, policy=policy.default)


@many
@given(name=hostile, subject=hostile)
@example(name='Lee, Ann" <eve@example.com>, "', subject="")
@example(name="=?utf-8?q?a=0D=0ABcc:_eve=40example.com?=", subject="=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=")
def test_no_header_can_be_made_by_a_name_or_a_subject(name: str, subject: str) -> None:
    try:
        message = message_of(draft(name=name, subject=subject))
    except UsageError:
        return

    data = message.as_bytes()
    head = data.partition(b"\r\n\r\n")[0]
    back = read_again(message)

    assert back.keys() == HEADERS
    assert not back.defects
    assert [one.addr_spec for one in back["To"].addresses] == [ADDRESS]
    assert b"\x00" not in head
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert back.get_content().strip() == "Hello."


@many
@given(text=hostile)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    try:
        message = message_of(draft(text=text))
    except UsageError:
        return

    back = read_again(message)

    assert back.keys() == HEADERS
    assert not back.is_multipart()
    written = text.replace("\r\n", "\n").replace("\r", "\n")
    assert back.get_content().replace("\r\n", "\n").rstrip("\n") == written.rstrip("\n")
    assert all(len(line) <= 998 for line in message.as_bytes().split(b"\r\n"))


@many
@given(text=hostile, subject=hostile, name=hostile)
def test_what_was_written_is_untouched_and_always_the_same(text: str, subject: str, name: str) -> None:
    try:
        message = message_of(draft(text, subject, name))
    except UsageError:
        return

    assert is_untouched(read(message.as_bytes()))
    assert message.as_bytes() == message_of(draft(text, subject, name)).as_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Hello.", b"Hello, Ann."),
        (b"Subject: Thank you", b"Subject: Many thanks"),
        (b"To: Ann Lee", b"Cc: bob@example.com\r\nTo: Ann Lee"),
        (b"To: Ann Lee <ann@example.com>", b"To: bob@example.com"),
    ],
)
def test_what_a_person_changed_is_noticed(before: bytes, after: bytes) -> None:
    data = message_of(draft()).as_bytes()

    assert is_untouched(read(data))
    assert before in data
    assert not is_untouched(read(data.replace(before, after)))


def test_what_mail_programs_do_to_lines_is_no_change() -> None:
    data = message_of(draft("One  \nTwo")).as_bytes()

    assert is_untouched(read(data.replace(b"\r\n", b"\n") + b"\n\n"))


@many
@given(st.binary())
@example(b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xff")
@example(b"To: <\r\nSubject: =?utf-8?q?=ff\r\nContent-Transfer-Encoding: base64\r\n\r\n=\xff=")
def test_whatever_stands_in_a_mailbox_can_be_read(data: bytes) -> None:
    assert len(content_hash(read(data))) == 32


@many
@given(st.text())
@example("ann@exämple.com")
@example("änn@example.com")
@example("ann@example.com\r\nBcc: eve@example.com")
@example("ann@example.com, eve@example.com")
@example("ann@faß.de")
@example('"ann lee"@example.com')
def test_an_address_is_whole_or_refused(address: str) -> None:
    try:
        encoded = in_ascii(address)
    except UsageError:
        return

    local, _, domain = encoded.rpartition("@")
    assert encoded.isascii()
    assert address.startswith(f"{local}@")
    said = address.rpartition("@")[2]
    assert domain == said.lower() or domain.encode("ascii").decode("idna") == said.lower()


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        ("Ann.Lee+jobs@Example.com", "Ann.Lee+jobs@example.com"),
        ("ann@exämple.com", "ann@xn--exmple-cua.com"),
        ("ann@例え.jp", "ann@xn--r8jz45g.jp"),
    ],
)
def test_a_domain_in_other_letters_is_written_as_the_dns_does(address: str, encoded: str) -> None:
    assert in_ascii(address) == encoded


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("zoë@example.com", "has letters before the @"),
        ("ann@faß.de", "letters that may mean two domains"),
        ("ann@example.com\nBcc: x@example.com", "is no e-mail address"),
        ("ann", "is no e-mail address"),
        ("@example.com", "is no e-mail address"),
        ("ann@", "is no e-mail address"),
        ("ann@-example.com", "is no e-mail address"),
        (f"{'a' * 65}@example.com", "is no e-mail address"),
        (f"ann@{'a' * 64}.com", "is no e-mail address"),
        ("ann@[127.0.0.1]", "is no e-mail address"),
        ("ann\x00@example.com", "is no e-mail address"),
    ],
)
def test_an_address_that_is_none_is_refused(address: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        in_ascii(address)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UsageError, match="half a character"):
        draft("\ud800")
