"""The channel holds to Punctilio's contract, and to its own."""

from pathlib import Path

import pytest
from punctilio.contracts import Channel, Outcome
from punctilio.errors import UsageError
from punctilio.testing import ChannelContract, a_context, an_action

from punctilio_pigeon.channel import PigeonChannel


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

    assert (first.outcome, second.outcome) == (Outcome.CREATED, Outcome.KEPT)
    assert page.read_text(encoding="utf-8").endswith("PS: ...\n")


def test_more_birds_carry_more() -> None:
    channel = PigeonChannel()

    assert channel.limits({}).characters == 160
    assert channel.limits({"birds": "2"}).characters == 320
    with pytest.raises(UsageError, match="is no flock"):
        channel.limits({"birds": "a hundred"})
