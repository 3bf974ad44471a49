"""Addresses from a log: in ASCII and whole, or refused. None is mended by a guess."""

from __future__ import annotations

import re
from typing import Final

from punctilio.contracts import Person
from punctilio.errors import UsageError

_WORD: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_WORD}(\.{_WORD})*")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_LOCAL: Final = 64
_LONGEST: Final = 254
_SHOWN: Final = 80


def address_of(person: Person | None) -> str | None:
    """The address that was noted of somebody, in ASCII; None where none was. Raises UsageError for one that is none."""
    noted = person.attributes.get("email", "") if person else ""
    return in_ascii(noted.strip()) if noted.strip() else None


def in_ascii(address: str) -> str:
    """The address as mail servers take it: a domain in other letters as in the DNS (IDNA).

    Raises UsageError where that is not possible without changing it.
    """
    local, at, domain = address.rpartition("@")
    if not at or not local.isascii() or not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        if at and not local.isascii():
            raise UsageError(
                f"The address `{_shown(address)}` has letters before the @ that not every mail server takes. "
                "Note one in ASCII letters."
            )
        raise _no_address(address)
    whole = f"{local}@{_domain(domain, address)}"
    if len(whole) > _LONGEST:
        raise _no_address(address)
    return whole


def _domain(domain: str, address: str) -> str:
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
        is_whole = domain.isascii() or encoded.encode("ascii").decode("idna") == domain.lower()
    except UnicodeError:
        raise _no_address(address) from None
    if not is_whole:  # such as ß, which this encoding makes another domain of
        raise UsageError(
            f"The domain of `{_shown(address)}` has letters that may mean two domains. "
            "Note the address with the domain as the DNS writes it (xn--…)."
        )
    if not all(_LABEL.fullmatch(label) for label in encoded.split(".")):
        raise _no_address(address)
    return encoded


def _no_address(address: str) -> UsageError:
    return UsageError(f"`{_shown(address)}` is no e-mail address. Note one such as ann@example.com.")


def _shown(address: str) -> str:
    return address if len(address) <= _SHOWN else address[: _SHOWN - 1] + "…"
