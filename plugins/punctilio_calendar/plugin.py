"""What Punctilio finds here."""

from punctilio import hookimpl
from punctilio.contracts import Channel
from punctilio_calendar.channel import Calendar

CONTRACT = 1
"""The version of Punctilio's promise to plugins that this one was written for."""


@hookimpl
def channels() -> list[Channel]:
    """Register the channel."""
    return [Calendar()]
