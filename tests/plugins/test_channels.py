"""Channels are called under guard: they can change a text, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import pytest

from punctilio.contracts import Action, Attempt, Channel, Context, Draft, Judged, Limits, Outcome, Receipt
from punctilio.errors import PluginError, UsageError
from punctilio.origin import Origin
from punctilio.plugins.calls import delivered, drafted, exported, overrun, swept, was_delivered, withdrawn
from punctilio.plugins.registry import Registered
from punctilio.testing import a_context, an_action

OF = Origin("pigeon", "punctilio-pigeon", "1.0", "pigeon")


class Pigeon:
    """One that behaves."""

    name = "pigeon"

    def limits(self, options: Mapping[str, str]) -> Limits:
        return Limits(characters=20, subject=5, attachments=0)

    def render(self, action: Action, context: Context) -> Draft:
        return Draft(action=action, channel=self.name, text=context.text, subject=context.subject)

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        return [Receipt(decision=draft.action.decision, outcome=Outcome.CREATED) for draft in drafts]

    def deliver(self, draft: Draft, destination: str) -> Receipt:
        return Receipt(decision=draft.action.decision, outcome=Outcome.SENT)


class Thief(Pigeon):
    """It turns a note of thanks into one to somebody else."""

    def render(self, action: Action, context: Context) -> Draft:
        return super().render(an_action(decision="f" * 16, case="other"), context)

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        return [Receipt(decision="f" * 16, outcome=Outcome.CREATED)]

    def deliver(self, draft: Draft, destination: str) -> Receipt:
        return Receipt(decision="f" * 16, outcome=Outcome.SENT)


class Broken(Pigeon):
    """It raises wherever it can."""

    def limits(self, options: Mapping[str, str]) -> Limits:
        raise SystemExit

    def render(self, action: Action, context: Context) -> Draft:
        raise RecursionError

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        yield Receipt(decision=drafts[0].action.decision, outcome=Outcome.CREATED)
        raise ValueError("it fell")

    def deliver(self, draft: Draft, destination: str) -> Receipt:
        raise ValueError("it fell")


class Careful(Pigeon):
    """It speaks to the person."""

    def render(self, action: Action, context: Context) -> Draft:
        raise UsageError("Feed it first.")

    def export(self, drafts: Sequence[Draft], destination: str) -> Iterable[Receipt]:
        raise PermissionError("no")


class Asking(Pigeon):
    """It says what it is told to."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def was_delivered(self, attempt: Attempt, place: str) -> bool | None:
        return cast("bool | None", self.answer)


ATTEMPT = Attempt(decision="f" * 16, content_hash="", destination="x", begun_at=a_context().as_of, case="acme")


def of(channel: Channel) -> Registered[Channel]:
    return Registered("channels", "pigeon", channel, OF)


def a_draft(**changes: object) -> Draft:
    return Pigeon().render(an_action(**changes), a_context())


def test_what_behaves_is_as_it_says() -> None:
    draft = drafted(of(Pigeon()), an_action(), a_context())

    assert draft == a_draft()
    assert [r.outcome for r in exported(of(Pigeon()), [draft], "x")] == ["created"]
    assert delivered(of(Pigeon()), draft, "x").outcome == "sent"


def test_what_is_blocked_reaches_no_channel() -> None:
    with pytest.raises(PluginError, match="is blocked, so no channel may have it"):
        drafted(of(Pigeon()), an_action(verdict="blocked"), a_context())


def test_nothing_else_is_done_than_was_asked_for() -> None:
    with pytest.raises(PluginError, match="a draft of something else than it was asked for"):
        drafted(of(Thief()), an_action(), a_context())
    with pytest.raises(PluginError, match="did not give one receipt for each draft"):
        exported(of(Thief()), [a_draft()], "x")
    with pytest.raises(PluginError, match="gave no receipt of what it was to send"):
        delivered(of(Thief()), a_draft(), "x")


