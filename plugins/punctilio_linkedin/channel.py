"""The channel: a note within the limits of the account, the profile to go to, and a page to copy from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from punctilio.contracts import Action, Context, Draft, Judged, Limits, Outcome, Receipt
from punctilio.errors import UsageError
from punctilio_linkedin.accounts import AS_OF, Account, account_of
from punctilio_linkedin.allowance import WAIT, on_allowance
from punctilio_linkedin.invitations import hollow, stock
from punctilio_linkedin.pages import plain, put, swept, taken
from punctilio_linkedin.profiles import is_of_linkedin, link_of


class LinkedIn:
    """Invitations to connect, which the person sends."""

    name = "linkedin"

    def limits(self, options: Mapping[str, str]) -> Limits:
        """The characters that fit into a note of the account. Raises UsageError for an option that is none."""
        return Limits(characters=account_of(options).characters, attachments=0)

    def render(self, action: Action, context: Context) -> Draft:
        """The note, whole, and the profile where a plain address was noted. What is no message has no note.

        Raises UsageError for an option that is none.
        """
        account = account_of(context.options)
        text = plain(context.text).strip() if _is_message(action) else ""
        noted = action.to.attributes.get("profile", "").strip() if action.to else ""
        url = link_of(noted)
        return Draft(
            action=action,
            channel=self.name,
            text=text,
            url=url,
            gaps=context.gaps,
            remarks=tuple(_remarks(text, noted, url, action, context, account)),
        )

    def withdraw(self, actions: Sequence[Action], destination: str) -> list[Receipt]:
        """Take away the pages of what is not to be done any more."""
        folder = Path(destination).expanduser()
        return [receipt for action in actions if (receipt := taken(action, folder))]

    def sweep(self, judged: Judged, destination: str) -> list[Receipt]:
        """Take away the pages of these cases by decisions that there are no more."""
        return list(swept(judged, Path(destination).expanduser()))

    def export(self, drafts: Sequence[Draft], destination: str) -> list[Receipt]:
        """Put a page for each invitation into a folder, which is made where there is none.

        Raises UsageError for what is no folder.
        """
        folder = Path(destination).expanduser()
        if "://" in destination or (folder.exists() and not folder.is_dir()):
            raise UsageError(f"{destination} is no folder. Name one: you send the invitations yourself.")
        if drafts:
            folder.mkdir(parents=True, exist_ok=True)
        return [_exported(draft, folder) for draft in drafts]


def _exported(draft: Draft, folder: Path) -> Receipt:
    decision = draft.action.decision
    if not _is_message(draft.action):
        return Receipt(decision=decision, outcome=Outcome.UNCHANGED)
    wrong = stock(draft.text) or (None if draft.gaps else hollow(draft.text))
    if wrong:
        return Receipt(decision=decision, outcome=Outcome.REFUSED, message=f"The note {wrong}.")
    return put(draft, folder, next((remark for remark in draft.remarks if remark.startswith(WAIT)), ""))


def _is_message(action: Action) -> bool:
    """Whether it can be a note. What names no channel is offered to every one, a question for the time frame too."""
    return action.type == "message.sent" or action.fields.get("channel") == LinkedIn.name


def _remarks(
    text: str, noted: str, url: str | None, action: Action, context: Context, account: Account
) -> Iterator[str]:
    allowance = on_allowance(action, context, account)
    if allowance:
        yield allowance
    more = " The gaps count until you fill them." if context.gaps else ""
    yield f"{len(text)} of {account.characters} characters ({account.name} account, as of {AS_OF}).{more}"
    yield from _on_profile(noted, url)


def _on_profile(noted: str, url: str | None) -> Iterator[str]:
    if noted and url is None:
        yield "What was noted as the profile is no address of the web, so it is left out."
    elif url is not None and not is_of_linkedin(url):
        yield "The profile that was noted is not on LinkedIn."
