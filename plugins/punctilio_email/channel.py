"""The channel itself."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from punctilio.contracts import Action, Attempt, Context, Draft, Judged, Limits, Outcome, Receipt
from punctilio.errors import UsageError
from punctilio_email.addresses import address_of
from punctilio_email.links import mailto
from punctilio_email.messages import message_of, one_line

if TYPE_CHECKING:
    from punctilio_email.shelves import Shelf

_LIMITS: Final = Limits(characters=100_000, subject=200, attachments=0)
_LINKS: Final = "mailto:"
_MAILDIR: Final = "maildir:"


class Email:
    """Drafts of e-mails: as .eml files, in a Maildir, in the drafts of a mail server; or sent by SMTP."""

    name = "email"

    def limits(self, options: Mapping[str, str]) -> Limits:
        if options:
            raise UsageError(f"E-mail has no option `{min(options)}`. Leave it out.")
        return _LIMITS

    def render(self, action: Action, context: Context) -> Draft:
        """The draft, with a ``mailto:`` link where there is an address and the text is short enough for one."""
        subject = one_line(context.subject or "")
        address = address_of(action.to)
        draft = Draft(
            action=action,
            channel=self.name,
            text=context.text,
            subject=subject or None,
            url=mailto(address, subject, context.text) if address else None,
            gaps=context.gaps,
        )
        message_of(draft)  # raises UsageError for what no mail can say
        return draft

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        """Put the drafts into a folder, into a Maildir (``maildir:PATH``, or a folder that is one), or into a folder of
        a server (``imaps://USER@HOST/FOLDER``); or give a link to each (``mailto:``)."""
        if destination == _LINKS:
            return tuple(_link(draft) for draft in drafts)
        from punctilio_email.shelves import put_all  # what renders a draft does without it

        with _shelf(destination) as shelf:
            return tuple(put_all(drafts, shelf))

    def withdraw(self, actions: Sequence[Action], destination: str) -> Iterable[Receipt]:
        """Take away the drafts of what is not to be done any more, from where they were exported to."""
        if destination == _LINKS:
            return ()
        from punctilio_email.shelves import take_all  # what renders a draft does without it

        with _shelf(destination) as shelf:
            return tuple(take_all(actions, shelf))

    def sweep(self, judged: Judged, destination: str) -> Iterable[Receipt]:
        """Take away the drafts of these cases by decisions that there are no more."""
        if destination == _LINKS:
            return ()
        from punctilio_email.shelves import sweep_all  # what renders a draft does without it

        with _shelf(destination) as shelf:
            return tuple(sweep_all(judged, shelf))

    def deliver(self, draft: Draft, destination: str) -> Receipt:
        """Send the draft by a server (``smtps://USER@HOST``, ``smtp://USER@HOST:587?from=ADDRESS``)."""
        from punctilio_email.smtp import send  # what renders a draft does without it

        return send(draft, destination)

    def was_delivered(self, attempt: Attempt, place: str) -> bool | None:
        """Whether the message stands in a mailbox of what was sent (``imaps://USER@HOST/FOLDER``). Where it does not,
        nobody can say: not every server keeps what it sends."""
        from punctilio_email import imap, servers  # what renders a draft does without them

        if servers.scheme_of(place) not in ("imap", "imaps"):
            raise UsageError(f"{place} is no mailbox. Name that of your sent mail, such as imaps://USER@HOST/Sent.")
        return imap.has_sent(servers.server(place), attempt.decision) or None


@contextmanager
def _shelf(destination: str) -> Generator[Shelf, None, None]:
    """Where drafts stand, by its address. Raises UsageError for what is none."""
    from punctilio_email import folder, imap, maildir, servers

    scheme = servers.scheme_of(destination)
    if scheme in ("imap", "imaps"):
        with imap.mailbox(servers.server(destination)) as box:
            yield box
        return
    if scheme in ("smtp", "smtps"):
        raise UsageError(f"{destination} sends. Say --send where that is meant, or name a folder for drafts.")
    if scheme:
        raise UsageError(f"E-mail knows no {scheme}:// addresses. Name a folder, or imaps://USER@HOST.")
    path = Path(destination.removeprefix(_MAILDIR))
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file. Name a folder.")
    is_maildir = destination.startswith(_MAILDIR) or maildir.is_maildir(path)
    yield maildir.Maildir(path) if is_maildir else folder.Folder(path)


def _link(draft: Draft) -> Receipt:
    if draft.url:
        return Receipt(decision=draft.action.decision, outcome=Outcome.CREATED, place=draft.url)
    lacking = "There is no link, since there is no address in the log or the text is too long. Name a folder instead."
    return Receipt(decision=draft.action.decision, outcome=Outcome.REFUSED, message=lacking)
