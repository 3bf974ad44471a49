"""What becomes of each item: one right item for each entry, and nothing that a person wrote is written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from icalendar import Component

from punctilio.contracts import Draft, Outcome, Receipt
from punctilio_calendar.entries import OPEN, plain
from punctilio_calendar.items import (
    calendars_in,
    case_of,
    content,
    is_untouched,
    items_in,
    sealed,
    sequence_of,
    status_of,
    uid_of,
)

CLOSED: Final = ("CANCELLED", "COMPLETED")
_GRAVEST_FIRST: Final = (
    Outcome.UNKNOWN, Outcome.REFUSED, Outcome.CREATED, Outcome.REPLACED, Outcome.CANCELLED, Outcome.KEPT,
    Outcome.UNCHANGED,
)  # fmt: skip
_KEPT: Final = "You changed it there, so it was left alone."


class Effect(NamedTuple):
    """What became of one item, and where it is."""

    outcome: Outcome
    place: str = ""
    message: str = ""


class Place(Protocol):
    """Where items are. ``is_synced`` is whether what is taken out here is gone in every program that reads it; where
    it is not, as in a file that was imported, an item must stay and say that it is cancelled."""

    is_synced: bool

    def items(self) -> Mapping[str, Component]:
        """Our items, by UID."""
        ...

    def put(self, item: Component) -> Effect:
        """Write the item over the one that was read, or as a new one; ``KEPT`` where somebody else was faster."""
        ...

    def take_out(self, item: Component) -> Effect:
        """Remove the item that was read."""
        ...

    def where(self, uid: str) -> str:
        """The place of an item, for people."""
        ...


def bring_up_to_date(place: Place, drafts: Sequence[Draft]) -> list[Receipt]:
    """Put the entries of drafts into place, and take back what is shown of their cases and is not planned any more."""
    there = place.items()
    wanted = [(draft, {uid_of(item): item for item in _entries(draft)}) for draft in drafts]
    receipts = [_receipt(draft, list(_effects(place, draft, items, there))) for draft, items in wanted]
    planned = {uid for _, items in wanted for uid in items}
    cases = {plain(draft.action.case) for draft in drafts}
    stamp = next((item for _, items in wanted for item in items.values()), None)
    for uid, item in there.items():
        if uid not in planned and case_of(item) in cases and is_untouched(item) and stamp is not None:
            _taken_back(place, item, "CANCELLED", stamp)
    return receipts


def _entries(draft: Draft) -> Iterator[Component]:
    for calendar in calendars_in(draft.text):
        yield from items_in(calendar)


def _effects(
    place: Place, draft: Draft, items: Mapping[str, Component], there: Mapping[str, Component]
) -> Iterator[Effect]:
    for uid, item in items.items():
        yield _effect(place, draft.action.verdict, item, there.get(uid))


def _effect(place: Place, verdict: str, wanted: Component, there: Component | None) -> Effect:
    is_open = verdict in OPEN
    at = place.where(uid_of(wanted))
    if there is None:
        return place.put(sealed(wanted, 0)) if is_open else Effect(Outcome.UNCHANGED)
    if not is_open and status_of(there) in CLOSED:
        return Effect(Outcome.UNCHANGED)
    if not is_untouched(there):
        return Effect(Outcome.KEPT, at, _KEPT)
    if content(there) == content(wanted):
        return Effect(Outcome.UNCHANGED, at)
    if is_open:
        return place.put(sealed(wanted, sequence_of(there) + 1))
    if verdict == "replaced" and place.is_synced:  # another item stands for it, and two would be one too many
        return place.take_out(there)
    return _taken_back(place, there, status_of(wanted), wanted)


def _taken_back(place: Place, item: Component, status: str, stamp: Component) -> Effect:
    """Say of the item that is there that it is over."""
    if status_of(item) in CLOSED:
        return Effect(Outcome.UNCHANGED)
    over = item.copy()
    over.subcomponents = []  # it rings no more
    for name in ("STATUS", "DTSTAMP"):
        over.pop(name, None)
    over.add("status", status)
    over["DTSTAMP"] = stamp["DTSTAMP"]
    effect = place.put(sealed(over, sequence_of(item) + 1))
    return effect._replace(outcome=Outcome.CANCELLED) if effect.outcome == Outcome.REPLACED else effect


def _receipt(draft: Draft, effects: Iterable[Effect]) -> Receipt:
    """What became of both items, told as that which concerns the person most."""
    effect = min(effects, key=lambda one: _GRAVEST_FIRST.index(one.outcome), default=Effect(Outcome.UNCHANGED))
    return Receipt(decision=draft.action.decision, outcome=effect.outcome, place=effect.place, message=effect.message)
