"""Addresses of mail servers, and passwords, which are never part of an address."""

from __future__ import annotations

import netrc
import os
import ssl
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from punctilio.errors import UsageError

PASSWORD: Final = "RULES_EMAIL_PASSWORD"
"""The environment variable that holds it; without it, ~/.netrc is asked."""
PATIENCE: Final = 30.0
"""Seconds to wait for a server."""
_PORTS: Final = {"imap": 143, "imaps": 993, "smtp": 587, "smtps": 465}


class Server(NamedTuple):
    """A server, and who one is there. ``path`` is what follows the slash."""

    scheme: str
    host: str
    port: int
    user: str
    path: str
    sender: str

    @property
    def is_encrypted(self) -> bool:
        """Whether every byte is, from the first one on."""
        return self.scheme.endswith("s")

    @property
    def is_here(self) -> bool:
        """Whether nobody could listen on the way to it, since it is this machine."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


def scheme_of(place: str) -> str:
    """What stands before ``://`` in lower case, or empty."""
    before, found, _ = place.partition("://")
    return before.lower() if found and before.isalnum() else ""


def server(place: str) -> Server:
    """The server of an address such as ``imaps://ann%40example.com@mail.example.com/Drafts``.

    Raises UsageError for what is none, or names a password.
    """
    try:
        parts = urlsplit(place)
        port = parts.port
    except ValueError:
        raise _no_server(place) from None
    if parts.password is not None:
        raise UsageError(f"Leave the password out of the address: set {PASSWORD}, or write it into ~/.netrc.")
    fields = parse_qs(parts.query)
    if parts.scheme not in _PORTS or not parts.hostname or not place.isprintable() or fields.keys() - {"from"}:
        raise _no_server(place)
    user = unquote(parts.username or "")
    sender = fields.get("from", [user if "@" in user else ""])[-1]
    path = unquote(parts.path.removeprefix("/"))
    if not (user + sender + path).isprintable():
        raise _no_server(place)
    return Server(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, path, sender)


def password(of: Server) -> str:
    """The person's password. Raises UsageError where there is none."""
    said = os.environ.get(PASSWORD)
    if said is not None:
        return said
    try:
        entry = netrc.netrc().authenticators(of.host)
    except FileNotFoundError:
        entry = None
    except (netrc.NetrcParseError, OSError) as failure:
        raise UsageError(f"~/.netrc cannot be read: {failure}. Mend it, or set {PASSWORD}.") from None
    if entry is None or entry[0] not in ("", of.user) or not entry[2]:
        raise UsageError(f"There is no password for {of.user} on {of.host}. Set {PASSWORD}, or add it to ~/.netrc.")
    return entry[2]


def encryption() -> ssl.SSLContext:
    """What checks that the server is who it says it is."""
    return ssl.create_default_context()


def _no_server(place: str) -> UsageError:
    example = "imaps://ann%40example.com@mail.example.com/Drafts"
    return UsageError(f"`{place}` is no address of a mail server. Write one such as {example}.")
