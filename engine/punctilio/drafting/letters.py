"""A message in a file: plain text, or an e-mail as mail programs write it."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from punctilio.drafting.hypertext import read_as_text
from punctilio.drafting.quotes import own_words
from punctilio.errors import UsageError
from punctilio.value import Value

LARGEST: Final = 1_000_000
"""Bytes."""
_MAIL: Final = (".eml",)
_SUBJECT: Final = "subject:"
_UNENCODED: Final = ("", "7bit", "8bit", "binary")


class Letter(Value, kw_only=True):
    """A message as read: the person's own words in it, without what it quotes.

    ``first_line`` is the line of the file on which ``text`` begins; 0 where the file holds it in another form, so that
    no line of it can be named. ``to`` are the addresses of everyone who gets it.
    """

    text: str
    subject: str | None
    first_line: int
    to: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    is_mail: bool = False


def read_letter(file: str | Path) -> Letter:
    """The message in a file. Raises UsageError for one that cannot be read."""
    path = Path(file)
    try:
        with path.open("rb") as stream:
            written = stream.read(LARGEST + 1)
    except OSError as refusal:
        raise UsageError(f"Cannot read {file}: {refusal.strerror or refusal}. Name a text or an .eml file.") from None
    if len(written) > LARGEST:
        raise UsageError(f"{file} is larger than {LARGEST:,} bytes, which is no message to a person.")
    letter = _mail(written, str(file)) if path.suffix.lower() in _MAIL else _plain(written, str(file))
    if not letter.text.strip():
        raise UsageError(f"{file} has no words of your own. Write the message first.")
    return letter


def _plain(written: bytes, name: str) -> Letter:
    """A text; a first line ``Subject: …`` is its subject."""
    try:
        lines = _lines(written.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8 text. Save it as UTF-8.") from None
    subject = None
    if lines and lines[0].lower().startswith(_SUBJECT):
        subject = lines[0][len(_SUBJECT) :].strip()
    begins = 1 if subject is not None else 0
    while begins < len(lines) and not lines[begins].strip():
        begins += 1
    return Letter(text=own_words("\n".join(lines[begins:])), subject=subject, first_line=begins + 1)


def _lines(text: str) -> list[str]:
    """As editors count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _mail(written: bytes, name: str) -> Letter:
    try:
        mail = message_from_bytes(written, policy=policy.default)
        return _read(mail, written)
    except (LookupError, ValueError, AttributeError, TypeError, IndexError) as failure:
        # The package raises these, and no one type, for headers and encodings that are not what they say.
        raise UsageError(f"{name} is no e-mail that can be read: {type(failure).__name__}: {failure}.") from None


def _read(mail: EmailMessage, written: bytes) -> Letter:
    body = mail.get_body(("plain", "html"))
    text = str(body.get_content()) if body is not None else ""
    is_html = body is not None and body.get_content_subtype() == "html"
    subject = mail.get("Subject")
    return Letter(
        text=own_words("\n".join(_lines(_whole(read_as_text(text) if is_html else text)))),
        subject=None if subject is None else " ".join(_whole(str(subject)).split()),
        first_line=0 if is_html else _first_line(mail, written),
        to=tuple(dict.fromkeys(_whole(address) for address in _addresses(mail))),
        attachments=tuple(_whole(part.get_filename() or part.get_content_type()) for part in mail.iter_attachments()),
        is_mail=True,
    )


def _whole(text: str) -> str:
    """The text with marks in the place of half characters, which broken headers leave."""
    return text.encode("utf-8", "replace").decode()


def _first_line(mail: EmailMessage, written: bytes) -> int:
    """Where the text begins, if it stands there as it is read: in a mail of one part that is not encoded."""
    encoding = str(mail.get("Content-Transfer-Encoding", "")).lower()
    if mail.is_multipart() or encoding not in _UNENCODED:
        return 0
    lines = written.splitlines()
    blank = next((number for number, line in enumerate(lines, 1) if not line.strip()), len(lines))
    return blank + 1


def _addresses(mail: EmailMessage) -> Iterator[str]:
    for header in ("To", "Cc", "Bcc"):
        for field in mail.get_all(header, []):
            yield from (str(address.addr_spec) for address in field.addresses if address.addr_spec)
