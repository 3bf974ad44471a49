"""A calendar on a server, by CalDAV (RFC 4791): every item is written on the condition that nobody wrote meanwhile."""

from __future__ import annotations

import netrc
import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from icalendar import Component

from punctilio.contracts import Outcome
from punctilio.errors import UsageError
from punctilio_calendar.entries import OURS
from punctilio_calendar.items import calendars_in, is_ours, items_in, uid_of, written
from punctilio_calendar.library import missing
from punctilio_calendar.merging import Effect

try:
    from caldav.davclient import DAVClient
    from caldav.lib.error import AuthorizationError, DAVError
except ModuleNotFoundError as error:
    raise missing("caldav") from error

PASSWORD: Final = "RULES_CALDAV_PASSWORD"
"""The variable of the environment that holds it: what stands on a command line, others can see."""
_PATIENCE: Final = 30
"""Seconds."""
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_CALENDAR: Final = "{urn:ietf:params:xml:ns:caldav}calendar"
_TYPE: Final = "{DAV:}resourcetype"
_SORTS: Final = "{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set"
_WHAT: Final = """<?xml version="1.0" encoding="utf-8"?>
<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><D:resourcetype/><C:supported-calendar-component-set/></D:prop>
</D:propfind>"""
_QUERY: Final = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><D:getetag/><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"/></C:filter>
</C:calendar-query>"""


@contextmanager
def opened(address: str) -> Generator[Server, None, None]:
    """The calendar at an address such as ``https://mara@dav.example.com/mara/jobs/``.

    Raises UsageError where the address, the password or the server is of no use.
    """
    url, user = _parts(address)
    password = _password(url, user) if user else None
    client = DAVClient(url, username=user, password=password, timeout=_PATIENCE, enable_rfc6764=False)
    with client:
        yield Server(client, url)


class Server:
    """Items are found by one question; each that changes is one request."""

    is_synced = True

    def __init__(self, client: DAVClient, url: str) -> None:
        self._client = client
        self._url = url
        self._known: dict[str, tuple[str, str]] = {}
        self._sorts: tuple[str, ...] = ()
        self._is_lost = False

    def items(self) -> Mapping[str, Component]:
        found: dict[str, Component] = {}
        for address, etag, text in self._all():
            for item in _ours(text):
                found[uid_of(item)] = item
                self._known[uid_of(item)] = (address, etag)
        return found

    def put(self, item: Component) -> Effect:
        uid = uid_of(item)
        if self._sorts and item.name not in self._sorts:
            other, sort = ("events", "tasks") if item.name == "VTODO" else ("tasks", "events")
            raise UsageError(f"{self._url} takes no {sort}. Set --option entries={other}, or name another calendar.")
        address, etag = self._known.get(uid, (urljoin(self._url, f"{uid}.ics"), ""))
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        headers |= {"If-Match": etag} if etag else {"If-None-Match": "*"}
        done = Outcome.REPLACED if etag else Outcome.CREATED
        return self._asked("PUT", address, written(item).decode(), headers, done)

    def take_out(self, item: Component) -> Effect:
        address, etag = self._known[uid_of(item)]
        return self._asked("DELETE", address, "", {"If-Match": etag}, Outcome.CANCELLED)

    def where(self, uid: str) -> str:
        return self._known[uid][0] if uid in self._known else ""

    def _all(self) -> Iterator[tuple[str, str, str]]:
        """Address, etag and text of everything there."""
        host = urlsplit(self._url).netloc
        try:
            self._require_calendar()
            found = self._client.report(self._url, _QUERY, depth=1).parse_calendar_query()
        except AuthorizationError:
            raise UsageError(
                f"{self._url} lets nobody in by this name and password. Write the name into the address"
                f" (https://NAME@…), and the password into {PASSWORD}."
            ) from None
        except (OSError, DAVError) as failure:
            raise UsageError(f"{self._url} does not answer ({type(failure).__name__}). Is the address right?") from None
        for one in found:
            address = urljoin(self._url, one.href)
            if one.etag and one.calendar_data and urlsplit(address).netloc == host:
                yield address, one.etag, one.calendar_data

    def _require_calendar(self) -> None:
        """Some servers keep what is put into a folder that is no calendar, where no program ever shows it."""
        answer = self._client.propfind(self._url, _WHAT)
        told = answer.parse_propfind() if answer.status == 207 else []
        properties = told[0].properties if told else {}
        if _CALENDAR not in (properties.get(_TYPE) or ()):
            raise UsageError(f"{self._url} is no calendar. Name one, as your calendar program or its server shows it.")
        self._sorts = tuple(properties.get(_SORTS) or ())

    def _asked(self, method: str, address: str, body: str, headers: Mapping[str, str], done: Outcome) -> Effect:
        """Ask for a change, once. Whoever lost the connection cannot say whether it was made."""
        if self._is_lost:
            return Effect(Outcome.REFUSED, address, "The connection was lost before its turn came. Export again.")
        try:
            status = self._client.request(address, method, body, headers).status
        except AuthorizationError:
            status = 403
        except (OSError, DAVError):
            self._is_lost = True
            return Effect(Outcome.UNKNOWN, address, "The connection was lost. Export again: that does no harm.")
        if 200 <= status < 300:
            return Effect(done, address)
        if status == 412:
            return Effect(Outcome.KEPT, address, "Another program wrote there just now. Export again.")
        return Effect(Outcome.REFUSED, address, f"The server answered {status}.")


def _ours(text: str) -> list[Component]:
    """Our items of a text. One that cannot be read is none of ours."""
    if OURS not in text:
        return []
    try:
        return [item for calendar in calendars_in(text) for item in items_in(calendar) if is_ours(item)]
    except ValueError:
        return []


# ── addresses and passwords ──


def _parts(address: str) -> tuple[str, str | None]:
    """The address without the person's name, and the name. Raises UsageError for one that would give away secrets."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError(f"{address} is no address. Write it like https://NAME@dav.example.com/calendar/.") from None
    if parts.password is not None:
        raise UsageError(f"Others can see a password that stands in a command. Put it into {PASSWORD}.")
    if parts.username and parts.scheme == "http" and host not in _LOOPBACK:
        raise UsageError("This address would send your password unprotected. Write https://.")
    netloc = f"[{host}]" if ":" in host else host
    url = urlunsplit((parts.scheme, f"{netloc}:{port}" if port else netloc, parts.path.rstrip("/") + "/", "", ""))
    return url, unquote(parts.username) if parts.username else None


def _password(url: str, user: str) -> str:
    """From the environment, else from ~/.netrc."""
    given = os.environ.get(PASSWORD)
    if given:
        return given
    with suppress(OSError, netrc.NetrcParseError):
        known = netrc.netrc().authenticators(urlsplit(url).hostname or "")
        if known and known[0] == user and known[2]:
            return known[2]
    raise UsageError(f"There is no password for {user}. Put it into {PASSWORD}, or into ~/.netrc.")
