"""``mailto:`` links (RFC 6068)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

LONGEST: Final = 2000
"""Characters. Browsers and mail programs cut longer ones, or do nothing."""


def mailto(address: str, subject: str, text: str) -> str | None:
    """A link that opens a new message in the person's mail program; None where it would be too long."""
    lines = "\r\n".join(text.split("\n"))
    fields = [
        f"{name}={quote(value, safe='', errors='replace')}"
        for name, value in (("subject", subject), ("body", lines))
        if value
    ]
    link = f"mailto:{quote(address, safe='@')}" + (f"?{'&'.join(fields)}" if fields else "")
    return link if len(link) <= LONGEST else None
