"""Addresses of profiles. They come from a log, so they are shown only where they are plain addresses of the web."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_PLAIN: Final = ":/?#@!$&*+,;=-._~%"
"""What stays as it is; everything else is written as %XX: quotation marks, brackets and letters of other scripts."""
_LONGEST: Final = 2000


def link_of(address: str) -> str | None:
    """The address as a link that is data wherever it is pasted; None for what is no http or https address.

    One with a name before an @ shows another host than it leads to, and is none.
    """
    trimmed = address.strip()
    if not trimmed.isprintable() or " " in trimmed or "\\" in trimmed:
        return None
    try:
        parts = urlsplit(trimmed)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    link = quote(trimmed, safe=_PLAIN)
    return link if len(link) <= _LONGEST else None


def is_of_linkedin(link: str) -> bool:
    """Whether it leads to LinkedIn."""
    host = urlsplit(link).hostname or ""
    return host == "linkedin.com" or host.endswith(".linkedin.com")
