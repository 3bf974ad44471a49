"""The folder of drafts on a mail server (IMAP), where every mail program of the person finds them."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Any, Final, cast

from punctilio.contracts import Draft
from punctilio.errors import UsageError
from punctilio_email.messages import CASE, DECISION, UNSENT, header, message_id, read, read_headers
from punctilio_email.servers import PASSWORD, PATIENCE, Server, encryption, password
from punctilio_email.shelves import Item

_DEFAULT: Final = '"Drafts"'
_HEADERS: Final = f"(FLAGS BODY.PEEK[HEADER.FIELDS ({DECISION} {CASE} MESSAGE-ID TO SUBJECT)])"
_SENT_HEADERS: Final = f"(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID {DECISION} {UNSENT} FROM DATE)])"
_LISTED: Final = re.compile(rb"\((?P<flags>[^)]*)\) (?:\"[^\"]*\"|NIL) (?P<name>\S.*)")
_UID: Final = re.compile(rb"\bUID (\d+)")
_APPENDED: Final = re.compile(rb"\d+ (\d+)")


class Mailbox:
    """A folder of a server. A message is known there by its UID."""

    def __init__(self, client: imaplib.IMAP4, name: str, address: str) -> None:
        self.client = client
        self.name = name
        self.address = address
        _, said = client.capability()  # some servers say more to who has logged in
        self.can_expunge_one = any(b"UIDPLUS" in line.upper().split() for line in said)

    def items(self) -> Iterator[Item]:
        for said, data in _fetched(self.client.uid("FETCH", "1:*", _HEADERS)):
            uid = _UID.search(said)
            if uid and rb"\deleted" not in said.lower():
                yield Item(self._place(uid[1].decode()), read_headers(data))

    def whole(self, item: Item) -> EmailMessage:
        found = _fetched(self.client.uid("FETCH", _uid(item), "(BODY.PEEK[])"))
        return read(found[0][1]) if found else item.headers

    def put(self, message: EmailMessage, draft: Draft) -> str:
        _require(self.client.append(self.name, r"(\Draft \Seen)", "", message.as_bytes()), "keep a draft")
        _, said = self.client.response("APPENDUID")
        uid = _APPENDED.match(said[0]) if said and isinstance(said[0], bytes) else None
        return self._place(uid[1].decode() if uid else "new")

    def remove(self, item: Item) -> None:
        """Only this message is expunged; a server that cannot do so is left to do it with the person's own."""
        _require(self.client.uid("STORE", _uid(item), "+FLAGS.SILENT", r"(\Deleted)"), "take away a draft")
        if self.can_expunge_one:
            _require(self.client.uid("EXPUNGE", _uid(item)), "take away a draft")

    def _place(self, uid: str) -> str:
        return f"{self.address};UID={uid}"


@contextmanager
def mailbox(server: Server) -> Generator[Mailbox, None, None]:
    """The folder that the address names, or that the server says is for drafts; made where it is not there.

    Raises UsageError where the server cannot be reached or refuses.
    """
    with _logged_in(server) as client:
        name = _quoted(server.path) if server.path else _special(client, b"\\drafts") or _DEFAULT
        if client.select(name)[0] != "OK":
            _require(client.create(name), "make the folder of drafts")
            _require(client.select(name), "open the folder of drafts")
        yield Mailbox(client, name, f"{server}/{name.strip(chr(34))}")


def has_sent(server: Server, decision: str) -> bool:
    """Whether the message of a decision stands in the folder that the address names, or that the server says is for
    what was sent. A draft of it is none that was sent.

    Raises UsageError where the server cannot be reached or refuses, or has no such folder.
    """
    with _logged_in(server) as client:
        name = _quoted(server.path) if server.path else _special(client, b"\\sent")
        if name is None:
            raise UsageError(f"{server} does not say where it keeps what was sent. Name the folder: {server}/FOLDER.")
        _require(client.select(name, readonly=True), "open that folder")
        wanted = message_id(decision)
        answer = client.uid("SEARCH", "HEADER", "Message-ID", f'"{wanted}"')
        _require(answer, "search that folder")
        uids = b",".join(part for part in answer[1] if isinstance(part, bytes)).split()
        found = _fetched(client.uid("FETCH", b",".join(uids).decode(), _SENT_HEADERS)) if uids else []
        return any(_was_sent(said, read_headers(data), wanted) for said, data in found)


def _was_sent(said: bytes, headers: EmailMessage, wanted: str) -> bool:
    is_it = header(headers, "Message-ID") == wanted
    is_draft = rb"\draft" in said.lower() or bool(header(headers, DECISION) or header(headers, UNSENT))
    return is_it and not is_draft and bool(header(headers, "From") and header(headers, "Date"))


@contextmanager
def _logged_in(server: Server) -> Generator[imaplib.IMAP4, None, None]:
    wanted = password(server) if server.user else ""
    try:
        client = _connected(server)
        try:
            if server.user:
                _log_in(client, server.user, wanted)
            yield client
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()
    except imaplib.IMAP4.error as refusal:
        raise UsageError(f"{server} refused: {_words(refusal)}. Mend that, and try again.") from None


def _connected(server: Server) -> imaplib.IMAP4:
    """Encrypted, unless the server is this machine."""
    if server.is_encrypted:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=encryption(), timeout=PATIENCE)
    client = imaplib.IMAP4(server.host, server.port, timeout=PATIENCE)
    try:
        if not server.is_here:
            client.starttls(encryption())
    except BaseException:
        client.shutdown()
        raise
    return client


def _log_in(client: imaplib.IMAP4, user: str, secret: str) -> None:
    if "AUTH=PLAIN" in client.capabilities:
        client.authenticate("PLAIN", lambda _: b"\0".join((b"", user.encode(), secret.encode())))
    elif secret.isascii() and secret.isprintable():
        client.login(_quoted(user), secret)
    else:
        raise UsageError(f"This server takes no such password. Choose one in ASCII characters, and set {PASSWORD}.")


def _special(client: imaplib.IMAP4, use: bytes) -> str | None:
    """The folder that the server says is for this use (RFC 6154), as it writes the name; None where it says none."""
    _, listed = client.list()
    for line in listed:
        found = _LISTED.fullmatch(line) if isinstance(line, bytes) else None
        if found and use in found["flags"].lower().split():
            return found["name"].decode("ascii")
    return None


def _quoted(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise UsageError(
            f"`{text}` cannot be written to this server. Use ASCII letters; without a folder in the address, the one "
            "that the server keeps drafts in is taken."
        )
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _uid(item: Item) -> str:
    return item.place.rpartition(";UID=")[2]


def _fetched(answer: tuple[str, list[Any]]) -> list[tuple[bytes, bytes]]:
    """What the server says of each message, and the octets that it gives of it."""
    _require(answer, "show what is there")
    given = answer[1]
    found: list[tuple[bytes, bytes]] = []
    for one, after in zip(given, [*given[1:], b""], strict=True):
        if isinstance(one, tuple):
            said, data = cast(tuple[bytes, bytes], one)
            found.append((said + (after if isinstance(after, bytes) else b""), data))
    return found


def _require(answer: tuple[str, Any], doing: str) -> None:
    if answer[0] != "OK":
        words = b" ".join(part for part in answer[1] or () if isinstance(part, bytes)).decode("ascii", "replace")
        raise imaplib.IMAP4.error(f"it does not {doing} ({words})")


def _words(refusal: Exception) -> str:
    told = refusal.args[0] if refusal.args else refusal
    return " ".join((told.decode("ascii", "replace") if isinstance(told, bytes) else str(told)).split()).rstrip(".")
