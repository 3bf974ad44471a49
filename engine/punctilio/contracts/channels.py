"""A channel takes what is to be done to where a person does it: a mail program, a calendar, a page to copy from.

The engine decides what may be done, fills in the text, and asks the channel to ``render`` it: a draft. A person's
command then has the drafts exported, or sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from punctilio.value import Value


class Person(Value, kw_only=True):
    """Somebody in the log. ``attributes`` is what was noted of them (``email``, ``profile``, ``role``): data from a
    log, so it may hold anything."""

    key: str
    name: str | None = None
    attributes: Mapping[str, str] = MappingProxyType({})


class Action(Value, kw_only=True):
    """What one decision proposes, and until when. Instants are aware, in UTC; ``zone`` is that of the case.

    ``verdict`` is ``due``, ``open`` or ``overdue`` for what may be done now; ``waiting`` for what opens later, and a
    settled one (``satisfied``, ``cancelled``, …) for what a calendar has to take back. What is forbidden
    (``blocked``) is never handed to a channel: an ``Agenda`` gets it as waiting until it is allowed, or as excused.
    """

    decision: str
    """The id of the decision: 16 hexadecimal digits, the same in every run."""
    case: str
    rule: str
    title: str
    """Of the rule."""
    verdict: str
    type: str
    """The event that the action would be, such as ``message.sent``; empty where the rule proposes none, as it may in
    an ``Agenda``."""
    fields: Mapping[str, str | tuple[str, ...]] = MappingProxyType({})
    """What the rule says of that event, such as ``purpose``."""
    template: str | None = None
    to: Person | None = None
    """None where the log names nobody who fits: a gap for a person to fill."""
    through: Person | None = None
    """Who passes it on."""
    zone: str = "UTC"
    opens_at: datetime | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    """Why, in sentences."""


class Message(Value, kw_only=True):
    """A message that went out, as the log has it, or that was drafted in this run to go out at the as-of.

    ``at`` is aware, in UTC; ``people`` are the keys of whom it went to; ``fields`` is what the log or the rule says of
    it in one word or number each, such as ``purpose``; ``text`` is None where the log does not have it.
    """

    at: datetime
    case: str
    people: tuple[str, ...] = ()
    fields: Mapping[str, str] = MappingProxyType({})
    text: str | None = None


class Context(Value, kw_only=True):
    """What there is to make a draft of. ``text`` and ``subject`` are filled in from the template and the log; ``gaps``
    are the places in them that only the person can write, as they stand there. Everything in it is data from a log."""

    as_of: datetime
    text: str = ""
    subject: str | None = None
    gaps: tuple[str, ...] = ()
    facts: Mapping[str, Mapping[str, object]] = MappingProxyType({})
    """What the log says, as templates see it: ``facts["case"]["company"]``."""
    options: Mapping[str, str] = MappingProxyType({})
    """What the person set for this channel, such as ``{"account": "paid"}``."""
    messages: tuple[Message, ...] = ()
    """What went before by this channel, in every case, for channels that count: what the log has until the as-of, the
    earliest first, with what names no channel there; then what this run drafted by it so far. Empty where one case
    alone is drafted."""


class Limits(Value, kw_only=True):
    """How much fits; None is no limit. ``characters`` and ``subject`` count Unicode characters."""

    characters: int | None = None
    subject: int | None = None
    attachments: int | None = None


class Draft(Value, kw_only=True):
    """A message or an entry, ready for a person to look at. ``action`` is the one that was asked for, unchanged."""

    action: Action
    channel: str
    text: str
    subject: str | None = None
    url: str | None = None
    """Where the person goes to send it."""
    gaps: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    """Paths of files."""
    remarks: tuple[str, ...] = ()
    """What the person should know beside it, in sentences; its reader does not see them."""

    @property
    def content_hash(self) -> str:
        """SHA-256, hexadecimal, of all that its reader would see: with the decision, what is delivered once at most."""
        to = self.action.to
        reader = None if to is None else [to.key, to.name, sorted(to.attributes.items())]
        seen = [self.channel, reader, self.subject, self.text, self.url, list(self.attachments)]
        return hashlib.sha256(json.dumps(seen).encode("ascii")).hexdigest()


def case_mark(case: str) -> str:
    """32 hexadecimal digits, by which an item can say of which case it is, whatever that is called."""
    return hashlib.sha256(case.encode(errors="surrogatepass")).hexdigest()[:32]


class Outcome(StrEnum):
    """What became of a draft."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """The person changed or completed the item, so it was left alone."""
    CANCELLED = "cancelled"
    SENT = "sent"
    REFUSED = "refused"
    """Nothing was done, surely; ``message`` says why."""
    UNKNOWN = "unknown"
    """Nobody can say whether it was done, as after a connection that broke off."""


class Receipt(Value, kw_only=True):
    """What became of the draft of a decision, and where: a path or an address. ``message`` is a sentence."""

    decision: str
    outcome: Outcome
    place: str = ""
    message: str = ""


@runtime_checkable
class Channel(Protocol):
    """What ``channel: NAME`` in a rule means. ``punctilio.testing.ChannelContract`` tries all that is said here."""

    @property
    def name(self) -> str:
        """Lower-case words joined by hyphens, such as ``carrier-pigeon``. Nobody else has it."""
        ...

    def limits(self, options: Mapping[str, str]) -> Limits:
        """How much fits, with what the person set. The engine refuses a draft that is over them.

        Raises UsageError, with a sentence that says what to do, for an option that there is not: it is asked first.
        """
        ...

    def render(self, action: Action, context: Context) -> Draft:
        """The draft. It reads no file and no clock and reaches no network: the same is made of the same.

        A text is never cut to fit. Raises ``punctilio.errors.UsageError``, with a sentence that says what to do, where
        none can be made.
        """
        ...

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        """Put the drafts where a person finds them: ``destination`` is a folder, a file or an address.

        Idempotent: the same drafts again change nothing, another text replaces what was there, and what the person
        changed is left alone. One receipt for each draft. Raises ``UsageError`` for a destination that cannot be used,
        and OSError where the system refuses.
        """
        ...


@runtime_checkable
class Sender(Channel, Protocol):
    """A channel that can also send. The engine keeps the books, so that nothing is sent twice."""

    def deliver(self, draft: Draft, destination: str) -> Receipt:
        """Send one draft, once. An outcome that is not certain is ``UNKNOWN``, and never tried again here."""
        ...


class Attempt(Value, kw_only=True):
    """A delivery that was interrupted. ``begun_at`` is in UTC; ``person`` is the key of whom it was to, None for
    nobody; ``destination`` and ``content_hash`` are those of the draft that was to be sent."""

    decision: str
    content_hash: str
    destination: str
    begun_at: datetime
    case: str
    person: str | None = None


@runtime_checkable
class Asker(Sender, Protocol):
    """A sender that can find out what became of a delivery that was interrupted."""

    def was_delivered(self, attempt: Attempt, place: str) -> bool | None:
        """Whether it arrived, by what stands at ``place``, such as the mailbox of what was sent: True or False only
        where that is certain, None otherwise. That nothing is found is certain only where nothing could be lost.

        It is asked when a person says so, and it sends and changes nothing. Raises ``UsageError`` for a place that
        cannot be asked, and OSError where the system refuses.
        """
        ...


@runtime_checkable
class Withdrawer(Channel, Protocol):
    """A channel that can take away what it exported. Otherwise that stays there until the person deletes it."""

    def withdraw(self, actions: Sequence[Action], destination: str) -> Iterable[Receipt]:
        """Take away the drafts of these actions, which are not to be done by this channel now: they are done,
        cancelled, forbidden, or go another way (``verdict``). All of them are of cases that were just exported.

        What the person changed is left alone (``KEPT``), and what is of other decisions is not looked at. One receipt
        for each action of which a draft is there, ``CANCELLED`` where it was taken away, and none for the others.
        Raises ``UsageError`` for a destination that cannot be used, and OSError where the system refuses.
        """
        ...


class Judged(Value, kw_only=True):
    """What an export knows all of: the cases that it judged, and every decision that there is in them. ``as_of`` is
    aware, in UTC."""

    as_of: datetime
    cases: frozenset[str]
    decisions: frozenset[str]

    @property
    def marks(self) -> frozenset[str]:
        """The mark of each case (``case_mark``)."""
        return frozenset(map(case_mark, self.cases))


@runtime_checkable
class Sweeper(Channel, Protocol):
    """A channel that can find what it exported by decisions that there are no more."""

    def sweep(self, judged: Judged, destination: str) -> Iterable[Receipt]:
        """Take away what stands there of these cases and of none of these decisions: what it arose from was retracted
        or taken out of the log, or its rule is no more.

        An item of another case, or that does not say of which it is, is not looked at; what the person changed is left
        alone (``KEPT``). One receipt for each such decision that is shown there, ``CANCELLED`` where it was taken
        away. Raises ``UsageError`` for a destination that cannot be used, and OSError where the system refuses.
        """
        ...


@runtime_checkable
class Agenda(Channel, Protocol):
    """A channel that shows a whole plan, as a calendar does, whatever channel a rule names.

    Other channels are handed what may be done now, by them. This one is handed every expectation of a case: what
    waits too, and what is settled, which it takes back where it shows it. Of each case it gets all or nothing.
    """

    @property
    def shows_plans(self) -> bool:
        """True. A channel that is no agenda has no such attribute."""
        ...
