"""How much an invitation can say, by the account that it is sent from.

These are LinkedIn's figures, which it changes now and then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from punctilio.errors import UsageError


class Account(NamedTuple):
    """``characters`` fit into a note; ``notes`` are the invitations with a note in a month, None for any number."""

    name: str
    characters: int
    notes: int | None


AS_OF: Final = "August 2026"
"""When the figures were last looked at. The characters: seen in the compose box of both sorts of account
(github.com/career-ops-hq/career-ops/pull/2951, 16 August 2026; likewise lettercounter.org and linkedhelper.com). The
notes: LinkedIn's help, answer a550555, from a copy; linkedhelper.com says three and lettercounter.org about ten."""
ACCOUNTS: Final = (Account("free", 200, 5), Account("paid", 300, None))
_KNOWN: Final = ("account", "characters", "notes")
_MOST: Final = 10_000


def account_of(options: Mapping[str, str]) -> Account:
    """The account as set, a free one where nothing is: ``account=paid``, and ``characters=N`` and ``notes=N`` where
    LinkedIn has changed its figures.

    Raises UsageError for an option that there is not, and for a value that says nothing.
    """
    for name in options:
        if name not in _KNOWN:
            raise UsageError(f"LinkedIn has no option `{name}`. It has {', '.join(_KNOWN[:-1])} and {_KNOWN[-1]}.")
    wanted = options.get("account", "free")
    for account in ACCOUNTS:
        if account.name == wanted:
            return Account(
                wanted,
                _number(options, "characters") or account.characters,
                _number(options, "notes") or account.notes,
            )
    raise UsageError(f"`account={wanted}` says nothing. Write account=free or account=paid.")


def _number(options: Mapping[str, str], name: str) -> int | None:
    """The number that was set; None where none was."""
    said = options.get(name)
    if said is None:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(_MOST)) and 0 < int(said) <= _MOST):
        raise UsageError(f"`{name}={said}` says nothing. Write a number from 1 to {_MOST}.")
    return int(said)
