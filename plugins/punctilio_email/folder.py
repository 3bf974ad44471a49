"""A folder of .eml files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from punctilio.contracts import Draft
from punctilio_email.messages import read, read_headers
from punctilio_email.shelves import Item

_NAME: Final = re.compile(r"(?:.*-)?([0-9a-f]{16})\.eml")
_LONGEST: Final = 40


class Folder:
    """Each file is named by whom the draft is to, and by its decision."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def items(self) -> Iterator[Item]:
        for file in sorted(self.path.glob("*.eml")):
            named = _NAME.fullmatch(file.name)
            if file.is_file():
                yield Item(str(file), read_headers(file.read_bytes()), named[1] if named else None)

    def whole(self, item: Item) -> EmailMessage:
        return read(Path(item.place).read_bytes())

    def put(self, message: EmailMessage, draft: Draft) -> str:
        file = self.path / f"{_reader(draft)}{draft.action.decision}.eml"
        with NamedTemporaryFile(dir=self.path, prefix=".", suffix=".part", delete=False) as new:
            try:
                new.write(message.as_bytes())
                new.flush()
                os.fsync(new.fileno())
                Path(new.name).replace(file)
            finally:
                Path(new.name).unlink(missing_ok=True)
        return str(file)

    def remove(self, item: Item) -> None:
        Path(item.place).unlink(missing_ok=True)


def _reader(draft: Draft) -> str:
    """Whom it is to, as a file can be called on every system."""
    to = draft.action.to
    name = re.sub(r"[^a-z0-9]+", "-", (to.name or to.key).lower()).strip("-")[:_LONGEST] if to else ""
    return f"{name}-" if name else ""
