"""The channel `pigeon`: a page of text for each draft, in a folder."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from punctilio import errors
from punctilio.contracts import Action, Context, Draft, Limits, Outcome, Receipt

A_SLIP = 160
"""Characters on the slip of paper that one bird carries."""


class PigeonChannel:
    """Writes drafts as pages that a person takes from there."""

    name = "pigeon"

    def limits(self, options: Mapping[str, str]) -> Limits:
        """What the birds carry that the person has: `--option birds=2`."""
        birds = options.get("birds", "1")
        if birds not in ("1", "2", "3"):
            raise errors.UsageError(f"`birds={birds}` is no flock. Write birds=1, 2 or 3.")
        return Limits(characters=A_SLIP * int(birds), attachments=0)

    def render(self, action: Action, context: Context) -> Draft:
        """The text as it is. What a log holds is data: what does something is left out."""
        return Draft(
            action=action,
            channel=self.name,
            text=_plain(context.text),
            subject=_plain(context.subject) if context.subject else None,
            gaps=context.gaps,
        )

    def export(self, drafts: Sequence[Draft], destination: str) -> list[Receipt]:
        """A page for each draft, in the folder `destination`."""
        folder = Path(destination)
        if not folder.is_dir():
            raise errors.UsageError(f"There is no folder {destination}. Make it, or name another.")
        return [_put(draft, folder / f"{draft.action.decision}.txt") for draft in drafts]

    def withdraw(self, actions: Sequence[Action], destination: str) -> list[Receipt]:
        """Take away the pages of what is not to be done any more."""
        pages = [(action, Path(destination) / f"{action.decision}.txt") for action in actions]
        return [_take(action, page) for action, page in pages if page.exists()]


def _put(draft: Draft, file: Path) -> Receipt:
    """Write the page, unless the person changed it. Its first line is a seal of the others."""
    page = _page(draft)
    sealed = f"{_seal(page)}\n{page}"
    before = _read(file) if file.exists() else None
    if before == sealed:
        outcome = Outcome.UNCHANGED
    elif before is not None and not _is_untouched(before):
        outcome = Outcome.KEPT
    else:
        new = file.with_suffix(".new")
        new.write_text(sealed, encoding="utf-8", newline="\n")
        new.replace(file)
        outcome = Outcome.CREATED if before is None else Outcome.REPLACED
    return Receipt(decision=draft.action.decision, outcome=outcome, place=str(file))


def _take(action: Action, file: Path) -> Receipt:
    """Remove the page, unless the person changed it."""
    outcome = Outcome.CANCELLED if _is_untouched(_read(file)) else Outcome.KEPT
    if outcome == Outcome.CANCELLED:
        file.unlink()
    return Receipt(decision=action.decision, outcome=outcome, place=str(file))


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _page(draft: Draft) -> str:
    person = draft.action.to
    to = _plain(person.name or person.key) if person else "[to whom]"
    return f"To: {to}\n{draft.subject or ''}\n\n{draft.text}\n"


def _seal(page: str) -> str:
    return hashlib.sha256(page.encode()).hexdigest()


def _is_untouched(sealed: str) -> bool:
    seal, _, page = sealed.partition("\n")
    return seal == _seal(page)


def _plain(text: str) -> str:
    shown = "".join(c for c in text if c.isprintable() or c == "\n")
    return shown.encode(errors="replace").decode()
