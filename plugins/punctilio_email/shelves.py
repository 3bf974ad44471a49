"""One draft for each decision, on whatever shelf drafts stand: a folder, a Maildir, a mailbox on a server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from email.message import EmailMessage
from typing import NamedTuple, Protocol

from punctilio.contracts import Action, Draft, Judged, Outcome, Receipt
from punctilio.errors import UsageError
from punctilio_email.messages import CASE, CONTENT, DECISION, DOMAIN, addresses, header, is_untouched, message_of


class Item(NamedTuple):
    """A message on a shelf. ``headers`` may lack the text. ``decision`` is the one that its place names, if it does."""

    place: str
    headers: EmailMessage
    decision: str | None = None


class Shelf(Protocol):
    """Where drafts stand."""

    def items(self) -> Iterable[Item]:
        """All that stand there now."""
        ...

    def whole(self, item: Item) -> EmailMessage:
        """The message with its text."""
        ...

    def put(self, message: EmailMessage, draft: Draft) -> str:
        """Add a message; gives its place. What stands at that place is replaced."""
        ...

    def remove(self, item: Item) -> None: ...


def put_all(drafts: Sequence[Draft], shelf: Shelf) -> Iterator[Receipt]:
    """See that each draft stands there once, with its text of now, unless the person changed it."""
    there = _Index(shelf.items() if drafts else ())
    for draft in drafts:
        try:
            message = message_of(draft)
        except UsageError as refusal:
            yield _receipt(draft, Outcome.REFUSED, "", str(refusal))
        else:
            yield _put(draft, message, there.of(message), shelf)


def _put(draft: Draft, message: EmailMessage, found: Sequence[Item], shelf: Shelf) -> Receipt:
    untouched: list[Item] = []
    for item in found:
        whole = shelf.whole(item)
        if not is_untouched(whole):
            return _receipt(draft, Outcome.KEPT, item.place, "You changed this draft, so it was left alone.")
        untouched.append(Item(item.place, whole))
    right = [item for item in untouched if header(item.headers, CONTENT) == header(message, CONTENT)]
    place = right[0].place if right else shelf.put(message, draft)
    superfluous = [item for item in untouched if item.place != place]
    for item in superfluous:
        shelf.remove(item)
    if not untouched:
        return _receipt(draft, Outcome.CREATED, place)
    return _receipt(draft, Outcome.UNCHANGED if right and not superfluous else Outcome.REPLACED, place)


def take_all(actions: Sequence[Action], shelf: Shelf) -> Iterator[Receipt]:
    """Take away what stands there of these actions, unless the person changed it. Only what names its decision is
    known to be of one."""
    wanted = {action.decision: action for action in actions}
    found = _by_decision(item for item in shelf.items() if _decision(item) in wanted)
    for decision, items in found.items():
        over = f"There is nothing to do by e-mail any more ({wanted[decision].verdict})"
        yield _taken(decision, over, items, shelf)


def sweep_all(judged: Judged, shelf: Shelf) -> Iterator[Receipt]:
    """Take away what stands there of these cases by decisions that there are no more, unless the person changed it.
    Only what names its case is known to be of one."""
    marks, known = judged.marks, judged.decisions | {""}
    ours = (item for item in shelf.items() if header(item.headers, CASE) in marks)
    gone = _by_decision(item for item in ours if _decision(item) not in known)
    for decision, items in gone.items():
        yield _taken(decision, "Nothing in the log asks for it any more", items, shelf)


def _by_decision(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(_decision(item), []).append(item)
    return found


def _taken(decision: str, over: str, items: Sequence[Item], shelf: Shelf) -> Receipt:
    untouched = [item for item in items if is_untouched(shelf.whole(item))]
    for item in untouched:
        shelf.remove(item)
    changed = [item for item in items if item not in untouched]
    if changed:
        words = f"{over}. You changed this draft, so it was left alone."
        return Receipt(decision=decision, outcome=Outcome.KEPT, place=changed[0].place, message=words)
    words = f"{over}, so the draft was taken away."
    return Receipt(decision=decision, outcome=Outcome.CANCELLED, place=untouched[0].place, message=words)


def _decision(item: Item) -> str:
    """The decision that an item says it is of: in its headers, or by its place; empty where it says none."""
    named = header(item.headers, DECISION) or item.decision
    return named or header(item.headers, "Message-ID").removeprefix("<").removesuffix(f"@{DOMAIN}>")


class _Index:
    """What stands there, by what an item can be known by. It is looked through once, however many drafts there are."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._by: dict[object, list[Item]] = {}
        for item in items:
            for mark in _marks(item.headers, item.decision):
                self._by.setdefault(mark, []).append(item)

    def of(self, message: EmailMessage) -> list[Item]:
        """Each item that is the draft, or what a mail program made of it."""
        decision = str(message[DECISION])
        marks = (("decision", decision), *_marks_of_rewritten(message, decision))
        found = {item.place: item for mark in marks for item in self._by.get(mark, ())}
        return list(found.values())


def _marks(headers: EmailMessage, placed: str | None) -> Iterator[object]:
    """By which decision an item says that it is; many programs write a draft anew when it is edited, without the
    headers that they do not know."""
    decision = header(headers, DECISION)
    if decision:
        yield "decision", decision
    else:
        yield from _marks_of_rewritten(headers, placed)


def _marks_of_rewritten(headers: EmailMessage, decision: str | None) -> Iterator[object]:
    yield "place", decision
    yield "id", header(headers, "Message-ID")
    readers, subject = addresses(headers, "To"), header(headers, "Subject")
    if readers and subject:
        yield "reader", tuple(readers), subject


def _receipt(draft: Draft, outcome: Outcome, place: str, message: str = "") -> Receipt:
    return Receipt(decision=draft.action.decision, outcome=outcome, place=place, message=message)
