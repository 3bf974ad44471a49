"""How many invitations with a note are left in a month, as far as a log can say."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from punctilio.contracts import Action, Context
from punctilio_linkedin.accounts import AS_OF, Account

WAIT: Final = "Wait until "
"""How the remark begins where none is left."""
_INVITATION: Final = "connect"
_CHANNEL: Final = "linkedin"


def on_allowance(action: Action, context: Context, account: Account) -> str | None:
    """A remark on what is left for this invitation; None where any number is, or it is another message."""
    if account.notes is None or not _is_invitation({"channel": _CHANNEL, **action.fields}):
        return None
    zone = ZoneInfo(action.zone)
    month = _month(context.as_of, zone)
    used = sum(_is_invitation(one.fields) and _month(one.at, zone) == month for one in context.messages)
    of = f"{account.name} account, as of {AS_OF}"
    if used < account.notes:
        return (
            f"By the log this is invitation with a note {used + 1} of {account.notes} in {_words(month)} ({of})."
            " LinkedIn may have counted others: where it has none left, wait for the next month."
        )
    return (
        f"{WAIT}1 {_words(month + 1)}: by the log, the {account.notes} invitations with a note in {_words(month)}"
        f" are used up ({of}). Do not invite without a note before then."
    )


def _month(instant: datetime, zone: ZoneInfo) -> int:
    """The month by the clocks of the zone, counted through the years."""
    try:
        local = instant.astimezone(zone)
    except OverflowError:  # beyond the years 1 to 9999
        local = instant
    return local.year * 12 + local.month - 1


def _words(month: int) -> str:
    return f"{month_name[month % 12 + 1]} {month // 12}"


def _is_invitation(fields: Mapping[str, object]) -> bool:
    """By what it is for; where that is not said, what goes by LinkedIn may be one. One whose words the log does not
    have counts too: it may have had some."""
    purpose = fields.get("purpose")
    return purpose == _INVITATION or (purpose is None and fields.get("channel") == _CHANNEL)
