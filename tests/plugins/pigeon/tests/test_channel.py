"""The channel holds to Punctilio's contract, and to its own."""

from pathlib import Path

import punctilio
import pytest
from punctilio.contracts import Channel, Outcome
from punctilio.errors import UsageError
from punctilio.testing import Case, ChannelContract, a_context, an_action, judged

from punctilio_pigeon.channel import PigeonChannel

RULES = """\
language: 1
vocabulary: {extends: [pigeon]}
rules:
  - id: not-by-this-one
    title: Send nothing by it
    force: must
    limit: {of: {type: message.sent, channel: pigeon}, per: [case], at_most: 0}
"""


class TestPigeonChannel(ChannelContract):
    """Every channel is tried so."""

    def channel(self) -> Channel:
        """The one that is tried."""
        return PigeonChannel()


def test_a_page_that_the_person_changed_is_left_alone(tmp_path: Path) -> None:
    channel = PigeonChannel()
    draft = channel.render(an_action(), a_context())
    [first] = channel.export([draft], str(tmp_path))
    page = Path(first.place)
    page.write_text(page.read_text(encoding="utf-8") + "PS: ...\n", encoding="utf-8")

    other = channel.render(an_action(), a_context(text="Other."))
    [second] = channel.export([other], str(tmp_path))

    [third] = channel.withdraw([an_action(verdict="satisfied")], str(tmp_path))

    assert first.outcome == Outcome.CREATED
    assert (second.outcome, third.outcome) == (Outcome.KEPT, Outcome.KEPT)
    assert page.read_text(encoding="utf-8").endswith("PS: ...\n")


def test_rules_and_logs_can_name_it(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES, encoding="utf-8")
    rules = punctilio.load_rules(file)
    sent = Case("acme").event(
        "message.sent",
        "2026-03-03T16:00:00Z",
        channel="pigeon",
    )

    evaluation = judged(sent, as_of="2026-03-04T09:00:00Z", rules=rules)

    assert evaluation.findings["rule"].to_list() == ["not-by-this-one"]


def test_more_birds_carry_more() -> None:
    channel = PigeonChannel()

    assert channel.limits({}).characters == 160
    assert channel.limits({"birds": "2"}).characters == 320
    with pytest.raises(UsageError, match="is no flock"):
        channel.limits({"birds": "a hundred"})
