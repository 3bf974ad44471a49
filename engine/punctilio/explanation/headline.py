"""The first line of every report for people: by what was judged, as of when, and by what was known when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from punctilio.explanation.values import Instant
from punctilio.inert import inert

HASH_DIGITS: Final = 12


def headline(name: str, digest: str, as_of: datetime, known_at: datetime | None, zone: str | None) -> str:
    """Such as ``after-interview 20db43448b62, as of Wed 4 Mar 2026 09:00 EST (2026-03-04T14:00:00Z)``.

    ``digest`` is the hash of the rulebook; the instants are aware. Where there is no one zone, UTC is told alone.
    """
    told = (("as of", as_of), ("known at", known_at))
    when = ", ".join(f"{word} {_by_both_clocks(instant, zone)}" for word, instant in told if instant)
    return f"{inert(name)} {digest[:HASH_DIGITS]}, {when}"


def _by_both_clocks(instant: datetime, zone: str | None) -> str:
    known = Instant(instant.astimezone(UTC).replace(tzinfo=None), zone or "UTC")
    return f"{known.local} ({known.iso})"
