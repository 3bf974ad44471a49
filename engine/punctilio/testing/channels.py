"""What every channel must hold to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

from punctilio.contracts import (
    Action,
    Channel,
    Context,
    Draft,
    Judged,
    Limits,
    Outcome,
    Person,
    Receipt,
    Sweeper,
    Withdrawer,
)
from punctilio.errors import UsageError
from punctilio.testing.requiring import HOSTILE, require, require_is, require_name
from punctilio.value import replaced

_ANN: Final = Person(
    key="ann",
    name="Ann Lee",
    attributes=MappingProxyType({"email": "ann@example.com", "profile": "https://www.example.com/in/ann"}),
)
_ACTION: Final = Action(
    decision="0123456789abcdef",
    case="acme",
    rule="thank-each-interviewer",
    title="Thank each interviewer within a day",
    verdict="due",
    type="message.sent",
    fields=MappingProxyType({"purpose": "thank-you"}),
    template="thank-you",
    to=_ANN,
    zone="America/New_York",
    opens_at=datetime(2026, 3, 3, 16, tzinfo=UTC),
    due_at=datetime(2026, 3, 4, 16, tzinfo=UTC),
    expires_at=datetime(2026, 3, 17, 16, tzinfo=UTC),
    reasons=("The interview ended on 3 March.",),
)
_CONTEXT: Final = Context(
    as_of=datetime(2026, 3, 4, 9, tzinfo=UTC),
    text="Dear Ann, thank you for your time.",
    subject="Thank you",
    facts=MappingProxyType({"case": {"company": "Acme", "title": "Baker"}, "person": {"name": "Ann Lee"}}),
)


def an_action(**changes: object) -> Action:
    """An action to be tried, other in these fields."""
    return replaced(_ACTION, **changes)


def a_context(**changes: object) -> Context:
    """What there is to make a draft of, other in these fields."""
    return replaced(_CONTEXT, **changes)


class ChannelContract:
    """Inherit from this, and give the channel. Everything is tried in folders that are thrown away."""

    def channel(self) -> Channel:
        """The channel that is tried."""
        raise NotImplementedError

    def options(self) -> Mapping[str, str]:
        """What a person would have set for it."""
        return {}

    def destination(self, folder: Path) -> str:
        """Where drafts are exported to in ``folder``, which is empty."""
        return str(folder)

    def test_its_name_can_be_written_in_a_rule(self) -> None:
        require_name(self.channel().name)

    def test_its_limits_are_numbers_above_nothing(self) -> None:
        limits = self.channel().limits(self.options())
        require_is(limits, Limits)
        for most in (limits.characters, limits.subject, limits.attachments):
            require(most is None or most >= 0, f"A limit is {most}.")

    def test_a_draft_is_of_the_action_that_was_asked_for(self) -> None:
        draft = self._draft()
        require_is(draft, Draft)
        require(draft.action == _ACTION, "The draft has another action than it was asked for.")
        require(draft.channel == self.channel().name, f"The draft is one of the channel {draft.channel!r}.")

    def test_a_short_draft_fits_the_limits(self) -> None:
        draft, limits = self._draft(), self.channel().limits(self.options())
        sizes = ((draft.text, limits.characters), (draft.subject or "", limits.subject))
        for text, most in sizes:
            require(most is None or len(text) <= most, f"{text!r} is longer than the {most} characters that fit.")

    def test_the_same_gives_the_same_draft(self) -> None:
        require(self._draft() == self._draft(), "Two drafts of one action differ.")

    def test_nobody_to_write_to_is_no_accident(self) -> None:
        self._may_refuse(partial(self._draft, an_action(to=None, due_at=None, opens_at=None, expires_at=None)))

    def test_what_a_log_holds_is_data(self) -> None:
        for text in HOSTILE:
            person = Person(key=text or "x", name=text, attributes={"email": text, "profile": text})
            action = an_action(to=person, case=text or "x", title=text)
            context = a_context(text=text, subject=text)
            self._may_refuse(partial(self._draft, action, context))

    def test_a_second_export_changes_nothing(self) -> None:
        with TemporaryDirectory() as name:
            folder, drafts = Path(name), (self._draft(), self._draft(an_action(decision="fedcba9876543210")))
            first = self._exported(drafts, folder)
            if first is None:
                return
            contents = _contents(folder)
            second = self._exported(drafts, folder)
            require(_contents(folder) == contents, "The second export of the same drafts changed files.")
            outcomes = {receipt.outcome for receipt in second or ()}
            require(outcomes == {Outcome.UNCHANGED}, f"The second export says {sorted(outcomes)}, not `unchanged`.")

    def test_another_text_replaces_what_was_there(self) -> None:
        with TemporaryDirectory() as name:
            folder = Path(name)
            if self._exported((self._draft(),), folder) is None:
                return
            before = _contents(folder)
            changed = self._draft(context=a_context(text="Dear Ann, thank you again."))
            self._exported((changed,), folder)
            after = _contents(folder)
            require(len(after) == len(before), "Another text of one decision left another number of files behind.")
            require(changed == self._draft() or after != before, "Another text of one decision changed nothing.")

    def test_each_draft_has_a_receipt(self) -> None:
        with TemporaryDirectory() as name:
            drafts = (self._draft(), self._draft(an_action(decision="fedcba9876543210")))
            receipts = self._exported(drafts, Path(name))
            if receipts is not None:
                told = sorted(receipt.decision for receipt in receipts)
                wanted = sorted(draft.action.decision for draft in drafts)
                require(told == wanted, f"The receipts are of {told}, and the drafts of {wanted}.")

    def test_nothing_to_export_is_no_accident(self) -> None:
        with TemporaryDirectory() as name:
            receipts = self._exported((), Path(name))
            require(not receipts, f"Nothing was exported, and the receipts are {receipts}.")

    def test_what_is_over_is_taken_away_and_nothing_else(self) -> None:
        channel = self.channel()
        if not isinstance(channel, Withdrawer):
            return
        over = an_action(verdict="satisfied")
        with TemporaryDirectory() as name:
            folder = Path(name)
            stays = self._draft(an_action(decision="fedcba9876543210"))
            if self._exported((stays,), folder) is None:
                return
            contents = _contents(folder)
            self._exported((self._draft(), stays), folder)
            receipts = tuple(channel.withdraw((over,), self.destination(folder)))
            told = [(receipt.decision, receipt.outcome) for receipt in receipts]
            require(told == [(over.decision, Outcome.CANCELLED)], f"A draft was to be taken away; it says {told}.")
            require(_contents(folder) == contents, "What is left is not as if the draft had never been there.")
            again = tuple(channel.withdraw((over,), self.destination(folder)))
            require(not again, f"There was nothing to take away, and the receipts are {again}.")

    def test_what_there_is_no_decision_of_is_taken_away_and_nothing_else(self) -> None:
        channel = self.channel()
        if not isinstance(channel, Sweeper):
            return
        with TemporaryDirectory() as name:
            folder = Path(name)
            others = (self._draft(an_action(decision="f" * 16)), self._draft(an_action(decision="e" * 16, case="best")))
            if self._exported((self._draft(), *others), folder) is None:
                return
            judged = Judged(as_of=_CONTEXT.as_of, cases=frozenset({"acme"}), decisions=frozenset({"f" * 16}))
            receipts = tuple(channel.sweep(judged, self.destination(folder)))
            told = [(receipt.decision, receipt.outcome) for receipt in receipts]
            require(told == [(_ACTION.decision, Outcome.CANCELLED)], f"One draft was to be taken away; it says {told}.")
            again = tuple(channel.sweep(judged, self.destination(folder)))
            require(not again, f"There was nothing to take away, and the receipts are {again}.")
            contents = _contents(folder)
            outcomes = {receipt.outcome for receipt in self._exported(others, folder) or ()}
            is_theirs = outcomes == {Outcome.UNCHANGED} and _contents(folder) == contents
            require(is_theirs, "It took away what is of other decisions, or of other cases.")

    def _draft(self, action: Action = _ACTION, context: Context | None = None) -> Draft:
        given = _CONTEXT if context is None else context
        return self.channel().render(action, replaced(given, options=MappingProxyType(dict(self.options()))))

    def _exported(self, drafts: Sequence[Draft], folder: Path) -> tuple[Receipt, ...] | None:
        """The receipts; None where the channel has no use for a folder, and says so."""
        try:
            return tuple(self.channel().export(drafts, self.destination(folder)))
        except UsageError:
            return None

    def _may_refuse(self, work: Callable[[], object]) -> None:
        try:
            work()
        except UsageError as refusal:
            require(bool(str(refusal).strip()), "It refused without a word.")


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
