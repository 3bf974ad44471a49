"""Drafts as messages (RFC 5322), by the standard library's email package.

A message of ours says by which decision it was made, and the hash of what a person reads in it. Where what stands there
has another hash, the person changed it.
"""

from __future__ import annotations

import hashlib
import json
import re
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from typing import Final

from punctilio.contracts import Draft, case_mark
from punctilio.errors import UsageError
from punctilio_email.addresses import address_of

DECISION: Final = "X-Punctilio-Decision"
CASE: Final = "X-Punctilio-Case"
CONTENT: Final = "X-Punctilio-Content"
UNSENT: Final = "X-Unsent"
"""By which mail programs know a message to be edited."""
DOMAIN: Final = "punctilio.invalid"
"""Of every Message-ID: a name that nobody can own (RFC 2606)."""
_DIGITS: Final = 32
"""So many stand in a header on one line, which programs leave as it is."""
_LONGEST_LINE: Final = 78
_POLICY: Final = policy.SMTP
_READ_BY_PEOPLE: Final = ("to", "cc", "bcc")


def message_of(draft: Draft) -> EmailMessage:
    """The draft as a message that was not sent: the same bytes whenever it is made.

    It has neither sender nor date, which a mail program fills in as it sends. Raises UsageError where a mail cannot
    say it.
    """
    message = EmailMessage(policy=_POLICY)
    address = address_of(draft.action.to)
    if address is not None:
        name = draft.action.to.name if draft.action.to else None
        _address(message, "To", name or "", address)
    message["Subject"] = one_line(draft.subject or "")
    message["Message-ID"] = message_id(draft.action.decision)
    message[UNSENT] = "1"
    message[DECISION] = _digits(draft.action.decision)
    message[CASE] = case_mark(draft.action.case)
    _write_text(message, draft.text)
    message[CONTENT] = content_hash(read(message.as_bytes()))
    return message


def message_id(decision: str) -> str:
    return f"<{_digits(decision)}@{DOMAIN}>"


def read(data: bytes) -> EmailMessage:
    """A message as it stands somewhere, whatever is in it."""
    return BytesParser(EmailMessage, policy=_POLICY).parsebytes(data)


def read_headers(data: bytes) -> EmailMessage:
    """The headers alone."""
    return BytesHeaderParser(EmailMessage, policy=_POLICY).parsebytes(data)


def header(message: EmailMessage, name: str) -> str:
    """The first header of the name on one line; empty where there is none, or none that can be read."""
    try:
        return one_line(str(message.get(name, "")))
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):  # the parser's own mistakes on odd headers
        return ""


def addresses(message: EmailMessage, name: str) -> list[str]:
    """The addresses in a header, without names, in lower case."""
    return sorted(address.lower() for _, address in getaddresses([header(message, name)]) if address)


def content_hash(message: EmailMessage) -> str:
    """128 bits of SHA-256, hexadecimal, of what a person reads in a message: to whom, the subject, each part of
    the text. What mail programs do to lines is no matter."""
    seen = [
        [header(message, name) for name in _READ_BY_PEOPLE],
        header(message, "subject"),
        [_part(part) for part in message.walk() if not part.is_multipart()],
    ]
    return hashlib.sha256(json.dumps(seen).encode("ascii")).hexdigest()[:_DIGITS]


def is_untouched(message: EmailMessage) -> bool:
    """Whether it reads as it was written here."""
    return header(message, CONTENT) == content_hash(message)


def one_line(text: str) -> str:
    """The text as a header can hold it: on one line, without what does something instead of showing something.

    What looks like an encoded word (RFC 2047) is parted: the library would decode it, line ends and all.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()).replace("=?", "= ?")


def _digits(decision: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{1,64}", decision):
        raise UsageError(f"`{decision[:80]}` is no id of a decision: those are hexadecimal digits.")
    return decision


def _address(message: EmailMessage, header_name: str, name: str, address: str) -> None:
    """Set the header, with the name where the library carries it whole: no name can become an address."""
    message[header_name] = Address(one_line(name), addr_spec=address)
    back = read_headers(message.as_bytes())
    if [one.addr_spec for one in back[header_name].addresses] != [address] or back.keys() != message.keys():
        del message[header_name]
        message[header_name] = address


def _write_text(message: EmailMessage, text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    is_plain = lines.isascii() and all(len(line) <= _LONGEST_LINE for line in lines.split("\n"))
    is_plain = is_plain and all(c.isprintable() or c in "\n\t" for c in lines)
    try:
        message.set_content(lines, charset="utf-8", cte="7bit" if is_plain else "quoted-printable")
    except UnicodeEncodeError:
        raise UsageError("The text holds half a character (a lone surrogate), which no mail can carry.") from None


def _part(part: EmailMessage) -> list[str]:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if part.get_content_maintype() != "text":
        return [part.get_content_type(), hashlib.sha256(data).hexdigest()]
    charset = part.get_content_charset("utf-8")
    try:
        text = data.decode(charset, "replace")
    except LookupError:
        text = data.decode("latin-1")
    return [part.get_content_type(), "\n".join(line.rstrip() for line in text.splitlines()).strip()]
