"""What becomes of each item: one right item for each entry, and nothing that a person wrote is written over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol, cast

from icalendar import Component

from punctilio.contracts import Draft, Judged, Outcome, Receipt
from punctilio_calendar.entries import OPEN
from punctilio_calendar.items import (
    calendars_in,
    case_of,
    content,
    decision_of,
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
_GONE: Final = "Nothing in the log asks for it any more"


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
    """Put the entries of drafts into place, and take back what is shown of them and has no entry any more."""
    there = place.items()
    wanted = [(draft, {uid_of(item): item for item in _entries(draft)}) for draft in drafts]
    receipts = [_receipt(draft.action.decision, list(_effects(place, draft, items, there))) for draft, items in wanted]
    planned = {uid for _, items in wanted for uid in items}
    stamps = {draft.action.decision: _stamp(item) for draft, items in wanted for item in items.values()}
    for uid, item in there.items():
        if uid not in planned and decision_of(item) in stamps and is_untouched(item):
            _taken_back(place, item, "CANCELLED", stamps[decision_of(item)])
    return receipts


def swept(place: Place, judged: Judged) -> Iterator[Receipt]:
    """Take back what is shown of these cases by decisions that there are no more."""
    marks = judged.marks
    gone: dict[str, list[Component]] = {}
    for item in place.items().values():
        if case_of(item) in marks and decision_of(item) not in judged.decisions and status_of(item) not in CLOSED:
            gone.setdefault(decision_of(item), []).append(item)
    for decision, items in sorted(gone.items()):
        yield _receipt(decision, [_effect_of_end(place, item, judged.as_of) for item in items])


def _effect_of_end(place: Place, item: Component, stamp: datetime) -> Effect:
    if not is_untouched(item):
        return Effect(Outcome.KEPT, place.where(uid_of(item)), f"{_GONE}. {_KEPT}")
    effect = _taken_back(place, item, "CANCELLED", stamp)
    return effect._replace(message=f"{_GONE}, so it was cancelled.") if effect.outcome == Outcome.CANCELLED else effect


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
    return _taken_back(place, there, status_of(wanted), _stamp(wanted))


def _stamp(item: Component) -> datetime:
    """When it was made out: the as-of."""
    return cast(datetime, cast(Any, item["DTSTAMP"]).dt)


def _taken_back(place: Place, item: Component, status: str, stamp: datetime) -> Effect:
    """Say of the item that is there that it is over."""
    if status_of(item) in CLOSED:
        return Effect(Outcome.UNCHANGED)
    over = item.copy()
    over.subcomponents = []  # it rings no more
    for name in ("STATUS", "DTSTAMP"):
        over.pop(name, None)
    over.add("status", status)
    over.add("dtstamp", stamp)
    effect = place.put(sealed(over, sequence_of(item) + 1))
    return effect._replace(outcome=Outcome.CANCELLED) if effect.outcome == Outcome.REPLACED else effect


def _receipt(decision: str, effects: Iterable[Effect]) -> Receipt:
    """What became of both items, told as that which concerns the person most."""
    effect = min(effects, key=lambda one: _GRAVEST_FIRST.index(one.outcome), default=Effect(Outcome.UNCHANGED))
    return Receipt(decision=decision, outcome=effect.outcome, place=effect.place, message=effect.message)