def test_what_is_over_is_taken_away_by_who_can() -> None:
    class Tidy(Pigeon):
        def withdraw(self, actions: Sequence[Action], destination: str) -> Iterable[Receipt]:
            return [Receipt(decision=destination, outcome=Outcome.CANCELLED)]

    over = an_action(verdict="cancelled")

    assert withdrawn(of(Pigeon()), [over], over.decision) == ()
    assert withdrawn(of(Tidy()), [], over.decision) == ()
    assert [receipt.outcome for receipt in withdrawn(of(Tidy()), [over], over.decision)] == ["cancelled"]
    with pytest.raises(PluginError, match="took away what it was not asked to"):
        withdrawn(of(Tidy()), [over], "ffff")


def test_what_no_decision_asks_for_is_taken_away_by_who_can() -> None:
    class Tidy(Pigeon):
        def sweep(self, judged: Judged, destination: str) -> Iterable[Receipt]:
            return [Receipt(decision=name, outcome=Outcome.CANCELLED) for name in destination.split()]

    judged = Judged(as_of=a_context().as_of, cases=frozenset({"acme"}), decisions=frozenset({"ffff"}))
    nothing = Judged(as_of=a_context().as_of, cases=frozenset(), decisions=frozenset())

    assert swept(of(Pigeon()), judged, "eeee") == ()
    assert swept(of(Tidy()), nothing, "eeee") == ()
    assert [receipt.decision for receipt in swept(of(Tidy()), judged, "eeee")] == ["eeee"]
    for names in ("ffff", "eeee eeee"):
        with pytest.raises(PluginError, match="took away what it was not asked to"):
            swept(of(Tidy()), judged, names)


def test_what_raises_is_named() -> None:
    named = "The plugin `pigeon` of punctilio-pigeon 1.0: "
    with pytest.raises(PluginError, match=f"{named}its channel `pigeon` failed: RecursionError"):
        drafted(of(Broken()), an_action(), a_context())
    with pytest.raises(PluginError, match=f"{named}the limits of its channel `pigeon` failed: SystemExit"):
        overrun(of(Broken()), a_draft(), a_context())
    with pytest.raises(PluginError, match=f"{named}its channel `pigeon` failed: ValueError: it fell"):
        exported(of(Broken()), [a_draft()], "x")
    with pytest.raises(PluginError, match=f"{named}its channel `pigeon` failed: ValueError: it fell"):
        delivered(of(Broken()), a_draft(), "x")


def test_its_own_words_and_those_of_the_system_pass() -> None:
    with pytest.raises(UsageError, match="Feed it first"):
        drafted(of(Careful()), an_action(), a_context())
    with pytest.raises(PermissionError):
        exported(of(Careful()), [a_draft()], "x")


def test_what_is_too_long_is_told_and_not_cut() -> None:
    context = a_context(text="x" * 21, subject="y" * 6)

    draft = drafted(of(Pigeon()), an_action(), context)

    assert draft.text == "x" * 21
    assert overrun(of(Pigeon()), draft, context) == [
        "The text has 21 characters; pigeon takes 20.",
        "The subject has 6 characters; pigeon takes 5.",
    ]


def test_who_cannot_send_is_not_asked_to() -> None:
    class Mute:
        name = "mute"
        limits, render, export = Pigeon.limits, Pigeon.render, Pigeon.export

    with pytest.raises(PluginError, match="its channel `mute` cannot send; export the draft"):
        delivered(Registered("channels", "mute", Mute(), OF), a_draft(), "x")


@pytest.mark.parametrize("answer", [True, False, None])
def test_who_can_find_out_what_became_of_a_delivery_is_asked(answer: bool | None) -> None:
    assert was_delivered(of(Asking(answer)), ATTEMPT, "x") is answer


def test_who_cannot_find_out_or_says_something_else_is_not_believed() -> None:
    with pytest.raises(UsageError, match="The channel pigeon cannot find out"):
        was_delivered(of(Pigeon()), ATTEMPT, "x")
    with pytest.raises(PluginError, match="answered 'yes' where True, False or None is wanted"):
        was_delivered(of(Asking("yes")), ATTEMPT, "x")


def test_the_content_hash_is_of_what_a_reader_sees() -> None:
    same = a_draft(title="other", reasons=("other",), decision="f" * 16)

    assert a_draft().content_hash == same.content_hash
    assert a_draft().content_hash != a_draft(to=None).content_hash
    assert len(a_draft().content_hash) == 64
