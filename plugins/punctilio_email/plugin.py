"""What this plugin registers."""

from __future__ import annotations

from typing import Final

from punctilio import hookimpl
from punctilio.contracts import Channel
from punctilio_email.channel import Email

CONTRACT: Final = 1


@hookimpl
def channels() -> list[Channel]:
    return [Email()]
