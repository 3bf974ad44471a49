"""Pages to copy from: a file for each invitation, which says where to go, and below a line the note alone."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from punctilio.contracts import Action, Draft, Judged, Outcome, Receipt, case_mark

LINE: Final = "──────── Copy what stands below this line ────────"
_SEAL: Final = "Seal: "
_SEALED: Final = re.compile(rf"(?:.*\n)?{_SEAL}[0-9a-f]{{64}} ([0-9a-f]{{32}})", re.DOTALL)
_NAMED: Final = re.compile(r"(?:.*-)?([0-9a-z]+)\.txt")
_LONGEST_NAME: Final = 40
_JOINERS: Final = "\u200c\u200d"
"""Invisible, and part of how names and emoji are spelt."""


def plain(text: str) -> str:
    """The text without what does something instead of showing something; its lines stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c in "\n" + _JOINERS else " " if c.isspace() else "" for c in lines)


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def put(draft: Draft, folder: Path, warning: str) -> Receipt:
    """Write the page, unless it stands there, or the person changed it. What the person must know before they go
    there is told with it."""
    file = _there(draft.action, folder) or folder / f"{_name(draft.action)}{_id(draft.action)}.txt"
    page = page_of(draft)
    before = _read(file)
    if before == page:
        outcome, message = Outcome.UNCHANGED, warning
    elif before is not None and not is_untouched(before):
        outcome, message = Outcome.KEPT, "You changed this page, so it was left alone."
    else:
        _replace(file, page)
        outcome, message = Outcome.CREATED if before is None else Outcome.REPLACED, warning
    return Receipt(decision=draft.action.decision, outcome=outcome, place=str(file), message=message)


def taken(action: Action, folder: Path) -> Receipt | None:
    """Take away the page of an action that is over, unless the person changed it; None where there is none."""
    file = _there(action, folder)
    page = _read(file) if file else None
    if file is None or page is None:
        return None
    return _ended(action.decision, f"There is nothing to do by LinkedIn any more ({action.verdict})", file, page)


def swept(judged: Judged, folder: Path) -> Iterator[Receipt]:
    """Take away the pages of these cases by decisions that there are no more, unless the person changed them."""
    marks = judged.marks
    named = {found[1]: file for file in sorted(folder.glob("*.txt")) if (found := _NAMED.fullmatch(file.name))}
    for decision in sorted(named.keys() - judged.decisions):
        page = _read(named[decision]) or ""
        if _mark_of(page) in marks:
            yield _ended(decision, "Nothing in the log asks for it any more", named[decision], page)


def _ended(decision: str, over: str, file: Path, page: str) -> Receipt:
    """Take away the page, unless the person changed it."""
    if is_untouched(page):
        file.unlink()
        outcome, message = Outcome.CANCELLED, f"{over}, so the page was taken away."
    else:
        outcome, message = Outcome.KEPT, f"{over}. You changed this page, so it was left alone."
    return Receipt(decision=decision, outcome=outcome, place=str(file), message=message)


def page_of(draft: Draft) -> str:
    """What stands in the file."""
    to = draft.action.to
    head = [
        f"Invite: {one_line(to.name or to.key) if to else '[whom]'}",
        f"Case: {one_line(draft.action.case)}",
        f"Profile: {draft.url or '[the address of the profile]'}",
        *(f"Remark: {one_line(remark)}" for remark in draft.remarks),
    ]
    return _sealed("\n".join(head), case_mark(draft.action.case), f"{LINE}\n{draft.text}\n")


def is_untouched(page: str) -> bool:
    """Whether the page reads as it was written here."""
    head, line, note = page.partition(f"\n\n{LINE}\n")
    lines, _, _ = head.rpartition("\n")
    return bool(line) and _sealed(lines, _mark_of(page), f"{LINE}\n{note}") == page


def _mark_of(page: str) -> str:
    """The mark of its case; empty where it has none."""
    found = _SEALED.fullmatch(page.partition(f"\n\n{LINE}\n")[0])
    return found[1] if found else ""


def _sealed(head: str, mark: str, note: str) -> str:
    """What was written here is known by a hash of it; the mark is that of the case."""
    seal = hashlib.sha256(f"{head}\n{mark}\n\n{note}".encode()).hexdigest()
    return f"{head}\n{_SEAL}{seal} {mark}\n\n{note}"


def _there(action: Action, folder: Path) -> Path | None:
    """The page of the action that is there, whatever the person is called by now."""
    return min(folder.glob(f"*{_id(action)}.txt"), default=None)


def _id(action: Action) -> str:
    return re.sub(r"[^0-9a-z]", "", action.decision)


def _name(action: Action) -> str:
    """Whom it is to, as a file can be called on every system."""
    to = action.to
    name = re.sub(r"[^a-z0-9]+", "-", (to.name or to.key).lower()).strip("-")[:_LONGEST_NAME] if to else ""
    return f"{name}-" if name else ""


def _read(file: Path) -> str | None:
    return file.read_bytes().decode(errors="replace") if file.is_file() else None


def _replace(file: Path, page: str) -> None:
    """Make the page the content of the file, at once."""
    new = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with new.open("wb") as stream:
            stream.write(page.encode())
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
