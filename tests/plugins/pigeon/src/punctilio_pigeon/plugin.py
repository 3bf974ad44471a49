"""What Punctilio finds here."""

from pathlib import Path

from punctilio import hookimpl
from punctilio.contracts import Channel, Check, Pack, VocabularyFile

from punctilio_pigeon.channel import PigeonChannel
from punctilio_pigeon.check import PlainInk

CONTRACT = 1
"""The version of Punctilio's promise to plugins that this one was written for."""

HERE = Path(__file__).parent


@hookimpl
def channels() -> list[Channel]:
    """Register the channel."""
    return [PigeonChannel()]


@hookimpl
def checks() -> list[Check]:
    """Register the check."""
    return [PlainInk()]


@hookimpl
def packs() -> list[Pack]:
    """Register the rules, with the templates beside them."""
    return [Pack("pigeon-post", HERE / "rules.yaml")]


@hookimpl
def vocabularies() -> list[VocabularyFile]:
    """Register the event, and the word by which rules and logs name the channel."""
    return [VocabularyFile("pigeon", HERE / "vocabulary.yaml")]
