"""A Maildir: a folder of mail that many mail programs and servers read."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from punctilio.contracts import Draft
from punctilio_email.messages import read, read_headers
from punctilio_email.shelves import Item

_PARTS = ("cur", "new", "tmp")
_DRAFT_AND_SEEN = "DS"
_TRASHED = "T"


def is_maildir(path: Path) -> bool:
    return all((path / part).is_dir() for part in _PARTS)


class Maildir:
    """Drafts stand among the messages that were seen, with the flag of drafts."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.box = mailbox.Maildir(path)

    def items(self) -> Iterator[Item]:
        for key in sorted(self.box.keys()):
            if _TRASHED not in self.box.get_message(key).get_flags():
                yield Item(key, read_headers(self.box.get_bytes(key)))

    def whole(self, item: Item) -> EmailMessage:
        return read(self.box.get_bytes(item.place))

    def put(self, message: EmailMessage, draft: Draft) -> str:
        written = mailbox.MaildirMessage(message.as_bytes())
        written.set_subdir("cur")
        written.set_flags(_DRAFT_AND_SEEN)
        return self.box.add(written)

    def remove(self, item: Item) -> None:
        self.box.discard(item.place)
